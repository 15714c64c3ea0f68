import { ActionIcon, Button, FileButton } from '@mantine/core';
import type { InferContractRouterOutputs } from '@orpc/contract';
import { IconTrash, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Contract } from '../../../shared/contract/index.ts';
import { mayAccess } from '../../../shared/domain/permissions.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { moment, plural } from '../../parts/format.ts';
import { Hash } from '../../parts/hash.tsx';
import { Section } from '../../parts/panel.tsx';
import { showDone, useAct } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { useOpenSession } from '../../state/session.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { EvidencePreview } from '../common/evidence-preview.tsx';
import { HistoryList } from '../common/history-list.tsx';
import { Loaded } from '../common/loaded.tsx';
import { EvidenceStatePill } from '../common/words.tsx';
import { EvidenceFields } from './evidence-fields.tsx';
import { RegisterFields } from './register-fields.tsx';
import { RegisterPart } from './register-part.tsx';
import { RemoveEvidence } from './remove-evidence.tsx';
import { EarlierRevisions } from './revisions.tsx';

export type EvidenceView = InferContractRouterOutputs<Contract>['evidence']['get'];

/** One record of evidence: its files, its dates, who held it, and what leans on it. */
export function EvidenceDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const { orpc } = useApi();
  const view = useQuery(orpc.evidence.get.queryOptions({ input: { evidence: id } }));
  return (
    <aside className="dossier" aria-label="Evidence record">
      <Loaded query={view} label="Loading the record" rows={8}>
        {(data) => <Detail view={data} onClose={onClose} />}
      </Loaded>
    </aside>
  );
}

function Detail({ view, onClose }: { view: EvidenceView; onClose: () => void }) {
  const { evidence } = view;
  const { member } = useOpenSession();
  const may = mayAccess(member.role, 'prepare').allowed;
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <header className="dossier-head">
        <p className="quiet mono">
          {evidence.reference} · revision {evidence.revision}
        </p>
        {may && (
          <ActionIcon aria-label={`Remove ${evidence.reference}`} onClick={() => setRemoving(true)}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
        <ActionIcon aria-label="Close the record" onClick={onClose}>
          <IconX size={15} />
        </ActionIcon>
      </header>
      <div className="dossier-body">
        <div className="dossier-claim">
          <h2>{readableName(evidence.title)}</h2>
          <div className="row-acts dossier-pills">
            <EvidenceStatePill state={evidence.state} />
            <span className="quiet">
              added {moment(evidence.addedAt)} by {evidence.addedBy}
            </span>
          </div>
          {!may && (
            <p className="callout callout-info">You can read this; changing it needs the right to prepare.</p>
          )}
          {evidence.warnings.map((warning) => (
            <p key={warning} className="callout callout-warn">
              {warning}
            </p>
          ))}
          {view.conflicts.map((conflict, i) => (
            <ConflictBox key={conflict.field} conflict={conflict} may={may} keys={i === 0} />
          ))}
          <EvidenceFields key={`${evidence.id} ${evidence.revision}`} evidence={evidence} may={may} />
          <details className="more" open={hasRegisterFields(evidence)}>
            <summary>Systems, source, reviewer, how long it is kept</summary>
            <RegisterFields
              key={`${evidence.id} ${evidence.revision} register`}
              evidence={evidence}
              may={may}
            />
          </details>
          <RegisterPart evidence={evidence} />
          <Links view={view} />
          <Custody view={view} />
          <Section title="History">
            <HistoryList history={view.history} />
          </Section>
        </div>
        <div className="dossier-beside">
          <Files evidence={evidence} may={may} />
          <EarlierRevisions evidence={evidence.id} revisions={view.revisions} />
        </div>
      </div>
      <RemoveEvidence opened={removing} view={view} onClose={() => setRemoving(false)} onRemoved={onClose} />
    </>
  );
}

/** Whether anybody said what the register keeps beside the dates. */
function hasRegisterFields(evidence: EvidenceView['evidence']): boolean {
  const { systems, verification, source, proofLink, reviewer, riskIfStale, marking, retainUntil } = evidence;
  const said = [verification, source, proofLink, reviewer, riskIfStale, marking].some((text) => text !== '');
  return said || systems.length > 0 || retainUntil !== null;
}

function Files({ evidence, may }: { evidence: EvidenceView['evidence']; may: boolean }) {
  const { client, files: door } = useApi();
  const revise = useAct(
    async (files: readonly File[]) => {
      const sources: { upload: string }[] = [];
      for (const file of files) sources.push({ upload: (await door.stage(file)).upload });
      return client.evidence.revise({ evidence: evidence.id, files: sources });
    },
    { done: () => showDone(`${evidence.reference} has a new revision; the old one is kept.`) },
  );
  return (
    <Section
      title={plural(evidence.files.length, 'file')}
      aside={
        may && (
          <FileButton
            multiple
            onChange={(files) => files.length > 0 && revise.mutate(files)}
            inputProps={{ 'aria-label': 'Files of the new revision' }}
          >
            {(props) => (
              <Button {...props} size="compact-sm" variant="default" loading={revise.isPending}>
                New revision
              </Button>
            )}
          </FileButton>
        )
      }
    >
      {evidence.files.map((file, index) => (
        <div key={`${file.sha256} ${file.name}`}>
          <EvidencePreview evidence={evidence.id} index={index} file={file} />
          <Hash value={file.sha256} whole />
        </div>
      ))}
    </Section>
  );
}

type Link = EvidenceView['links'][number];

function Links({ view }: { view: EvidenceView }) {
  const { client } = useApi();
  const { evidence } = view;
  const again = useAct((link: Link) =>
    client.evidence.link({
      evidence: evidence.id,
      control: link.target,
      engagement: link.engagement,
      subject: link.subject,
    }),
  );
  const unlink = useAct(
    (link: Link) => client.evidence.unlink({ evidence: evidence.id, assessment: link.assessment }),
    {
      done: (_, link) => showDone(`${evidence.reference} taken off ${link.label}.`, () => again.mutate(link)),
    },
  );
  return (
    <Section
      title={view.links.length === 0 ? 'Linked nowhere' : `Linked to ${plural(view.links.length, 'place')}`}
    >
      {view.links.length === 0 && (
        <p className="quiet">Open a control or checklist item and choose "Link existing evidence".</p>
      )}
      <ul className="list-plain">
        {view.links.map((link) => (
          <li key={link.assessment} className="line">
            <button
              type="button"
              className="link-row grow"
              onClick={() => go(link.kind === 'control' ? 'controls' : 'checklists', link.target)}
            >
              <code>{link.label}</code> {link.title} <span className="quiet">· {link.subject}</span>
            </button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => unlink.mutate(link)}
              aria-label={`Unlink ${link.label}`}
            >
              Unlink
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Custody({ view }: { view: EvidenceView }) {
  return (
    <Section title="Chain of custody">
      <ol className="list-plain history">
        {view.custody.map((event) => (
          <li key={`${event.at} ${event.what} ${event.sha256}`}>
            <div>{event.what}</div>
            <div className="quiet">
              {moment(event.at)} · {event.by} · <Hash value={event.sha256} />
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
