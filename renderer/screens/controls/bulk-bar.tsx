import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { RESULTS, type Status } from '../../../shared/domain/results.ts';
import { count } from '../../parts/format.ts';
import { KeyHint } from '../../parts/key-hint.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { RESULT_WORDS } from '../common/state-words.ts';
import { useSetMany } from './control-keys.ts';
import type { controlQuery } from './filters.ts';

/** The most one entry may change at once. */
const MOST = 2000;

/** What can be done with all selected controls at once. */
export function BulkBar(props: {
  selected: ReadonlySet<string>;
  onSelected: (selected: ReadonlySet<string>) => void;
  query: ReturnType<typeof controlQuery>;
  /** How many of the listed stand, without those that are withdrawn. */
  total: number;
}) {
  const { client } = useApi();
  const signed = useSignedAmong(props.selected, props.query);
  const setMany = useSetMany(props.query);
  const all = useAct(
    async () => {
      const ids: string[] = [];
      for (let offset = 0; offset < Math.min(props.total, MOST); offset += 1000) {
        const page = await client.controls.list({ ...props.query, withdrawn: false, offset, limit: 1000 });
        ids.push(...page.rows.map((row) => row.id));
      }
      return ids.slice(0, MOST);
    },
    { done: (ids) => props.onSelected(new Set(ids)) },
  );
  return (
    <div className="toolbar bulk-bar" role="toolbar" aria-label="Selected controls">
      <strong role="status">{count(props.selected.size)} selected</strong>
      {RESULTS.map((result, i) => (
        <Button
          key={result}
          size="compact-xs"
          variant="default"
          onClick={() => setMany([...props.selected], result)}
        >
          <span aria-hidden="true" className="pill-shape">
            {RESULT_WORDS[result].shape}&nbsp;
          </span>
          {RESULT_WORDS[result].word}
          <KeyHint keys={String(i + 1)} />
        </Button>
      ))}
      {signed > 0 && (
        <span>
          {signed === 1 ? '1 of them is signed' : `${count(signed)} of them are signed`}; a change voids that.
        </span>
      )}
      <span className="spacer" />
      <Button
        size="compact-xs"
        variant="subtle"
        loading={all.isPending}
        onClick={() => all.mutate(undefined)}
      >
        Select all {count(Math.min(props.total, MOST))}
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        onClick={() => props.onSelected(new Set())}
        aria-label="Clear selection"
      >
        Clear
      </Button>
    </div>
  );
}

/** How many of the selected stand under a sign-off that a change would void. */
function useSignedAmong(selected: ReadonlySet<string>, query: ReturnType<typeof controlQuery>): number {
  const { orpc } = useApi();
  const input = { ...query, status: ['submitted', 'accepted'] satisfies Status[], limit: 1000 };
  const signed = useQuery(orpc.controls.list.queryOptions({ input }));
  return (signed.data?.rows ?? []).filter((row) => !row.voided && selected.has(row.id)).length;
}
