import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChecklistView, QueueRow } from '../../../shared/contract/work.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import { Section } from '../../parts/panel.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { SaidBelow } from '../checklists/plan-notes.tsx';
import { EvidencePreview } from '../common/evidence-preview.tsx';
import { Loaded } from '../common/loaded.tsx';
import { SignOffs } from '../common/sign-offs.tsx';
import { ResultPill, StatusPill, VoidPill } from '../common/words.tsx';
import { ChangesSince } from './changes-since.tsx';
import { Verdict } from './verdict.tsx';

/** A whole checklist as its reviewer needs it: every item with its result, note and evidence. */
export function ReviewChecklist({ row }: { row: QueueRow }) {
  const { orpc } = useApi();
  const subject = useSubjectOf(row);
  const input = { checklist: row.target, engagement: row.engagement, ...(subject ? { subject } : {}) };
  const view = useQuery(orpc.checklists.get.queryOptions({ input }));
  return (
    <Loaded query={view} label="Loading the checklist" rows={10}>
      {({ checklist }) => <Body row={row} checklist={checklist} />}
    </Loaded>
  );
}

/** The queue names its subject; the checklist is read by the subject's id. */
function useSubjectOf(row: QueueRow): string | undefined {
  const { orpc } = useApi();
  const engagement = useQuery(orpc.engagements.get.queryOptions({ input: { engagement: row.engagement } }));
  return engagement.data?.subjects.find((s) => s.name === row.subject)?.id;
}

function Body({ row, checklist }: { row: QueueRow; checklist: ChecklistView }) {
  const files = checklist.rows.flatMap((item) => item.evidence);
  const [shown, setShown] = useState<string | null>(null);
  const evidence = files.find((e) => e.id === shown) ?? files[0];
  return (
    <>
      <article className="review-claim" aria-label={checklist.title}>
        <p className="quiet review-place">
          checklist · {checklist.frameworkTitle} · {checklist.subject.name}
        </p>
        <h2>{checklist.title}</h2>
        <div className="row-acts dossier-pills">
          <StatusPill status={checklist.status} />
          {checklist.voided && <VoidPill />}
          <button type="button" className="link" onClick={() => go('checklists', checklist.id)}>
            Open the checklist
          </button>
        </div>
        <ChangesSince row={row} />
        <ol className="list-plain review-items" aria-label="Items">
          {checklist.rows.map((item) => (
            <li key={item.id} style={{ paddingInlineStart: Math.min(item.depth, 4) * 16 }}>
              <div className="line">
                <code className="quiet">{item.label}</code>
                <span className="grow">
                  {item.text}
                  <SaidBelow lines={item.details} />
                </span>
                <ResultPill result={item.result} />
              </div>
              {item.note && <p className="sign-note">{item.note}</p>}
              {item.evidence.map((e) => (
                <button key={e.id} type="button" className="link" onClick={() => setShown(e.id)}>
                  {e.reference} {readableName(e.title)}
                </button>
              ))}
            </li>
          ))}
        </ol>
        <Section title="Sign-offs">
          <SignOffs signOffs={checklist.signOffs} />
        </Section>
      </article>
      <aside className="review-beside" aria-label="Evidence and verdict">
        <div className="review-evidence">
          <Section title={evidence ? `${evidence.reference} ${readableName(evidence.title)}` : 'Evidence'}>
            {!evidence && <p className="quiet">No item has evidence.</p>}
            {evidence?.files.map((file, index) => (
              <EvidencePreview
                key={`${evidence.id} ${file.sha256} ${file.name}`}
                evidence={evidence.id}
                index={index}
                file={file}
              />
            ))}
          </Section>
        </div>
        <Verdict
          row={row}
          digest={checklist.digest}
          prepare={checklist.may.prepare}
          review={checklist.may.review}
        />
      </aside>
    </>
  );
}
