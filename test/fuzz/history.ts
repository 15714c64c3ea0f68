import assert from 'node:assert/strict';
import { append, nextSequence } from '../../core/ledger/append.ts';
import { resolveConflict } from '../../core/ledger/conflicts.ts';
import { Grants } from '../../core/ledger/grants.ts';
import { sha256 } from '../../core/ledger/keys.ts';
import { receiveSegments } from '../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../core/ledger/verify.ts';
import { signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { holdsOn } from '../../db/queries/evidence-register.ts';
import { conflictsOf } from '../../db/queries/history.ts';
import { adminVector, held, knownVector, operationsOf } from '../../db/queries/ledger.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { signOffDigest } from '../../shared/domain/sign-off.ts';
import { FaultError } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { check, dice, Fleet, linkOf, type Replica } from '../support/replicas.ts';
import type { Truth } from './truth.ts';

const DAY = 86_400_000;
export type Roll = (below: number) => number;

/** What one history did, for the summary. */
export interface HistoryReport {
  readonly replicas: number;
  readonly entries: number;
  readonly conflicts: number;
}

export interface Play {
  readonly roll: Roll;
  /** Evidence anybody added, by id. */
  readonly evidence: string[];
  /** Everybody but the owner. */
  readonly members: readonly string[];
  step: number;
}

const CHECKS = 5;
const NOTES = ['draft', 'seen', 'asked again'];
const RESULTS = ['satisfied', 'not-satisfied', 'not-applicable'];

export const pick = <T>(roll: Roll, list: readonly T[]): T => list[roll(list.length)] as T;

/** Everything that people do to the same few records, apart from each other. */
export const ACTS: readonly ((replica: Replica, play: Play) => void)[] = [
  assess,
  assess,
  assess,
  addEvidence,
  editEvidence,
  editEvidence,
  removeEvidence,
  removeEvidence,
  holdEvidence,
  retainEvidence,
  link,
  link,
  signOff,
  raiseNote,
  resolve,
];

function assess(replica: Replica, { roll, step }: Play): void {
  const { record, about } = check(roll(CHECKS));
  const value =
    roll(2) === 0
      ? { field: 'result', value: pick(roll, RESULTS) }
      : { field: 'note', value: roll(3) === 0 ? pick(roll, NOTES) : `note ${step}` };
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, ...value },
  ]);
}

function addEvidence(replica: Replica, { evidence, step }: Play): void {
  const id = deriveId(sha256, 'evidence', `${step}`);
  const file = { name: `f${step}`, sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'text/plain' };
  const custody = { evidence: id, what: 'Taken in', sha256: file.sha256 };
  append(replica, 'evidence.add@1', [
    { record: `evidence:${id}`, field: 'title', value: `Evidence ${step}` },
    { record: `evidence:${id}`, field: 'files', value: { revision: 1, files: [file] } },
    {
      record: `custody:${factId(sha256, 'custody', replica.writer.id, custody)}`,
      field: 'fact',
      value: custody,
    },
  ]);
  evidence.push(id);
}

/** Evidence this replica has heard of, removed or not: what was removed here may be alive elsewhere. */
function knownEvidence(replica: Replica, { evidence, roll }: Play): string | undefined {
  const known = evidence.filter(
    (id) => replica.db.prepare('SELECT 1 FROM head WHERE record = ?').get(`evidence:${id}`) !== undefined,
  );
  return known.length === 0 ? undefined : pick(roll, known);
}

function editEvidence(replica: Replica, play: Play): void {
  const id = knownEvidence(replica, play);
  if (id === undefined) return;
  const change =
    play.roll(2) === 0
      ? { field: 'title', value: `Title ${play.step}` }
      : { field: 'expires', value: pick(play.roll, ['2026-12-31', '2027-06-30', null]) };
  append(replica, 'evidence.update@1', [{ record: `evidence:${id}`, ...change }]);
}

