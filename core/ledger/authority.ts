import type { Database } from '../../db/driver.ts';
import { anyForked, lineTo } from '../../db/queries/branches.ts';
import { fieldHistory } from '../../db/queries/ledger.ts';
import { isAdministrative, isWithin, judgeEntry, type RoleGrant } from '../../shared/ledger/authority.ts';
import { idOf, kindOf, type Operation, type Position, type Vector } from '../../shared/ledger/entry.ts';
import { headerBytes, type SegmentHeader } from '../../shared/ledger/segment.ts';
import { CREATE, Genesis, judgeGenesis, judgeRecovery, RECOVER } from './genesis.ts';
import { type Givers, Grants, historyOf, keysOf, REVOKED, type RolesAt, within } from './grants.ts';
import { keyIdOf, sha256, verifyLedger } from './keys.ts';
import { knownBefore } from './known.ts';

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
  const place: Position = [first?.at[0] ?? header.writer, header.from];
  const known = adminKnown(db, header, entries.at(-1)?.at ?? place);
  for (const { at, key } of keysOf(db, header.member)) {
    if (within(known, at, place)) candidates.push({ kind: 'member', publicKey: key.ledger });
  }
  if (first?.action === RECOVER) {
    const recovery = recoveryKey(db, workspace);
    if (recovery !== null) candidates.push({ kind: 'recovery', publicKey: recovery });
  }
  return candidates;
}

/** The administrative entries a segment's author knew, those of their own chain up to its end included. */
function adminKnown(db: Database, header: SegmentHeader, last: Position): Vector {
  if (!anyForked(db)) return header.admin;
  const own = header.admin[header.writer] ?? 0;
  const upTo = lineTo(db, last).map(([chain, seq]): [string, number] => [chain, Math.min(seq, own)]);
  return { ...historyOf(db, header, last), ...Object.fromEntries(upTo.filter(([, seq]) => seq > 0)) };
}

function recoveryKey(db: Database, workspace: string): string | null {
  for (const row of fieldHistory(db, `workspace:${workspace}`, 'genesis')) {
    // Only the first entry of a workspace carries a beginning; nothing later may name another recovery key.
    const genesis = Genesis.safeParse(row.value);
    if (genesis.success) return genesis.data.recoveryKey;
  }
  return null;
}

interface Judging {
  /** Writes to the tables what was judged so far. */
  readonly settle?: () => void;
  /** What grants come to, as long as no entry changes. */
  readonly grants?: Grants;
  /** What those who gave roles knew, for others that are judged with this one. */
  readonly givers?: Givers;
}

/**
 * May these entries of a segment be applied? The same answer at every replica that holds the header's administrative
 * history. They are asked for in their order, each after the one before it stands in the tables, or will once `settle`
 * was called, which is before they are read: what an entry gives or takes holds from the next on.
 */
export function judging(
  db: Database,
  workspace: string,
  header: SegmentHeader,
  signer: SegmentSigner,
  from: Position,
  { settle = () => {}, grants, givers = new Map() }: Judging = {},
): (entry: JudgedEntry) => string | null {
  const history = historyOf(db, header, from);
  const asked = () => grants ?? new Grants(db, givers);
  let lasting: RolesAt | null = null;
  const rolesOf = (at: Position) => {
    if (lasting === null) settle();
    const roles = lasting ?? asked().rolesAt(header.member, at, history);
    lasting = roles.lasts ? roles : null;
    return roles;
  };
  return (entry) => {
    const administrative = isAdministrative(entry.ops);
    if (administrative) settle();
    const flaw =
      signer.kind === 'recovery' || entry.action === RECOVER || entry.action === CREATE
        ? keyFlaw(workspace, header, signer, entry)
        : roleFlaw(entry, rolesOf(entry.at));
    if (administrative) lasting = null;
    return flaw;
  };

  function roleFlaw(entry: JudgedEntry, { known, standing }: RolesAt): string | null {
    const { member, writer } = header;
    const before = knownBefore(db, entry.at, settle);
    const author = { workspace, member, writer, seq: entry.at[1], known: before, role: known };
    const verdict = judgeEntry(sha256, author, entry.action, entry.ops);
    if (!verdict.ok) return verdict.because;
    const flaw = entry.ops
      .map((op) => standingFlaw(db, history, op, entry, known, asked()))
      .find((f) => f !== null);
    if (flaw !== undefined) return flaw;
    if (standing === known) return null;
    if (judgeEntry(sha256, { ...author, role: standing }, entry.action, entry.ops).ok) return null;
    return asked().takes(entry.ops, entry.at) ? null : REVOKED;
  }
}

/** One entry that stands in the tables already; `grants` as long as no entry changes. */
export function judge(
  db: Database,
  workspace: string,
  header: SegmentHeader,
  signer: SegmentSigner,
  entry: JudgedEntry,
  grants?: Grants,
): string | null {
  return judging(db, workspace, header, signer, entry.at, grants === undefined ? {} : { grants })(entry);
}

/** The first entry of a workspace and a recovery are judged by the key that signed them. */
function keyFlaw(
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
  if (entry.at[1] !== 1 || signer.kind !== 'founder') return 'a workspace begins once';
  const genesis = judgeGenesis(workspace, header.member, entry.ops);
  return 'key' in genesis ? null : genesis.because;
}

/** What an operation may not do to a member who is there already, as far as its author knew. */
export function standingFlaw(
  db: Database,
  history: Vector,
  op: Operation,
  { at, action }: Pick<JudgedEntry, 'at' | 'action'>,
  role: RoleGrant['role'],
  grants = new Grants(db),
): string | null {
  if (kindOf(op.record) !== 'member') return null;
  const member = idOf(op.record);
  if (op.field === 'role' && role !== 'owner' && grants.roleKnown(member, at, history) === 'owner') {
    return 'only an owner changes what an owner may do';
  }
  // A member who has a key gets another only by their own act or a recovery.
  const has = keysOf(db, member).some((key) => isWithin(history, key.at, at));
  return op.field === 'key' && action === 'member.add@1' && has ? 'this member already has a key' : null;
}
