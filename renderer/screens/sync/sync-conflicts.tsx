import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FieldConflict } from '../../../shared/contract/frameworks.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { Panel } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { useOpenSession } from '../../state/session.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { fieldWord } from '../common/value-words.ts';

const MOST_SHOWN = 20;

/** What was set apart, decided by one key or by a value that none of the sides has. */
export function SyncConflicts() {
  const { orpc } = useApi();
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare').allowed;
  const list = useQuery(orpc.conflicts.list.queryOptions({ input: { limit: MOST_SHOWN } }));
  const rows = list.data?.rows ?? [];
  const total = list.data?.total ?? 0;
  if (rows.length === 0) return null;
  return (
    <Panel
      title="Set apart"
      aside={total > rows.length ? `the first ${rows.length} of ${total}` : 'Both sides stay in the ledger.'}
    >
      <div className="stack">
        {rows.map((conflict, i) => (
          <ConflictBox
            key={`${conflict.record} ${conflict.field}`}
            conflict={conflict}
            withLabel
            may={may}
            keys={i === 0}
            letters="12"
          >
            {takesWords(conflict) && <AnotherValue conflict={conflict} />}
          </ConflictBox>
        ))}
      </div>
    </Panel>
  );
}

/** Fields with words of their own; a result is one of those that are there. */
function takesWords({ field, sides }: FieldConflict): boolean {
  return (
    !['result', 'state', 'deleted', 'method'].includes(field) &&
    sides.every((side) => typeof side.value === 'string')
  );
}

function AnotherValue({ conflict }: { conflict: FieldConflict }) {
  const { client } = useApi();
  const [value, setValue] = useState('');
  const field = fieldWord(conflict.field);
  const set = useAct(
    () => client.conflicts.resolve({ record: conflict.record, field: conflict.field, value: value.trim() }),
    { done: () => showDone(`${field}: set anew. Both sides stay in the ledger.`) },
  );
  return (
    <form
      className="row-acts"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== '') set.mutate(undefined);
      }}
    >
      <TextInput
        className="grow"
        size="xs"
        aria-label={`Another value for ${field}, ${conflict.label}`}
        placeholder="Or say it anew"
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="compact-sm"
        variant="default"
        disabled={value.trim() === ''}
        loading={set.isPending}
      >
        Set
      </Button>
    </form>
  );
}