function removeEvidence(replica: Replica, play: Play): void {
  const id = knownEvidence(replica, play);
  if (id === undefined) return;
  append(replica, 'evidence.remove@1', [
    { record: `evidence:${id}`, field: 'deleted', value: { seen: knownVector(replica.db) } },
  ]);
}

/** Lays a hold, or lifts what stands on it here. */
function holdEvidence(replica: Replica, play: Play): void {
  const id = knownEvidence(replica, play);
  if (id === undefined) return;
  const standing = holdsOn(replica.db, id).map((hold) => hold.id);
  const on = standing.length === 0 || play.roll(4) === 0;
  const seq = nextSequence(replica);
  const about = { engagement: '', record: `evidence:${id}`, reason: 'Matter' };
  const value = { ...about, on, lifts: on ? [] : standing, seq };
  const record = `hold:${factId(sha256, 'hold', replica.writer.id, value)}`;
  append(replica, 'evidence.hold@1', [{ record, field: 'fact', value }]);
}

function retainEvidence(replica: Replica, play: Play): void {
  const id = knownEvidence(replica, play);
  if (id === undefined || play.roll(3) > 0) return;
  const value = pick(play.roll, ['2025-09-01', '2026-02-01', '2026-12-31']);
  append(replica, 'evidence.update@2', [{ record: `evidence:${id}`, field: 'retainUntil', value }]);
}

function link(replica: Replica, play: Play): void {
  const id = knownEvidence(replica, play);
  if (id === undefined) return;
  const { record, id: assessment, about } = check(play.roll(CHECKS));
  const on = play.roll(3) > 0;
  const { record: linkRecord, value } = linkOf(id, assessment, on);
  append(replica, on ? 'evidence.link@1' : 'evidence.unlink@1', [
    { record, field: 'about', value: about },
    { record: linkRecord, field: 'state', value },
  ]);
}

function signOff(replica: Replica, { roll }: Play): void {
  const { id } = check(roll(CHECKS));
  const signed = signedAssessment(replica.db, id);
  if (signed === null) return;
  const returned = roll(4) === 0;
  const after = replica.db.prepare('SELECT id FROM sign_off WHERE record = ? ORDER BY id').pluck().all(id);
  const value = {
    kind: 'assessment',
    record: id,
    capacity: returned ? 'reviewer' : pick(roll, ['preparer', 'reviewer']),
    verdict: returned ? 'returned' : 'signed',
    digest: signOffDigest(sha256, signed),
    note: '',
    after: after as string[],
    signed: signed as unknown as Json,
    passphraseSetByOther: false,
  };
  const record = `signoff:${factId(sha256, 'signoff', replica.writer.id, value)}`;
  append(replica, returned ? 'review.return@1' : 'review.sign@1', [{ record, field: 'fact', value }]);
}

/** Takes a role away, or gives another; mostly with a cutoff, so that it binds who has not heard of it. */
export function changeRole(replica: Replica, { roll, members }: Play): void {
  const member = pick(roll, members);
  if (member === replica.writer.member) return;
  const cutoff = roll(4) > 0 ? knownVector(replica.db) : {};
  const value = { role: pick(roll, ['none', 'viewer', 'auditor', 'admin', 'admin']), cutoff };
  append(replica, 'member.role@1', [{ record: `member:${member}`, field: 'role', value }]);
}

const REFUSED: ReadonlySet<string> = new Set(['forbidden', 'rule-broken']);

/** Acts, unless the role this replica knows of forbids it, or a hold or a retention stands in the way. */
export function attempt(act: (replica: Replica, play: Play) => void, replica: Replica, play: Play): void {
  try {
    act(replica, play);
  } catch (error) {
    if (!(error instanceof FaultError) || !REFUSED.has(error.fault.code)) throw error;
  }
}

