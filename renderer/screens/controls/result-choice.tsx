import type { AssessmentView, ControlDossier } from '../../../shared/contract/frameworks.ts';
import { RESULTS } from '../../../shared/domain/results.ts';
import { useSingleKeys } from '../../state/single-keys.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { ResultButtons } from '../common/result-buttons.tsx';
import { SignedNotice } from '../common/signed-notice.tsx';
import { useSave, useSetResult } from './assessment-acts.ts';

/** The one decision about a control, at the top where it is always in sight; conflicts come before it. */
export function ResultChoice(props: { control: ControlDossier['control']; assessment: AssessmentView }) {
  const { control, assessment } = props;
  const { allowed, because } = assessment.may.assess;
  const setResult = useSetResult(control.label, assessment, useSave(control.id, assessment));
  useSingleKeys(
    Object.fromEntries(RESULTS.map((result, i) => [String(i + 1), () => allowed && setResult(result)])),
  );
  return (
    <div className="result-choice">
      {assessment.conflicts.map((conflict, i) => (
        <ConflictBox key={conflict.field} conflict={conflict} may={allowed} keys={i === 0} />
      ))}
      {allowed && <SignedNotice signOffs={assessment.signOffs} />}
      <ResultButtons value={assessment.result} label="Result" disabled={!allowed} onChoose={setResult} />
      {!allowed && <p className="quiet">{because}</p>}
    </div>
  );
}
