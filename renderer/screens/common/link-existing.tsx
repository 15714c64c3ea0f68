import type { EvidenceRow } from '../../../shared/contract/frameworks.ts';
import { showDone } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import type { AttachTarget } from './attach.ts';
import { ChooseEvidence } from './choose-evidence.tsx';

/** Chooses evidence that is already in the vault and links it here. */
export function LinkExisting(props: {
  opened: boolean;
  onClose: () => void;
  target: AttachTarget;
  linked: readonly EvidenceRow[];
}) {
  const { client } = useApi();
  const { control, engagement, subject, label } = props.target;
  return (
    <ChooseEvidence
      opened={props.opened}
      title={`Link evidence to ${label}`}
      word="Link"
      taken={new Set(props.linked.map((row) => row.id))}
      onClose={props.onClose}
      onChoose={async (row) => {
        await client.evidence.link({ evidence: row.id, control, engagement, subject });
        showDone(`${row.reference} linked to ${label}.`);
      }}
    />
  );
}
