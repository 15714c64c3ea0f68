import assert from 'node:assert/strict';
import { receiveSegments } from '../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../core/ledger/verify.ts';
import { held } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import type { CarriedSegment } from '../../shared/ledger/segment.ts';
import { dice, Fleet, type Replica } from '../support/replicas.ts';
import { Forger } from './forger.ts';
import { ACTS, attempt, type Play, pick, type Roll } from './history.ts';

/** How many entries of each sort both copies have taken in, set aside or not. */
export interface CraftedReport {
  readonly honest: number;
  readonly crafted: number;
  /** Those of the forgers that count. */
  readonly counting: number;
}

/** Who has a program of their own, beside the founder and Ben, whose copies are honest. */
const FORGERS = [
  ['Mal', 'auditor'],
  ['Vic', 'viewer'],
  ['Rita', 'reviewer'],
  ['Adam', 'admin'],
] as const;

interface Entry {
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
  readonly state: string;
  readonly because: string | null;
}

/**
 * One history from a seed: members whose programs are others send whatever their keys can sign to two honest copies, to
 * each in an order of its own, while those go on working. Both come to the same tables, each can make them anew from its
 * ledger, and both can go on.
 */
export function runCrafted(seed: number, steps: number): CraftedReport {
  const roll = dice(seed * 32_452_843 + 7);
  // Every eighth over encrypted files, so that the store is in play as well.
  const fleet = new Fleet('founder', { inMemory: seed % 8 !== 7 });
  try {
    const ada = fleet.replicas[0] as Replica;
    const ben = fleet.join('Ben', 'auditor');
    // Half of their devices keep to some of what honest ones do, so that more of what these write is let in.
    const forgers = FORGERS.map(([name, role]) => fleet.join(name, role)).flatMap((as) => [
      new Forger(as, roll, 'wild'),
      new Forger(as, roll, 'careful'),
    ]);
    exchange(fleet, ada, ben);
    const play: Play = { roll, evidence: [], members: [ben.writer.member], step: 0 };
    const sent: CarriedSegment[] = [];
    for (; play.step < steps; play.step += 1) {
      const [copy, other] = pick(roll, [
        [ada, ben],
        [ben, ada],
      ] as const);
      const dealt = roll(10);
      if (dealt < 4) sent.push(pick(roll, forgers).segment(copy));
      else if (dealt < 6) take(copy, shuffled(roll, sent).slice(0, roll(sent.length + 1)));
      else if (dealt === 6) receiveSegments(copy, fleet.carry(other));
      else attempt(pick(roll, ACTS), copy, play);
    }
    take(ada, sent);
    take(ben, [...sent].reverse());
    exchange(fleet, ada, ben);
    demandSame(fleet, ada, ben);
    for (const copy of [ada, ben]) demandSound(fleet, copy);
    goOn(fleet, play, ada, ben);
    const crafted = new Set(forgers.map(({ writer }) => writer));
    const entries = entriesOf(ada);
    const theirs = entries.filter(({ writer }) => crafted.has(writer));
    return {
      honest: entries.length - theirs.length,
      crafted: theirs.length,
      counting: theirs.filter(({ state }) => state === 'applied').length,
    };
  } finally {
    fleet.close();
  }
}

/** As it comes over a line: nothing of it is shared with whoever sent it. */
function take(copy: Replica, segments: readonly CarriedSegment[]): void {
  receiveSegments(
    copy,
    segments.map((segment) => JSON.parse(JSON.stringify(segment)) as unknown),
  );
}

function shuffled<T>(roll: Roll, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: roll(1_000_000) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Each hears from the other, twice, so that what waited can follow. */
function exchange(fleet: Fleet, ada: Replica, ben: Replica): void {
  for (let round = 0; round < 2; round += 1) {
    receiveSegments(ada, fleet.carry(ben));
    receiveSegments(ben, fleet.carry(ada));
  }
}

function entriesOf({ db }: Replica): Entry[] {
  return all<Entry>(db, 'SELECT writer, seq, hash, state, because FROM entry ORDER BY writer, seq');
}

function heldBack({ db }: Replica): string[] {
  return held(db)
    .map(({ id, state, reason }) => JSON.stringify([id, state, reason]))
    .sort();
}

function demandSame(fleet: Fleet, one: Replica, other: Replica): void {
  assert.deepEqual(entriesOf(one), entriesOf(other), 'entries are judged differently');
  assert.deepEqual(heldBack(one), heldBack(other), 'other segments are held back');
  assert.equal(fleet.state(one), fleet.state(other), 'the tables differ');
}

/** What was set aside, waits or forked is named; nothing else may be wrong, and a replay comes to the same tables. */
function demandSound(fleet: Fleet, copy: Replica): void {
  const wrong = verifyLedgerTables(copy).problems.filter(
    ({ code }) => code !== 'waiting' && code !== 'fork' && !code.startsWith('quarantine'),
  );
  assert.deepEqual(wrong, [], `${copy.name} has problems`);
  assert.deepEqual(verifyRebuild(copy, fleet.scratch()).differences, [], `${copy.name} differs when rebuilt`);
}

/** What each does after all this reaches the other, unless an admin has taken their role away. */
function goOn(fleet: Fleet, play: Play, ada: Replica, ben: Replica): void {
  for (const copy of [ada, ben]) attempt(ACTS[0] as (typeof ACTS)[number], copy, play);
  exchange(fleet, ada, ben);
  demandSame(fleet, ada, ben);
}
