import type { Database } from '../../db/driver.ts';
import { baseOf, lineTo } from '../../db/queries/branches.ts';
import { beganIn, valueAt } from '../../db/queries/ledger.ts';
import { addedPrefix } from '../../shared/domain/identity.ts';
import type { KnownBefore } from '../../shared/ledger/authority.ts';
import type { Position } from '../../shared/ledger/entry.ts';

/**
 * What the ledger holds before an entry of a writer. Every replica has it, whatever else it knows: an entry waits for
 * what it replaces, and a chain has no gaps. What stands in the same chain at the entry or behind it is not before it,
 * whether it is here already or not. Before anything is read, what is on its way into the tables is settled there.
 */
export function knownBefore(
  db: Database,
  [chain, seq]: Position,
  settle: () => void = () => {},
): KnownBefore {
  let line: readonly Position[] | undefined;
  const ownLine = () => {
    line ??= lineTo(db, [chain, Math.max(1, seq - 1)]);
    return line;
  };
  const isOwn = ([writer, number]: Position) =>
    number < seq && ownLine().some(([id, upTo]) => id === writer && number <= upTo);
  const isAhead = ([writer, number]: Position) => writer === chain && number >= seq;
  const said = (at: Position, record: string, field: string) =>
    isAhead(at) ? undefined : valueAt(db, at, record, field);
  return {
    replaces: ({ record, field, parents }) => {
      settle();
      return parents.map((at) => {
        const replaced = said(at, record, field);
        const before = (replaced?.parents ?? []).map((earlier) => said(earlier, record, field)?.value);
        return { value: replaced?.value, own: isOwn(at), before };
      });
    },
    // Whoever says again where a record belongs has not begun it: its nonce names the entry it begins in.
    began: (record) => {
      settle();
      return beganIn(db, record).some(
        ({ at, nonce }) => isOwn(at) && nonce.startsWith(addedPrefix(baseOf(db, at[0]), at[1])),
      );
    },
  };
}
