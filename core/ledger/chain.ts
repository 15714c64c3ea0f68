import { isSplit, ownChain, tipOf } from '../../db/queries/branches.ts';
import type { EntryRow } from '../../db/queries/ledger.ts';
import type { LedgerKernel } from './kernel.ts';

type Writing = Pick<LedgerKernel, 'db' | 'writer'>;

/** In which chain this copy goes on: its writer's own, or of two histories under the writer's numbers the one it wrote. */
export function chainOf({ db, writer }: Writing): string {
  return ownChain(db, writer.id);
}

/** The entry that the next one follows. */
export function newestOwn(kernel: Writing): EntryRow | undefined {
  return tipOf(kernel.db, chainOf(kernel));
}

/** The number that the next entry of this writer will have. */
export function nextSequence(kernel: Writing): number {
  return (newestOwn(kernel)?.seq ?? 0) + 1;
}

/** Whether two histories go on from where this copy stands, neither of them its own: what it writes begins a third. */
export function standsAtFork(kernel: Writing): boolean {
  return isSplit(kernel.db, chainOf(kernel));
}
