import { useQueryClient } from '@tanstack/react-query';
import type { ProgrammeRow, ProgrammeView } from '../../../../shared/contract/programme.ts';
import { mayAccess, mayAttest } from '../../../../shared/domain/permissions.ts';
import { mayDecide } from '../../../../shared/domain/programme/decisive.ts';
import type { ProgrammeKind } from '../../../../shared/domain/programme/shapes.ts';
import { showDone, showFault, useAct, useUndo } from '../../../state/acts.tsx';
import { useApi } from '../../../state/api.tsx';
import { useOpenSession } from '../../../state/session.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Stores fields of a record and shows the answer at once, before the lists are read again. */
export function usePut(row: ProgrammeRow): (fields: Fields) => Promise<ProgrammeRow> {
  const { client, orpc } = useApi();
  const queries = useQueryClient();
  return async (fields) => {
    const { row: after } = await client.programme.put({ kind: row.kind, record: row.record, fields });
    const key = orpc.programme.get.queryKey({ input: { record: row.record } });
    queries.setQueryData<ProgrammeView>(key, (now) => (now ? { ...now, row: after } : now));
    return after;
  };
}

/** Sets a field by a choice, with the way back. */
export function useSetField(row: ProgrammeRow): (label: string, fields: Fields) => void {
  const put = usePut(row);
  const undo = useUndo();
  return (label, fields) => {
    put(fields).then(() => showDone(`${label} changed.`, () => undo()), showFault);
  };
}

/** Adds a record to the programme of an engagement. */
export function useAdd(engagement: string, kind: ProgrammeKind, done: (row: ProgrammeRow) => void) {
  const { client } = useApi();
  return useAct(
    async (fields: Fields) => (await client.programme.put({ kind, engagement, fields: { ...fields } })).row,
    { done, failed: () => undefined },
  );
}

/** Removes a record that people added, with the way back. */
export function useRemove(row: ProgrammeRow, done: () => void) {
  const { client } = useApi();
  const undo = useUndo();
  return useAct(() => client.programme.remove({ record: row.record }), {
    done: () => {
      showDone(`${row.title} removed.`, () => undo());
      done();
    },
  });
}

/** What the person at the screen may do in a programme; the reason where they may not. */
export function useMay() {
  const { member } = useOpenSession();
  const because = (verdict: ReturnType<typeof mayAccess>) => (verdict.allowed ? '' : verdict.because);
  return {
    prepare: mayAccess(member.role, 'prepare').allowed,
    prepareBecause: because(mayAccess(member.role, 'prepare')),
    review: mayAccess(member.role, 'review').allowed,
    reviewBecause: because(mayAccess(member.role, 'review')),
    /** What decides a gate is written by whoever prepares and may review. */
    decide: mayAccess(member.role, 'prepare').allowed && mayDecide(member.role).allowed,
    decideBecause: because(mayAccess(member.role, 'prepare')) || because(mayDecide(member.role)),
    attestBecause: because(mayAttest(member.role)),
    name: member.name,
  };
}