function raiseNote(replica: Replica, { roll, step }: Play): void {
  const open = replica.db.prepare('SELECT id FROM review_note ORDER BY id').pluck().all() as string[];
  if (open.length === 0 || roll(2) === 0) {
    const value = { record: check(roll(CHECKS)).id, text: `Question ${step}` };
    append(replica, 'review.note@1', [
      { record: `note:${deriveId(sha256, 'note', `${step}`)}`, field: 'raised', value },
    ]);
  } else {
    const record = `note:${pick(roll, open)}`;
    if (roll(2) === 0)
      append(replica, 'review.answer@1', [{ record, field: 'answer', value: `Answer ${step}` }]);
    else append(replica, 'review.clear@1', [{ record, field: 'cleared', value: roll(4) > 0 }]);
  }
}

function resolve(replica: Replica, { roll }: Play): void {
  const open = replica.db.prepare('SELECT record, field FROM conflict ORDER BY record, field').all() as {
    record: string;
    field: string;
  }[];
  if (open.length === 0) return;
  const { record, field } = pick(roll, open);
  resolveConflict(replica, { record, field, keep: roll(2) });
}

/** Carries some of one replica's segments to another: some are lost, some come twice, in any order. */
export function carrySome(fleet: Fleet, from: Replica, to: Replica, roll: Roll): void {
  const carried = fleet.carry(from).filter(() => roll(5) > 0);
  for (let i = carried.length - 1; i > 0; i -= 1) {
    const j = roll(i + 1);
    [carried[i], carried[j]] = [carried[j], carried[i]];
  }
  receiveSegments(to, [...carried, ...carried.slice(0, roll(3))]);
}

/** Everybody hears from everybody, twice, so that what waited can follow. */
export function settle(fleet: Fleet, replicas: readonly Replica[]): void {
  for (let round = 0; round < 2; round += 1) {
    for (const from of replicas) {
      const carried = fleet.carry(from);
      for (const to of replicas) if (to !== from) receiveSegments(to, carried);
    }
  }
}

/**
 * One history from a seed: 2 to 5 devices of several members, clocks from a year behind to a day ahead. In every third
 * one roles change too, so that entries fall and come back.
 */
export function runHistory(seed: number, steps = 110): HistoryReport {
  // Every eighth over encrypted files, so that the store is in play as well.
  const fleet = new Fleet('founder', { inMemory: seed % 8 !== 0 });
  try {
    const roll = dice(seed * 7919 + 1);
    const count = 2 + roll(4);
    for (let i = 1; i < count; i += 1) fleet.join(`D${i}`, 'admin');
    const { replicas } = fleet;
    for (const replica of replicas) replica.skew(-365 * DAY + roll(367) * DAY);
    const members = replicas.slice(1).map((replica) => replica.writer.member);
    const play: Play = { roll, evidence: [], members, step: 0 };
    const roles = seed % 3 === 2;
    for (; play.step < steps; play.step += 1) {
      const replica = pick(roll, replicas);
      if (roles && roll(8) === 0) attempt(changeRole, replica, play);
      else if (roll(4) > 0) attempt(pick(roll, ACTS), replica, play);
      else {
        const from = pick(roll, replicas);
        if (from !== replica) carrySome(fleet, from, replica, roll);
      }
    }
    settle(fleet, replicas);
    return holds(fleet, roll, roles);
  } finally {
    fleet.close();
  }
}

interface Written {
  readonly writer: string;
  readonly seq: number;
  readonly record: string;
  readonly field: string;
  readonly parents: string;
  readonly value: string;
  /** Of its entry. */
  readonly time: string;
  readonly entry: string;
  readonly idx: number;
}

/** What an operation replaced, and whether its author had seen another, as a reading of the rules needs it. */
interface Meaning {
  replaced(op: Written): readonly string[];
  sawBy(op: Written, seen: Record<string, number>): (other: Written) => boolean;
}

/** By the names in the ledger, where every name means one chain. */
function byNames(all: readonly Written[]): Meaning {
  const entryOf = new Map(all.map((op) => [`${op.writer},${op.seq}`, op.entry]));
  return {
    replaced: (op) => (JSON.parse(op.parents) as unknown[][]).map((at) => entryOf.get(String(at)) ?? ''),
    sawBy: (_op, seen) => (other) => other.seq <= (seen[other.writer] ?? 0),
  };
}

