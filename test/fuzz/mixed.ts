import { receiveSegments } from '../../core/ledger/receive.ts';
import { exchangeSegments } from '../../core/sync/server/exchange-segments.ts';
import { forkedWriters } from '../../db/queries/branches.ts';
import { FaultError } from '../../shared/fault.ts';
import { MemoryServer } from '../support/memory-server.ts';
import { dice, Fleet, type Replica } from '../support/replicas.ts';
import { Couriers } from './bundles.ts';
import {
  ACTS,
  attempt,
  carrySome,
  changeRole,
  type HistoryReport,
  holds,
  type Play,
  pick,
} from './history.ts';
import { loseSome } from './server-history.ts';
import { Truth } from './truth.ts';

const DAY = 86_400_000;

export interface MixedReport extends HistoryReport {
  readonly bundles: number;
  readonly exchanges: number;
  /** Writers with more than one history in the end. */
  readonly forked: number;
}

/**
 * One history from a seed in which everything meets: 2 to 7 devices with clocks from a year behind to a day ahead, a
 * server whose line is cut and that goes back, bundles and loose segments that are lost, doubled and out of order, roles
 * that change in every third, and in two of three devices that are copied and go on twice under one identity.
 */
export async function runMixed(seed: number, steps = 90): Promise<MixedReport> {
  // Every eighth over encrypted files, so that the store is in play as well.
  const fleet = new Fleet('founder', { inMemory: seed % 8 !== 0 });
  const roll = dice(seed * 15_485_863 + 11);
  const devices = 2 + roll(6);
  const copies = seed % 3 === 0 ? 0 : Math.min(devices - 1, 1 + roll(2));
  for (let i = 1; i < Math.max(2, devices - copies); i += 1) fleet.join(`D${i}`, 'admin');
  const couriers = new Couriers(fleet);
  try {
    const { replicas } = fleet;
    const truth = new Truth();
    // Everybody knows everybody's key; who does not yet cannot write to them.
    tellAll(fleet);
    for (const replica of replicas) replica.skew(-365 * DAY + roll(367) * DAY);
    const server = new MemoryServer(fleet.workspace);
    const told = { bundles: 0, exchanges: 0 };
    const underway: { file: string; to: Replica }[] = [];
    const members = replicas.slice(1).map(({ writer }) => writer.member);
    const play: Play = { roll, evidence: [], members, step: 0 };
    const roles = seed % 3 === 2;
    const meet = async (replica: Replica, calm: boolean) => {
      told.exchanges += 1;
      const cut = () => (calm || roll(6) > 0 ? 'no' : pick(roll, ['before', 'after'] as const));
      try {
        await exchangeSegments({ ...replica, keyring: couriers.keyring }, server.line(cut));
      } catch (error) {
        if (calm || !(error instanceof FaultError) || error.fault.code !== 'unavailable') throw error;
      }
    };
    const send = async (from: Replica, to: Replica, onlyNew: boolean) => {
      if (from.writer.device === to.writer.device) return;
      underway.push({ file: await couriers.send(from, to, onlyNew), to });
      told.bundles += 1;
    };
    const act = (replica: Replica) => {
      attempt(roles && roll(8) === 0 ? changeRole : pick(roll, ACTS), replica, play);
      truth.note(replica);
    };
    for (const replica of replicas) truth.note(replica);
    let toCopy = copies;
    for (; play.step < steps; play.step += 1) {
      const replica = pick(roll, replicas);
      const dealt = roll(24);
      if (dealt < 16) act(replica);
      else if (dealt < 18) await meet(replica, false);
      else if (dealt === 18 && server.sequence > 0 && roll(3) === 0) loseSome(server, roll);
      else if (dealt === 19) await send(replica, pick(roll, replicas), roll(2) === 0);
      else if (dealt === 20 && underway.length > 0) {
        const index = roll(underway.length);
        const { file, to } = underway[index] as (typeof underway)[number];
        if (roll(4) > 0) await couriers.take(to, [file], roll(2) === 0);
        if (roll(2) === 0) underway.splice(index, 1);
      } else if (dealt === 21 && toCopy > 0) {
        toCopy -= 1;
        const copy = fleet.copyOf(replica, `${replica.name}/${toCopy}`);
        copy.skew(-365 * DAY + roll(367) * DAY);
        couriers.add(copy);
        // Each goes on before it hears of the other.
        for (const one of [replica, copy]) for (let n = 1 + roll(3); n > 0; n -= 1) act(one);
      } else {
        const from = pick(roll, replicas);
        if (from !== replica) carrySome(fleet, from, replica, roll);
      }
    }
    await meetAll(fleet, { couriers, meet, way: roll(3) });
    return {
      ...holds(fleet, roll, roles, truth),
      ...told,
      forked: forkedWriters((replicas[0] as Replica).db).length,
    };
  } finally {
    couriers.close();
    fleet.close();
  }
}

interface Ways {
  readonly couriers: Couriers;
  readonly meet: (replica: Replica, calm: boolean) => Promise<void>;
  readonly way: number;
}

/** In the end everybody hears of everything: over the server alone, by hand, or by bundles and then the server. */
async function meetAll(fleet: Fleet, { couriers, meet, way }: Ways): Promise<void> {
  const { replicas } = fleet;
  if (way === 0) return tellAll(fleet);
  const [first, ...others] = replicas as [Replica, ...Replica[]];
  if (way === 1) {
    const apart = others.filter(({ writer }) => writer.device !== first.writer.device);
    const bring = async (from: Replica, to: Replica) =>
      couriers.take(to, [await couriers.send(from, to, false)], true);
    for (const one of apart) await bring(one, first);
    for (const one of apart) await bring(first, one);
  }
  // Whoever speaks last has everything; the others hear the rest when they ask again.
  for (let round = 0; round < 2; round += 1) for (const replica of replicas) await meet(replica, true);
}

/** One hears of everybody, and everybody of that one. */
function tellAll(fleet: Fleet): void {
  const [first, ...others] = fleet.replicas as [Replica, ...Replica[]];
  receiveSegments(
    first,
    others.flatMap((one) => fleet.carry(one)),
  );
  const all = fleet.carry(first);
  for (const one of others) receiveSegments(one, all);
}
