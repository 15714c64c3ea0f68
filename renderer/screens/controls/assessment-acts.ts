import { useQueryClient } from '@tanstack/react-query';
import type { AssessmentView, ControlDossier } from '../../../shared/contract/frameworks.ts';
import type { Method, Result } from '../../../shared/domain/results.ts';
import { showDone, useAct, useUndo } from '../../state/acts.tsx';
import { useApi } from '../../state/api.tsx';
import { drafts } from '../../state/drafts.ts';
import { voidedWords } from '../common/signed-work.ts';
import { RESULT_WORDS } from '../common/state-words.ts';

type Change = { result?: Result; method?: Method | null; note?: string };

/** Stores a change and shows the answer at once, before the lists are read again. */
export function useSave(
  control: string,
  assessment: AssessmentView,
): (change: Change) => Promise<AssessmentView> {
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

/** Stores a method or note; where a sign-off is void by it, says whose, with the way back to what was signed. */
export function useSaveTold(
  control: ControlDossier['control'],
  assessment: AssessmentView,
): (change: Change) => Promise<AssessmentView> {
  const save = useSave(control.id, assessment);
  const putBack = useAct(
    async (change: Change) => {
      await drafts.flush(`${assessment.id} note`);
      await save(change);
    },
    { done: () => showDone(`${control.label} is again as it was.`) },
  );
  return async (change) => {
    const after = await save(change);
    const lost = voidedWords(assessment.signOffs, after.signOffs);
    if (lost !== '')
      showDone(`${control.label} changed. ${lost}`, () => putBack.mutate(was(change, assessment)));
    return after;
  };
}

/** The same fields as they were. */
function was(change: Change, { method, note }: AssessmentView): Change {
  return { ...('method' in change ? { method } : {}), ...('note' in change ? { note } : {}) };
}

/** Sets the result for the subject in front, with the way back. */
export function useSetResult(
  label: string,
  assessment: AssessmentView,
  save: (change: Change) => Promise<AssessmentView>,
): (result: Result) => void {
  const undo = useUndo();
  const act = useAct((result: Result) => save({ result }), {
    done: (after, result) => {
      const entry = after.history[0];
      const lost = voidedWords(assessment.signOffs, after.signOffs);
      showDone(
        `${label}: ${RESULT_WORDS[result].word.toLowerCase()}. ${lost}`.trim(),
        entry && (() => undo({ writer: entry.writer, seq: entry.seq })),
      );
    },
  });
  return (result) => act.mutate(result);
}

/** Signs exactly what is on screen: what is still being typed is stored first, and a digest that moved is refused. */
export function useSignAsPreparer(label: string, assessment: AssessmentView) {
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
