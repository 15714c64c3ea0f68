import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { LoadingRows } from '../../parts/blank.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import type { AttachTarget } from './attach.ts';
import { EvidenceStatePill } from './words.tsx';

/** Chooses evidence that is already in the vault and links it here. */
export function LinkExisting(props: {
  opened: boolean;
  onClose: () => void;
  target: AttachTarget;
  linked: readonly EvidenceRow[];
}) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Link evidence to ${props.target.label}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Choices {...props} />
    </Modal>
  );
}

function Choices({
  target,
  linked,
  onClose,
}: {
  target: AttachTarget;
  linked: readonly EvidenceRow[];
  onClose: () => void;
}) {
  const { client, orpc } = useApi();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), 150);
  const list = useQuery(orpc.evidence.list.queryOptions({ input: { limit: 50, ...(text ? { text } : {}) } }));
  const link = useAct(
    (row: EvidenceRow) =>
      client.evidence.link({
        evidence: row.id,
        control: target.control,
        engagement: target.engagement,
        subject: target.subject,
      }),
    {
      done: (_, row) => {
        showDone(`${row.reference} linked to ${target.label}.`);
        onClose();
      },
    },
  );
  const here = new Set(linked.map((row) => row.id));
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
            <span className="grow">{row.title}</span>
            <EvidenceStatePill state={row.state} />
            <Button
              size="compact-xs"
              variant="default"
              disabled={here.has(row.id)}
              loading={link.isPending && link.variables.id === row.id}
              onClick={() => link.mutate(row)}
              aria-label={`Link ${row.reference}`}
            >
              {here.has(row.id) ? 'Linked' : 'Link'}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