/** By what authors had before them, as it was noted then. */
function byTruth(truth: Truth): Meaning {
  return {
    replaced: (op) => truth.replacedBy(op.entry, op.idx),
    sawBy(op) {
      const seen = truth.seenBy(op.entry);
      return (other) => seen.has(other.entry);
    },
  };
}

/** Nothing that anybody wrote is missing, and every operation replaces what its author saw and nothing else. */
function demandAllWritten({ db }: Replica, truth: Truth): void {
  const hashes = db.prepare('SELECT hash FROM entry ORDER BY hash').pluck().all();
  assert.deepEqual(hashes, truth.entries(), 'not every entry anybody wrote is here');
  const places = db.prepare('SELECT writer, seq, hash FROM entry').all() as {
    writer: string;
    seq: number;
    hash: string;
  }[];
  const hashAt = new Map(places.map(({ writer, seq, hash }) => [`${writer},${seq}`, hash]));
  for (const { writer, seq, hash } of places)
    for (const [index, { record, field, parents }] of operationsOf(db, writer, seq).entries())
      assert.deepEqual(
        parents.map((at) => hashAt.get(String(at))),
        truth.replacedBy(hash, index),
        `${record} ${field} replaces something else than its author saw`,
      );
}

const STATES = 'SELECT writer, seq, hash, state, because FROM entry ORDER BY writer, seq';
const APPLIED = `SELECT o.*, e.time, e.hash entry FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
  WHERE e.state = 'applied' ORDER BY o.writer, o.seq, o.idx`;
const OPERATIONS =
  'SELECT writer, seq, idx, record, field, parents, value FROM operation ORDER BY writer, seq, idx';

/** What must be true of every history once everybody has heard everything. */
export function holds(fleet: Fleet, roll: Roll, roles: boolean, truth?: Truth): HistoryReport {
  const { replicas } = fleet;
  const [first, ...others] = replicas as [Replica, ...Replica[]];
  const all = first.db.prepare(OPERATIONS).all() as Written[];
  const states = first.db.prepare(STATES).all();
  const state = fleet.state(first);
  for (const other of others) assert.equal(fleet.state(other), state, `${other.name} differs`);
  if (truth !== undefined) demandAllWritten(first, truth);
  for (const replica of replicas) {
    assert.deepEqual(held(replica.db), [], `${replica.name} holds something back`);
    const own =
      "SELECT hash FROM entry WHERE state = 'applied' AND writer IN (SELECT id FROM writer WHERE base = ?)";
    const everywhere = first.db.prepare(own).pluck().all(replica.writer.id) as string[];
    const here = replica.db.prepare(own.replace("state = 'applied' AND ", '')).pluck().all(replica.writer.id);
    if (!roles) assert.deepEqual(everywhere.sort(), here.sort(), `entries of ${replica.name} are lost`);
    assert.deepEqual(replica.db.prepare(STATES).all(), states, `${replica.name} judges differently`);
    assert.deepEqual(replica.db.prepare(OPERATIONS).all(), all, `${replica.name} has other operations`);
  }
  const written = first.db.prepare(APPLIED).all() as Written[];
  const expected = modelConflicts(written, truth === undefined ? byNames(written) : byTruth(truth));
  const shown = conflictsShown(first);
  assert.deepEqual(shown, expected, 'conflicts are not those of the model');
  const one = pick(roll, replicas);
  const { intact, problems } = verifyLedgerTables(one);
  demandRightsAsShown(one);
  // What a role no longer covered is set aside and named; nothing else may be wrong.
  const wrong = problems.filter(({ code }) => code !== 'quarantine-entry' && code !== 'fork');
  assert.deepEqual({ intact, wrong }, { intact: true, wrong: [] });
  assert.deepEqual(verifyRebuild(one, fleet.scratch()).differences, []);
  const entries = first.db.prepare('SELECT count(*) FROM entry').pluck().get() as number;
  return { replicas: replicas.length, entries, conflicts: expected.length };
}

