import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { LoadingRows } from '../../parts/blank.tsx';
import { useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { EvidenceStatePill } from './words.tsx';

interface ChooseProps {
  readonly opened: boolean;
  readonly title: string;
  /** What choosing does, as its button says it: *Link*. */
  readonly word: string;
  /** What is there already. */
  readonly taken: ReadonlySet<string>;
  readonly onClose: () => void;
  readonly onChoose: (row: EvidenceRow) => Promise<unknown>;
}

/** Chooses evidence that is already in the vault. */
export function ChooseEvidence(props: ChooseProps) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Choices {...props} />
    </Modal>
  );
}

function Choices({ word, taken, onClose, onChoose }: ChooseProps) {
  const { orpc } = useApi();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 150);
  const list = useQuery(orpc.evidence.list.queryOptions({ input: { limit: 50, ...(text ? { text } : {}) } }));
  const choose = useAct(onChoose, { done: onClose });
  const rows = list.data?.rows ?? [];
  return (
    <div className="stack">
      <TextInput
        label="Find"
        placeholder="Title, file name or reference"
        value={typed}
        onChange={(e) => setTyped(e.currentTarget.value)}
        data-autofocus
      />
      {list.isPending && <LoadingRows rows={4} />}
      {list.data && rows.length === 0 && (
        <p className="quiet">No evidence matches. Attach a new file instead.</p>
      )}
      <ul className="list-plain link-choices">
        {rows.map((row) => (
          <li key={row.id}>
            <code>{row.reference}</code>
            <span className="grow">{readableName(row.title)}</span>
            <EvidenceStatePill state={row.state} />
            <Button
              size="compact-xs"
              variant="default"
              disabled={taken.has(row.id)}
              loading={choose.isPending && choose.variables.id === row.id}
              onClick={() => choose.mutate(row)}
              aria-label={`${word} ${row.reference}`}
            >
              {taken.has(row.id) ? 'There already' : word}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
