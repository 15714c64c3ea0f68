import type { Database } from '../../db/driver.ts';
import { fieldHistory } from '../../db/queries/ledger.ts';
import { judgeEntry, MemberKey, roleAt } from '../../shared/ledger/authority.ts';
import { idOf, type Operation, type Position, type Vector } from '../../shared/ledger/entry.ts';
import { headerBytes, type SegmentHeader } from '../../shared/ledger/segment.ts';
import { CREATE, Genesis, judgeGenesis, judgeRecovery, RECOVER } from './genesis.ts';
import { grantsOf, keysOf, within } from './grants.ts';
import { keyIdOf, sha256, verifyLedger } from './keys.ts';

/** An entry as authority is judged by: where it stands and what it does. */
export interface JudgedEntry {
  readonly at: Position;
  readonly action: string;
  readonly ops: readonly Operation[];
}

/** Which key signed a segment: a member's own, the founder's at the very beginning, or the recovery kit's. */
export type SegmentSigner = { readonly kind: 'member' | 'founder' | 'recovery'; readonly publicKey: string };

/**
 * Finds the key the header names among those its own history knows, and checks the signature. Answers null when no
 * such key is known or the signature is not by it.
 */
export function signerOf(
  db: Database,
  workspace: string,
  header: SegmentHeader,
  signature: string,
  entries: readonly JudgedEntry[],
): SegmentSigner | null {
  const candidates = candidateKeys(db, workspace, header, entries).filter(
    ({ publicKey }) => keyIdOf(publicKey) === header.keyId,
  );
  return candidates.find(({ publicKey }) => verifyLedger(publicKey, headerBytes(header), signature)) ?? null;
}

function candidateKeys(
  db: Database,
  workspace: string,
  header: SegmentHeader,
  entries: readonly JudgedEntry[],
): SegmentSigner[] {
  const first = entries[0];
  const candidates: SegmentSigner[] = [];
  if (header.from === 1 && first?.action === CREATE) {
    const genesis = judgeGenesis(workspace, header.member, first.ops);
    if ('key' in genesis) candidates.push({ kind: 'founder', publicKey: genesis.key });
  }
  const place: Position = [header.writer, header.from];
  for (const { at, key } of keysOf(db, header.member)) {
    if (within(header.admin, at, place)) candidates.push({ kind: 'member', publicKey: key.ledger });
  }
  if (first?.action === RECOVER) {
    const recovery = recoveryKey(db, workspace);
    if (recovery !== null) candidates.push({ kind: 'recovery', publicKey: recovery });
  }
  return candidates;
}

function recoveryKey(db: Database, workspace: string): string | null {
  for (const row of fieldHistory(db, `workspace:${workspace}`, 'genesis')) {
    const genesis = Genesis.safeParse(row.value);
    if (genesis.success) return genesis.data.recoveryKey;
  }
  return null;
}

/**
 * May this entry be applied? The same answer at every replica that holds the header's administrative history.
 * `earlier` are the entries of the same segment before it, which are history too but not yet in the tables.
 */
export function judge(
  db: Database,
  workspace: string,
  header: SegmentHeader,
  signer: SegmentSigner,
  entry: JudgedEntry,
): string | null {
  if (signer.kind === 'recovery') {
    return entry.action === RECOVER
      ? judgeRecovery(header.member, entry.ops)
      : 'the recovery key signs recoveries only';
  }
  if (entry.action === RECOVER) return 'a recovery is signed by the recovery key';
  if (entry.action === CREATE) {
    if (entry.at[1] !== 1 || signer.kind !== 'founder') return 'a workspace begins once';
    const genesis = judgeGenesis(workspace, header.member, entry.ops);
    return 'key' in genesis ? null : genesis.because;
  }
  const role = roleAt(grantsOf(db, header.member), entry.at, historyOf(header));
  const verdict = judgeEntry(sha256, workspace, role, header.member, entry.action, entry.ops);
  if (!verdict.ok) return verdict.because;
  return entry.ops.map((op) => judgeSecondKey(db, op, entry)).find((flaw) => flaw !== null) ?? null;
}

/** The header's history without its own chain, whose earlier entries count by their number alone. */
function historyOf(header: SegmentHeader): Vector {
  const { [header.writer]: _own, ...others } = header.admin;
  return others;
}

/** A member who has a key gets another only by their own act or a recovery. */
function judgeSecondKey(db: Database, op: Operation, entry: JudgedEntry): string | null {
  if (entry.action !== 'member.add@1' || op.field !== 'key' || !MemberKey.safeParse(op.value).success)
    return null;
  const others = keysOf(db, idOf(op.record)).filter(
    ({ at }) => at[0] !== entry.at[0] || at[1] !== entry.at[1],
  );
  return others.some(({ at }) => at[0] === entry.at[0] && at[1] < entry.at[1])
    ? 'this member already has a key'
    : null;
}
