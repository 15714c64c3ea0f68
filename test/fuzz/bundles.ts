import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UNWATCHED } from '../../core/jobs.ts';
import { idsFrom } from '../../core/ports.ts';
import { exportBundle } from '../../core/sync/courier/export-bundle.ts';
import { takeBundles } from '../../core/sync/courier/take-bundle.ts';
import { workspacePaths } from '../../core/workspace/folder.ts';
import { newKeyring } from '../../core/workspace/keyring.ts';
import type { OpenWorkspace } from '../../core/workspace/open-workspace.ts';
import type { Vault } from '../../core/workspace/vault.ts';
import { memberById } from '../../db/queries/people.ts';
import { dice, Fleet, type Replica } from '../support/replicas.ts';
import { ACTS, attempt, type HistoryReport, holds, type Play, pick, type Roll, settle } from './history.ts';

const DAY = 86_400_000;

/** What copies are beside their ledgers, so that they can write bundles to each other. */
export class Couriers {
  readonly keyring = newKeyring({ bytes: (n) => Buffer.alloc(n, 5) });
  readonly #dir = mkdtempSync(join(tmpdir(), 'bindery-couriers-'));
  readonly #copies = new Map<string, OpenWorkspace>();
  #files = 0;
  #drawn = 0;

  constructor(fleet: Fleet) {
    for (const replica of fleet.replicas) this.add(replica);
  }

