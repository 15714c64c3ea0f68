import { Button, Checkbox, Modal } from '@mantine/core';
import { useState } from 'react';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { plural } from '../../parts/format.ts';
import { showDone, useAct, useUndo } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import type { EvidenceView } from './evidence-detail.tsx';

/** Removes evidence after saying what leans on it. */
export function RemoveEvidence(props: {
  opened: boolean;
  view: EvidenceView;
  onClose: () => void;
  onRemoved: () => void;
}) {
  const { client } = useApi();
  const undo = useUndo();
  const { evidence, links } = props.view;
  const [sure, setSure] = useState(false);
  const remove = useAct(
    () => client.evidence.remove({ evidence: evidence.id, evenIfLinked: links.length > 0 }),
    {
      done: () => {
        showDone(`${evidence.reference} removed.`, () => undo());
        props.onRemoved();
      },
    },
  );
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Remove ${evidence.reference}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="stack">
        <p>{readableName(evidence.title)}</p>
        {links.length > 0 ? (
          <>
            <div className="callout callout-warn">
              <strong>{plural(links.length, 'claim leans', 'claims lean')} on it:</strong>
              <ul className="list-plain scroll-small">
                {links.map((link) => (
                  <li key={link.assessment}>
                    <code>{link.label}</code> {link.title} · {link.subject}
                  </li>
                ))}
              </ul>
              Sign-offs on them become void.
            </div>
            <Checkbox
              label="Remove it all the same"
              checked={sure}
              onChange={(e) => setSure(e.currentTarget.checked)}
            />
          </>
        ) : (
          <p className="quiet">Nothing leans on it. The ledger keeps that it was here.</p>
        )}
        <div className="row-acts">
          <Button
            color="red.8"
            disabled={links.length > 0 && !sure}
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            Remove evidence
          </Button>
          <Button variant="default" onClick={props.onClose}>
            Keep it
          </Button>
        </div>
      </div>
    </Modal>
  );
}