/** What the list of members says is what the next entry of each is judged by. */
function demandRightsAsShown({ db }: Replica): void {
  const grants = new Grants(db);
  const members = db.prepare('SELECT id, role FROM member ORDER BY id').all() as {
    id: string;
    role: string;
  }[];
  for (const { id, role } of members) {
    const { known, standing } = grants.rolesAt(id, ['a new device', 1], adminVector(db));
    assert.deepEqual({ known, standing }, { known: role, standing: role }, `${id} may not do what is shown`);
  }
}

/** The sides of every conflict as the screens get them. */
function conflictsShown({ db }: Replica): string[] {
  const records = db
    .prepare('SELECT DISTINCT record FROM conflict ORDER BY record')
    .pluck()
    .all() as string[];
  return records
    .flatMap((record) => conflictsOf(db, record))
    .map(({ record, field, sides }) =>
      JSON.stringify([record, field, sides.map((side) => JSON.stringify(side.value)).sort()]),
    )
    .sort();
}

/**
 * A second, independent reading of the rules, from nothing but the operations: a value stands unless a later
 * operation names it; different values standing side by side are a conflict; a tombstone that did not see a standing
 * edit or a hold lifted, or came before the latest retention day ever said, is one too. It shares no code with what it checks.
 */
function modelConflicts(all: readonly Written[], meaning: Meaning): string[] {
  const fields = new Map<string, Written[]>();
  for (const op of all) {
    const key = `${op.record} ${op.field}`;
    fields.set(key, [...(fields.get(key) ?? []), op]);
  }
  const standing = new Map(
    [...fields].map(([key, ops]) => {
      const replaced = new Set(ops.flatMap((op) => meaning.replaced(op)));
      return [key, ops.filter((op) => !replaced.has(op.entry))] as const;
    }),
  );
  const found: string[] = [];
  for (const [key, ops] of standing) {
    const [record = '', field = ''] = key.split(' ');
    const values = [...new Set(ops.map((op) => op.value))];
    if (/^(link|custody|signoff|hold):/.test(record)) continue;
    if (field === 'deleted') {
      const tombstones = ops.flatMap((op) => {
        const { seen } = JSON.parse(op.value) as { seen?: Record<string, number> };
        return seen === undefined ? [] : [{ saw: meaning.sawBy(op, seen), day: op.time.slice(0, 10) }];
      });
      const edits = [...standing].flatMap(([other, heads]) =>
        other.startsWith(`${record} `) && other !== key ? heads : [],
      );
      const unseen = (saw: Saw) => edits.some((edit) => !saw(edit));
      const idle = tombstones.every(({ saw, day }) => unseen(saw) || isKept(all, record, saw, day));
      if (tombstones.length > 0 && idle) found.push(JSON.stringify([record, field, ['"keep"', '"remove"']]));
    } else if (values.length > 1) {
      found.push(JSON.stringify([record, field, values.map((v) => JSON.stringify(JSON.parse(v))).sort()]));
    }
  }
  return found.sort();
}

type Saw = (other: Written) => boolean;

/** Whether a hold that the author had not seen lifted, or a retention day, keeps a record from a removal on a day. */
function isKept(all: readonly Written[], record: string, saw: Saw, day: string): boolean {
  const acts = all.flatMap((op) => {
    if (!op.record.startsWith('hold:')) return [];
    const fact = JSON.parse(op.value) as { record: string; on: boolean; lifts: string[] };
    return fact.record === record ? [{ ...fact, id: op.record.slice(5), at: op }] : [];
  });
  const known = acts.filter(({ at }) => saw(at));
  const lifted = known.flatMap(({ lifts }) => lifts);
  if (acts.some(({ on, id }) => on && !lifted.includes(id))) return true;
  return all.some(
    (op) => op.record === record && op.field === 'retainUntil' && (JSON.parse(op.value) as string) >= day,
  );
}
