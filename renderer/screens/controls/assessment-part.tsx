import { Button, SegmentedControl } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { useRef } from 'react';
import type { AssessmentView, ControlDossier } from '../../../shared/contract/frameworks.ts';
import { METHODS, type Method } from '../../../shared/domain/results.ts';
import { Hash } from '../../parts/hash.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Section } from '../../parts/panel.tsx';
import { showFault } from '../../state/acts.tsx';
import { useSingleKeys } from '../../state/single-keys.ts';
import { Because } from '../common/evidence-beside.tsx';
import { NoteField } from '../common/note-field.tsx';
import { ReviewNotes } from '../common/review-notes.tsx';
import { SignOffs } from '../common/sign-offs.tsx';
import { METHOD_WORDS } from '../common/state-words.ts';
import { useSaveTold, useSignAsPreparer } from './assessment-acts.ts';

/** What stands behind the result for one subject: method, note, and who vouches for it. */
export function AssessmentPart(props: { control: ControlDossier['control']; assessment: AssessmentView }) {
  const { control, assessment } = props;
  const save = useSaveTold(control, assessment);
  const sign = useSignAsPreparer(control.label, assessment);
  const note = useRef<HTMLTextAreaElement>(null);
  const { assess, prepare } = assessment.may;
  useSingleKeys({
    n: () => note.current?.focus(),
    p: () => prepare.allowed && sign.mutate(undefined),
  });
  return (
    <div className="claim">
      <Section title={`What was found for ${assessment.subject.name}`}>
        <MethodChoice
          value={assessment.method}
          disabled={!assess.allowed}
          onChoose={(method) => void save({ method }).catch(showFault)}
        />
        <NoteField
          key={assessment.id}
          draftKey={`${assessment.id} note`}
          label="Note"
          stored={assessment.note}
          storedAt={assessment.history[0]?.at}
          disabled={!assess.allowed}
          placeholder="What was looked at, and what was found"
          inputRef={note}
          save={(text) => save({ note: text })}
        />
      </Section>
      <Section title="Sign-off">
        <SignOffs signOffs={assessment.signOffs} />
        <SignRow assessment={assessment} signing={sign.isPending} onSign={() => sign.mutate(undefined)} />
      </Section>
      <ReviewNotes notes={assessment.notes} />
    </div>
  );
}

function MethodChoice(props: {
  value: Method | null;
  disabled: boolean;
  onChoose: (method: Method | null) => void;
}) {
  return (
    <div className="method">
      <span className="quiet" id="method-label">
        Method
      </span>
      <SegmentedControl
        aria-labelledby="method-label"
        disabled={props.disabled}
        value={props.value ?? ''}
        onChange={(value) => props.onChoose(METHODS.find((m) => m === value) ?? null)}
        data={[
          { value: '', label: 'Not said' },
          ...METHODS.map((m) => ({ value: m, label: METHOD_WORDS[m] })),
        ]}
      />
    </div>
  );
}

/** The preparer's signature, and what it would bind them to. */
function SignRow(props: { assessment: AssessmentView; signing: boolean; onSign: () => void }) {
  const { prepare } = props.assessment.may;
  return (
    <div className="row-acts sign-row">
      <Because because={prepare.allowed ? '' : prepare.because}>
        <Button
          leftSection={<IconWritingSign size={14} />}
          disabled={!prepare.allowed}
          loading={props.signing}
          onClick={props.onSign}
        >
          Sign as preparer
          <KeyHint keys="P" />
        </Button>
      </Because>
      <span className="quiet">
        {prepare.allowed ? (
          <>
            Binds you to digest <Hash value={props.assessment.digest} label="digest" />
          </>
        ) : (
          prepare.because
        )}
      </span>
    </div>
  );
}
