import { useQuery } from '@tanstack/react-query';
import type { AssessmentView, ControlDossier } from '../../../shared/contract/frameworks.ts';
import type { QueueRow } from '../../../shared/contract/work.ts';
import { ErrorState } from '../../parts/blank.tsx';
import { Section } from '../../parts/panel.tsx';
import { Pill } from '../../parts/pill.tsx';
import { useApi } from '../../state/api.tsx';
import { go } from '../../state/place.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { EvidenceBeside } from '../common/evidence-beside.tsx';
import { HistoryList } from '../common/history-list.tsx';
import { Loaded } from '../common/loaded.tsx';
import { ReviewNotes } from '../common/review-notes.tsx';
import { SignOffs } from '../common/sign-offs.tsx';
import { METHOD_WORDS } from '../common/state-words.ts';
import { ResultPill, StatusPill, VoidPill } from '../common/words.tsx';
import { ControlText } from '../controls/control-text.tsx';
import { ChangesSince } from './changes-since.tsx';
import { Verdict } from './verdict.tsx';

/** One assessment as its reviewer needs it: the text, the claim, what changed, the evidence. */
export function ReviewAssessment({ row }: { row: QueueRow }) {
  const { orpc } = useApi();
  const dossier = useQuery(
    orpc.controls.get.queryOptions({ input: { control: row.target, engagement: row.engagement } }),
  );
  return (
    <Loaded query={dossier} label="Loading the check" rows={10}>
      {({ control, assessments }) => {
        const assessment = assessments.find((a) => a.id === row.record);
        return assessment ? <Body row={row} control={control} assessment={assessment} /> : <Gone />;
      }}
    </Loaded>
  );
}

function Gone() {
  return (
    <ErrorState
      happened="This assessment is not in the engagement any more."
      remedy="Take the next one from the queue."
    />
  );
}

function Body({
  row,
  control,
  assessment,
}: {
  row: QueueRow;
  control: ControlDossier['control'];
  assessment: AssessmentView;
}) {
  return (
    <>
      <article className="review-claim" aria-label={`${control.label} ${control.title}`}>
        <p className="quiet review-place">
          <code>{control.label}</code> · {control.frameworkTitle} · {assessment.subject.name}
        </p>
        <h2>{control.title}</h2>
        <div className="row-acts dossier-pills">
          <ResultPill result={assessment.result} />
          <StatusPill status={assessment.status} />
          {assessment.voided && <VoidPill />}
          {assessment.method && <Pill tone="plain">{METHOD_WORDS[assessment.method]}</Pill>}
          <button type="button" className="link" onClick={() => go('controls', control.id)}>
            Open the control
          </button>
        </div>
        <ChangesSince row={row} />
        {assessment.conflicts.map((conflict) => (
          <ConflictBox key={conflict.field} conflict={conflict} may={assessment.may.assess.allowed} />
        ))}
        <Section title="What was found">
          <p className="narrative">
            {assessment.note || <span className="quiet">No note was written.</span>}
          </p>
        </Section>
        <Section title="What is asked">
          <ControlText control={control} />
        </Section>
        <ReviewNotes notes={assessment.notes} />
        <Section title="Sign-offs">
          <SignOffs signOffs={assessment.signOffs} />
        </Section>
        <Section title="History">
          <HistoryList history={assessment.history} />
        </Section>
      </article>
      <aside className="review-beside" aria-label="Evidence and verdict">
        <div className="review-evidence">
          <EvidenceBeside
            evidence={assessment.evidence}
            signOffs={assessment.signOffs}
            assessment={assessment.id}
            target={{
              control: control.id,
              engagement: assessment.engagement,
              subject: assessment.subject.id,
              label: control.label,
            }}
            because={assessment.may.assess.allowed ? '' : assessment.may.assess.because}
          />
        </div>
        <Verdict
          row={row}
          digest={assessment.digest}
          prepare={assessment.may.prepare}
          review={assessment.may.review}
        />
      </aside>
    </>
  );
}
