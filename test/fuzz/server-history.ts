import assert from 'node:assert/strict';
import type { SegmentCopy } from '../../core/sync/server/exchange.ts';
import { exchangeSegments } from '../../core/sync/server/exchange-segments.ts';
import { readPlace } from '../../core/sync/server/place.ts';
import { newKeyring } from '../../core/workspace/keyring.ts';
import { entryAt } from '../../db/queries/ledger.ts';
import { FaultError } from '../../shared/fault.ts';
import { MemoryServer } from '../support/memory-server.ts';
import { dice, Fleet, type Replica } from '../support/replicas.ts';
import {
  ACTS,
  attempt,
  carrySome,
  changeRole,
  type HistoryReport,
  holds,
  type Play,
  pick,
  type Roll,
} from './history.ts';

const DAY = 86_400_000;

export interface ServerHistoryReport extends HistoryReport {
  readonly exchanges: number;
  readonly cuts: number;
  readonly goneBack: number;
}

/**
 * One history from a seed: 2 to 7 devices that meet over a server whose line is cut before and after calls, which
 * is restored from earlier states or begun anew, and by parts carried directly, lost, doubled and out of order. At
 * the end everybody speaks to the server alone, and what must be true of every history must be true of this one.
 */
export async function runServerHistory(seed: number, steps = 110): Promise<ServerHistoryReport> {
  // Every eighth over encrypted files, so that the store is in play as well.
  const fleet = new Fleet('founder', { inMemory: seed % 8 !== 0 });
  try {
    const roll = dice(seed * 104_729 + 7);
    const count = 2 + roll(6);
    for (let i = 1; i < count; i += 1) fleet.join(`D${i}`, 'admin');
    const { replicas } = fleet;
    for (const replica of replicas) replica.skew(-365 * DAY + roll(367) * DAY);
    const keyring = newKeyring({
      bytes: (length) => Buffer.from(new Uint8Array(length).map(() => roll(256))),
    });
    const server = new MemoryServer(fleet.workspace);
    const told = { exchanges: 0, cuts: 0, goneBack: 0 };
    const meet = async (replica: Replica, calm: boolean) => {
      told.exchanges += 1;
      const cut = () => (calm || roll(6) > 0 ? 'no' : pick(roll, ['before', 'after'] as const));
      try {
        await exchangeSegments(withKeys(replica, keyring), server.line(cut));
      } catch (error) {
        if (calm || !(error instanceof FaultError) || error.fault.code !== 'unavailable') throw error;
        told.cuts += 1;
      }
    };
    const members = replicas.slice(1).map((replica) => replica.writer.member);
    const play: Play = { roll, evidence: [], members, step: 0 };
    const roles = seed % 3 === 2;
    for (; play.step < steps; play.step += 1) {
      const replica = pick(roll, replicas);
      if (roles && roll(8) === 0) attempt(changeRole, replica, play);
      else if (roll(4) > 0) attempt(pick(roll, ACTS), replica, play);
      else if (roll(3) > 0) await meet(replica, false);
      else if (roll(5) === 0 && server.sequence > 0) {
        told.goneBack += 1;
        loseSome(server, roll);
      } else {
        const from = pick(roll, replicas);
        if (from !== replica) carrySome(fleet, from, replica, roll);
      }
    }
    for (let round = 0; round < 3; round += 1) for (const replica of replicas) await meet(replica, true);
    for (const replica of replicas)
      assert.equal(readPlace(replica.db).read.sequence, server.sequence, `${replica.name} has not read on`);
    await demandServerWhole(fleet, server, keyring);
    return { ...holds(fleet, roll, roles), ...told };
  } finally {
    fleet.close();
  }
}

export function loseSome(server: MemoryServer, roll: Roll): void {
  if (roll(4) === 0) server.beginAnew(Array.from({ length: 32 }, () => roll(16).toString(16)).join(''));
  else server.goBack(roll(server.sequence));
}

/** A copy that begins now has everything from the server alone. */
async function demandServerWhole(
  fleet: Fleet,
  server: MemoryServer,
  keyring: SegmentCopy['keyring'],
): Promise<void> {
  const [first] = fleet.replicas as [Replica];
  const late: Replica = { ...first, db: fleet.scratch() };
  await exchangeSegments(withKeys(late, keyring), server.line());
  const known = first.db.prepare('SELECT writer, seq, hash FROM entry').all() as {
    writer: string;
    seq: number;
    hash: string;
  }[];
  for (const { writer, seq, hash } of known)
    assert.equal(entryAt(late.db, writer, seq)?.hash, hash, `entry ${seq} of ${writer} is not at the server`);
}

function withKeys(replica: Replica, keyring: SegmentCopy['keyring']): SegmentCopy {
  return { ...replica, keyring };
}
