import { Button, SegmentedControl } from '@mantine/core';
import { IconWritingSign } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { AssessmentView, ControlDossier } from '../../../shared/contract/frameworks.ts';
import { METHODS, type Method, RESULTS, type Result } from '../../../shared/domain/results.ts';
import { Hash } from '../../parts/hash.tsx';
import { KeyHint } from '../../parts/key-hint.tsx';
import { Section } from '../../parts/panel.tsx';
import { useKeys } from '../../parts/use-keys.ts';
import { showDone, useAct, useUndo } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { drafts } from '../../state/drafts.ts';
import { usePreferences } from '../../state/preferences.ts';
import { ConflictBox } from '../common/conflict-box.tsx';
import { Because } from '../common/evidence-beside.tsx';
import { HistoryList } from '../common/history-list.tsx';
import { NoteField } from '../common/note-field.tsx';
import { ResultButtons } from '../common/result-buttons.tsx';
import { ReviewNotes } from '../common/review-notes.tsx';
import { SignOffs } from '../common/sign-offs.tsx';
import { METHOD_WORDS, RESULT_WORDS } from '../common/words.tsx';

type Change = { result?: Result; method?: Method | null; note?: string };

/** The claim about a control for one subject: result, method, note, and who vouches for it. */
export function AssessmentPart(props: { control: ControlDossier['control']; assessment: AssessmentView }) {
  const { control, assessment } = props;
  const save = useSave(control.id, assessment);
  const sign = useSignAsPreparer(control.label, assessment);
  const note = useRef<HTMLTextAreaElement>(null);
  const setResult = useSetResult(control.label, save);
  const { assess, prepare } = assessment.may;
  const singleKeys = usePreferences((p) => p.singleKeys);
  useKeys(
    {
      n: () => note.current?.focus(),
      p: () => prepare.allowed && sign.mutate(undefined),
      ...Object.fromEntries(
        RESULTS.map((result, i) => [String(i + 1), () => assess.allowed && setResult(result)]),
      ),
    },
    singleKeys,
  );
  return (
    <div className="claim">
      <Section title={`Result for ${assessment.subject.name}`}>
        {assessment.conflicts.map((conflict, i) => (
          <ConflictBox key={conflict.field} conflict={conflict} may={assess.allowed} keys={i === 0} />
        ))}
        <ResultButtons
          value={assessment.result}
          label="Result"
          disabled={!assess.allowed}
          onChoose={setResult}
        />
        {!assess.allowed && <p className="quiet">{assess.because}</p>}
        <MethodChoice
          value={assessment.method}
          disabled={!assess.allowed}
          onChoose={(method) => void save({ method })}
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
        <div className="row-acts sign-row">
          <Because because={prepare.allowed ? '' : prepare.because}>
            <Button
              leftSection={<IconWritingSign size={14} />}
              disabled={!prepare.allowed}
              loading={sign.isPending}
              onClick={() => sign.mutate(undefined)}
            >
              Sign as preparer
              <KeyHint keys="P" />
            </Button>
          </Because>
          <span className="quiet">
            {prepare.allowed ? (
              <>
                Binds you to digest <Hash value={assessment.digest} label="digest" />
              </>
            ) : (
              prepare.because
            )}
          </span>
        </div>
      </Section>
      <ReviewNotes notes={assessment.notes} />
      <Section title="History">
        <HistoryList history={assessment.history} />
      </Section>
    </div>
  );
}

/** Stores a change and shows the answer at once, before the lists are read again. */
function useSave(control: string, assessment: AssessmentView): (change: Change) => Promise<AssessmentView> {
  const { client, orpc } = useApi();
  const queries = useQueryClient();
  const { engagement, subject } = assessment;
  return async (change) => {
    const answer = await client.assessments.set({ control, engagement, subject: subject.id, ...change });
    const key = orpc.controls.get.queryKey({ input: { control, engagement } });
    queries.setQueryData<ControlDossier>(key, (now) =>
      now
        ? {
            ...now,
            assessments: now.assessments.map((a) => (a.id === answer.assessment.id ? answer.assessment : a)),
          }
        : now,
    );
    return answer.assessment;
  };
}

function useSetResult(
  label: string,
  save: (change: Change) => Promise<AssessmentView>,
): (result: Result) => void {
  const undo = useUndo();
  const act = useAct((result: Result) => save({ result }), {
    done: (after, result) => {
      const entry = after.history[0];
      showDone(
        `${label}: ${RESULT_WORDS[result].word.toLowerCase()}.`,
        entry && (() => undo({ writer: entry.writer, seq: entry.seq })),
      );
    },
  });
  return (result) => act.mutate(result);
}

/** Signs exactly what is on screen: what is still being typed is stored first, and a digest that moved is refused. */
function useSignAsPreparer(label: string, assessment: AssessmentView) {
  const { client } = useApi();
  return useAct(
    async () => {
      const typed = drafts.value(`${assessment.id} note`) !== undefined;
      await drafts.flush(`${assessment.id} note`);
      return client.review.sign({
        kind: 'assessment',
        id: assessment.id,
        as: 'preparer',
        ...(typed ? {} : { expectDigest: assessment.digest }),
      });
    },
    { done: () => showDone(`${label} signed as prepared. It waits for a reviewer now.`) },
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