  add(replica: Replica): void {
    const paths = workspacePaths(join(this.#dir, replica.name));
    mkdirSync(paths.incoming, { recursive: true });
    const random = {
      bytes: (n: number) => {
        this.#drawn += 1;
        const bytes = Buffer.alloc(n);
        bytes.writeUInt32BE(this.#drawn);
        return bytes;
      },
    };
    const { member, device, incarnation } = replica.writer;
    const copy = {
      ...replica,
      paths,
      keyring: this.keyring,
      ports: { clock: { now: () => replica.now() }, random, ids: idsFrom(random) },
      device: { id: device, name: device, incarnation },
      secrets: { member },
      slot: '',
      vault: { has: () => false, stored: () => null, namesOf: () => [] } as unknown as Vault,
      loadFrameworks: async () => {},
      member: () => memberById(replica.db, member),
      close: () => {},
    };
    this.#copies.set(replica.name, copy as unknown as OpenWorkspace);
  }

  async send(from: Replica, to: Replica, onlyNew: boolean): Promise<string> {
    this.#files += 1;
    const out = join(this.#dir, `${this.#files}.courier.age`);
    const wish = {
      to: { kind: 'device', id: to.writer.device, member: to.writer.member },
      out,
      first: false,
      onlyNew,
    } as const;
    await exportBundle(this.#of(from), wish, UNWATCHED);
    return out;
  }

  /** A copy of a bundle that lost its end, or one bit of which is another. */
  harm(file: string, roll: Roll): { file: string; verdict: string } {
    this.#files += 1;
    const bytes = readFileSync(file);
    const harmed = join(this.#dir, `${this.#files}.harmed.age`);
    const header = bytes.indexOf('\n---');
    if (roll(2) === 0) {
      writeFileSync(harmed, bytes.subarray(0, header + 60 + roll(bytes.length - header - 61)));
      return { file: harmed, verdict: 'truncated' };
    }
    // The first bytes say how long the whole is: changed there, it looks cut short, which is no less refused.
    const at = header + 140 + roll(bytes.length - header - 140);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << roll(8));
    writeFileSync(harmed, bytes);
    return { file: harmed, verdict: 'tampered' };
  }

  async take(at: Replica, files: readonly string[], replayed = false) {
    const wish = { files, passphrases: [], dryRun: false, replayed };
    return takeBundles(this.#of(at), wish, UNWATCHED);
  }

  async preview(at: Replica, file: string) {
    return takeBundles(
      this.#of(at),
      { files: [file], passphrases: [], dryRun: true, replayed: false },
      UNWATCHED,
    );
  }

  close(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #of(replica: Replica): OpenWorkspace {
    const copy = this.#copies.get(replica.name);
    if (copy === undefined) throw new Error('it is no copy');
    return copy;
  }
}

/**
 * One history from a seed: 2 to 5 copies that meet by bundles alone, of which some are lost, some come twice, late or
 * out of order, some cut short, changed, or to somebody else.
 */
export async function runBundles(seed: number, steps = 60): Promise<HistoryReport & { bundles: number }> {
  // Every eighth over encrypted files, so that the store is in play as well.
  const fleet = new Fleet('founder', { inMemory: seed % 8 !== 0 });
  const roll = dice(seed * 6151 + 3);
  const count = 2 + roll(4);
  for (let i = 1; i < count; i += 1) fleet.join(`D${i}`, 'admin');
  const { replicas } = fleet;
  const couriers = new Couriers(fleet);
  try {
    // Everybody knows everybody's key; who does not yet cannot write to them.
    settle(fleet, replicas);
    for (const replica of replicas) replica.skew(-365 * DAY + roll(367) * DAY);
    const play: Play = {
      roll,
      evidence: [],
      members: replicas.slice(1).map(({ writer }) => writer.member),
      step: 0,
    };
    const underway: { file: string; to: Replica }[] = [];
    let bundles = 0;
    for (; play.step < steps; play.step += 1) {
      const replica = pick(roll, replicas);
      const dealt = roll(6);
      if (dealt < 3) {
        attempt(pick(roll, ACTS), replica, play);
        attempt(pick(roll, ACTS), pick(roll, replicas), play);
      } else if (dealt === 3) {
        const to = pick(roll, replicas);
        if (to === replica) continue;
        underway.push({ file: await couriers.send(replica, to, roll(2) === 0), to });
        bundles += 1;
      } else if (underway.length > 0) await deliver(couriers, fleet, roll, underway, replicas);
    }
    // In the end everybody writes to everybody twice; what was lost before stays lost.
    for (let round = 0; round < 2; round += 1) {
      for (const from of replicas) {
        for (const to of replicas) {
          if (from === to) continue;
          const file = await couriers.send(from, to, false);
          const [report] = await couriers.take(to, [file]);
          assert.equal(report?.taken, true, `the last bundle from ${from.name} is ${report?.verdict}`);
        }
      }
    }
    return { ...holds(fleet, roll, false), bundles };
  } finally {
    couriers.close();
    fleet.close();
  }
}

/** Any bundle that is underway: it arrives, arrives and stays underway, is harmed, goes astray, or is lost. */
async function deliver(
  couriers: Couriers,
  fleet: Fleet,
  roll: Roll,
  underway: { file: string; to: Replica }[],
  replicas: readonly Replica[],
): Promise<void> {
  const index = roll(underway.length);
  const { file, to } = underway[index] as { file: string; to: Replica };
  const fate = roll(8);
  if (fate === 0) underway.splice(index, 1);
  else if (fate === 1) {
    const harmed = couriers.harm(file, roll);
    const before = fleet.state(to);
    const [report] = await couriers.take(to, [harmed.file]);
    assert.deepEqual(
      { verdict: report?.verdict, taken: report?.taken },
      { verdict: harmed.verdict, taken: false },
    );
    assert.equal(fleet.state(to), before, 'a harmed bundle changed something');
  } else if (fate === 2) {
    const stranger = pick(roll, replicas);
    const [report] = await couriers.take(stranger, [file]);
    if (stranger !== to) assert.equal(report?.verdict, 'not-for-you');
  } else if (fate === 3) {
    const before = fleet.state(to);
    await couriers.preview(to, file);
    assert.equal(fleet.state(to), before, 'a preview changed something');
  } else {
    const [report] = await couriers.take(to, [file]);
    assert.ok(
      ['new', 'gap', 'late', 'duplicate'].includes(report?.verdict ?? ''),
      `it was ${report?.verdict}`,
    );
    const again = await couriers.take(to, [file]);
    assert.equal(again[0]?.verdict, 'duplicate');
    if (roll(2) === 0) underway.splice(index, 1);
  }
}
