import type { RefObject } from 'react';
import type { ControlRow } from '../../../shared/contract/frameworks.ts';
import { RESULTS, type Result } from '../../../shared/domain/results.ts';
import { plural } from '../../parts/format.ts';
import { showDone, useAct, useUndo } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import type { RowCursor } from '../common/row-list.tsx';
import { RESULT_WORDS } from '../common/state-words.ts';

interface KeyScope {
  readonly cursor: RowCursor<ControlRow>;
  readonly selected: ReadonlySet<string>;
  readonly toggle: (row: ControlRow) => void;
  readonly search: RefObject<HTMLInputElement | null>;
  /** The control whose dossier is open. */
  readonly open: string | null;
  readonly engagement: string | undefined;
  readonly subject: string | undefined;
}

/** The keys of the list: move, open, select, and set results without leaving the row. */
export function useControlKeys(scope: KeyScope): void {
  const setMany = useSetMany(scope);
  const { row } = scope.cursor;
  const set = (result: Result) => {
    if (scope.selected.size > 0) setMany([...scope.selected], result);
    else if (row && !row.withdrawn) setMany([row.id], result, row);
  };
  // An open dossier sets its own result: it knows which subject is in front.
  const setsHere = scope.open === null || scope.selected.size > 0;
  const results = setsHere ? RESULTS.map((result, i) => [String(i + 1), () => set(result)] as const) : [];
  useSingleKeys({
    ...scope.cursor.keys,
    enter: () => row && go('controls', row.id),
    escape: () => scope.open && go('controls'),
    x: () => row && !row.withdrawn && scope.toggle(row),
    '/': () => scope.search.current?.focus(),
    ...Object.fromEntries(results),
  });
}

/** Sets one result for many controls in one entry, with the way back. */
export function useSetMany(scope: { engagement?: string | undefined; subject?: string | undefined }) {
  const { client } = useApi();
  const undo = useUndo();
  const act = useAct(
    (input: { controls: string[]; result: Result; row?: ControlRow | undefined }) => {
      const { engagement, subject } = scope;
      return client.assessments.setMany({
        engagement,
        subject,
        controls: input.controls,
        result: input.result,
      });
    },
    {
      done: ({ changed, entry }, { row, result }) => {
        const what = row?.label ?? plural(changed, 'control');
        const lost = changed > 0 && row && isSigned(row) ? ' Its sign-off is void now.' : '';
        showDone(
          `${what}: ${RESULT_WORDS[result].word.toLowerCase()}.${lost}`,
          entry ? () => undo(entry) : undefined,
        );
      },
    },
  );
  return (controls: string[], result: Result, row?: ControlRow) => act.mutate({ controls, result, row });
}

function isSigned({ status, voided }: ControlRow): boolean {
  return !voided && (status === 'submitted' || status === 'accepted');
}
