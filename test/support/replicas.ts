import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { append, write } from '../../core/ledger/append.ts';
import { carriedSegment } from '../../core/ledger/carried.ts';
import { CREATE, workspaceIdOf } from '../../core/ledger/genesis.ts';
import type { LedgerKernel } from '../../core/ledger/kernel.ts';
import { keyIdOf, ledgerKeyFromSeed, publicKeyText, sha256, signLedger } from '../../core/ledger/keys.ts';
import { receiveSegments } from '../../core/ledger/receive.ts';
import { sealOpen } from '../../core/ledger/seal.ts';
import type { Database } from '../../db/driver.ts';
import { migrate } from '../../db/migrate.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase, waitForDisk } from '../../db/open.ts';
import { adminVector, segments } from '../../db/queries/ledger.ts';
import { PROJECTION_TABLES } from '../../db/schema.ts';
import { assessmentId, deriveId } from '../../shared/domain/identity.ts';
import type { Role } from '../../shared/domain/results.ts';
import { memberIdOf } from '../../shared/ledger/authority.ts';
import { type Json, toHex } from '../../shared/ledger/canonical.ts';
import {
  type EntryForm,
  entryHash,
  GENESIS_HASH,
  type Operation,
  type Position,
  saltOf,
  valueHash,
  type WriterIdentity,
  writerId,
} from '../../shared/ledger/entry.ts';
import { type CarriedSegment, headerBytes, type SegmentHeader } from '../../shared/ledger/segment.ts';

/** A repeatable source of chance for histories. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export interface Replica extends LedgerKernel {
  readonly name: string;
  /** Moves this replica's clock. */
  skew(ms: number): void;
}

const START = Date.parse('2026-03-01T09:00:00Z');
const seeded = (text: string) => createHash('sha256').update(text).digest();

/** The Ed25519 key of a name: the same in every run. */
export const keyOf = (name: string) => ledgerKeyFromSeed(seeded(name));
const recoveryKey = keyOf('recovery kit');

/** An assessment of a made-up control: its id and what it stands for. */
export function check(n: number): { record: string; id: string; about: Json } {
  const id = assessmentId(sha256, 'e', `t${n}`, 's');
  return {
    id,
    record: `assessment:${id}`,
    about: { engagement: 'e', target: `t${n}`, targetKind: 'control', subject: 's' },
  };
}

/** Somebody writes a note on the first of them. */
export function writeNote(by: Replica, value: string): void {
  const { record, about } = check(1);
  append(by, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);
}

/** The record of a link and its value. */
export function linkOf(evidence: string, assessment: string, on: boolean): { record: string; value: Json } {
  return {
    record: `link:${deriveId(sha256, 'link', evidence, assessment)}`,
    value: { evidence, assessment, on },
  };
}

/** An entry as a forger would have it: every part is free. */
export interface CraftedEntry {
  readonly action: string;
  readonly time?: string;
  readonly ops: readonly { record: string; field: string; value: Json; parents?: readonly Position[] }[];
}

export interface Crafted {
  readonly workspace: string;
  readonly identity: WriterIdentity;
  readonly key: ReturnType<typeof ledgerKeyFromSeed>;
  readonly admin: Record<string, number>;
  readonly entries: readonly CraftedEntry[];
  readonly from?: number;
  readonly previous?: string;
}

/** A segment whose hashes and signature are right, whatever it says. */
export function craft(wish: Crafted): CarriedSegment {
  const { workspace, identity, key, from = 1, previous = GENESIS_HASH } = wish;
  const writer = writerId(sha256, workspace, identity);
  const seed = toHex(seeded(JSON.stringify([identity, wish.entries])));
  let prev = previous;
  const entries = wish.entries.map((entry, index) => {
    const seq = from + index;
    const time = entry.time ?? `2026-03-02T09:00:00.000Z-${seq.toString(16).padStart(4, '0')}`;
    const ops: Operation[] = entry.ops.map((op) => ({ parents: [], ...op }));
    const form: EntryForm = {
      v: 1,
      workspace,
      writer,
      seq,
      prev,
      time,
      action: entry.action,
      ops: ops.map(({ record, field, parents, value }, i) => ({
        record,
        field,
        parents,
        hash: valueHash(sha256, saltOf(sha256, seed, seq, i), value),
      })),
    };
    prev = entryHash(sha256, form);
    return { time, action: entry.action, ops };
  });
  const header: SegmentHeader = {
    schema: 'bindery.segment/1',
    workspace,
    writer,
    ...identity,
    keyId: keyIdOf(publicKeyText(key)),
    from,
    count: entries.length,
    previous,
    head: prev,
    admin: wish.admin,
    receipt: null,
  };
  return JSON.parse(
    JSON.stringify({ header, signature: signLedger(key, headerBytes(header)), seed, entries }),
  ) as CarriedSegment;
}

const KEY = 'ab'.repeat(32);
let empty: string | null = null;

/** A database in which nothing stands yet, migrated once for all fleets of this process. */
function emptyDatabase(): string {
  if (empty !== null) return empty;
  const dir = mkdtempSync(join(tmpdir(), 'bindery-empty-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  empty = join(dir, 'empty.db');
  createDatabase(empty, KEY, { migrations: MIGRATIONS }).close();
  return empty;
}

let bare: Buffer | null = null;

/** The same in memory and in the clear, where what is tested is not the store: a third of a history's time. */
function emptyInMemory(): Buffer {
  if (bare !== null) return bare;
  const db = new Sqlite(':memory:');
  migrate(db, MIGRATIONS, new Date(0));
  bare = db.serialize();
  db.close();
  return bare;
}

/** Copies of one workspace without vault or key slots: the ledger alone, over real databases. */
export class Fleet {
  readonly #dir = mkdtempSync(join(tmpdir(), 'bindery-fleet-'));
  readonly #open: Database[] = [];
  readonly replicas: Replica[] = [];
  readonly workspace: string;
  #time = START;

  readonly #inMemory: boolean;

  /** Over encrypted files, unless they are to stand in memory. */
  constructor(name = 'founder', { inMemory = false }: { readonly inMemory?: boolean } = {}) {
    this.#inMemory = inMemory;
    const founder = keyOf(name);
    const founderKey = publicKeyText(founder);
    this.workspace = workspaceIdOf({ nonce: 'n', founderKey });
    const member = memberIdOf(sha256, this.workspace, founderKey);
    const first = this.#replica('A', { member, device: 'A', incarnation: '1' }, founder);
    const op = (record: string, field: string, value: never) => ({ record, field, parents: [], value });
    first.db.transaction(() =>
      write(first, CREATE, [
        op(`workspace:${this.workspace}`, 'genesis', {
          nonce: 'n',
          founderKey,
          recoveryKey: publicKeyText(recoveryKey),
        } as never),
        op(`workspace:${this.workspace}`, 'name', 'Fleet' as never),
        op(`member:${member}`, 'name', 'Founder' as never),
        op(`member:${member}`, 'key', {
          ledger: founderKey,
          certificate: '',
          passphraseSetByOther: false,
        } as never),
        op(`member:${member}`, 'role', { role: 'owner', cutoff: {} } as never),
        op('device:A', 'about', { name: 'A', member, publicKey: '' } as never),
      ]),
    )();
    sealOpen(first);
  }

  /**
   * A copy of a device as it stands, that goes on under the same identity: restored from a backup while the other was
   * not gone, or opened twice from a copied folder.
   */
  copyOf(of: Replica, name: string): Replica {
    const { member, device, incarnation } = of.writer;
    return this.#replica(name, { member, device, incarnation }, of.ledgerKey, this.#copied(of.db));
  }

  /** Adds a member with a device and a copy of their own, as the founder where nobody else is named. */
  join(name: string, role: Role, first = this.replicas[0]): Replica {
    if (first === undefined) throw new Error('a fleet begins with its founder');
    const key = keyOf(name);
    const ledger = publicKeyText(key);
    const member = memberIdOf(sha256, this.workspace, ledger);
    append(first, 'member.add@1', [
      { record: `member:${member}`, field: 'name', value: name },
      {
        record: `member:${member}`,
        field: 'key',
        value: { ledger, certificate: '', passphraseSetByOther: true },
      },
      { record: `member:${member}`, field: 'role', value: { role, cutoff: {} } },
    ]);
    append(first, 'device.enrol@1', [
      { record: `device:${name}`, field: 'about', value: { name, member, publicKey: '' } },
    ]);
    sealOpen(first);
    const replica = this.#replica(name, { member, device: name, incarnation: '1' }, key);
    receiveSegments(replica, this.carry(first));
    return replica;
  }

  /** A forger's segment on a new device of a member, with everything administrative that `as` knows. */
  forge(
    as: Replica,
    entries: readonly CraftedEntry[],
    more: Partial<Pick<Crafted, 'identity' | 'key' | 'admin' | 'from' | 'previous'>> = {},
  ): CarriedSegment {
    const identity = { member: as.writer.member, device: `forged by ${as.name}`, incarnation: '1' };
    return craft({
      workspace: this.workspace,
      identity,
      key: as.ledgerKey,
      admin: adminVector(as.db),
      entries,
      ...more,
    });
  }

  /** Everything a replica has sealed or received, as it travels. */
  carry(from: LedgerKernel): unknown[] {
    sealOpen(from);
    return segments(from.db).map(
      (row) => JSON.parse(JSON.stringify(carriedSegment(from.db, row))) as unknown,
    );
  }

  /** The projection tables of a replica as one comparable text. */
  state(of: LedgerKernel): string {
    return JSON.stringify(
      PROJECTION_TABLES.map((table) => {
        const rows = of.db
          .prepare(`SELECT * FROM "${table}"`)
          .all()
          .map((row) => JSON.stringify(row));
        return [table, rows.sort()];
      }),
    );
  }

  close(): void {
    for (const db of this.#open) db.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #copied(db: Database): Database {
    if (this.#inMemory) return this.#loaded(db.serialize());
    db.pragma('wal_checkpoint(TRUNCATE)');
    const file = join(this.#dir, `copy-${this.#open.length}.db`);
    copyFileSync(db.name, file);
    return this.#opened(file);
  }

  #loaded(bytes: Buffer): Database {
    const db = new Sqlite(bytes);
    db.pragma('foreign_keys=ON');
    db.pragma('trusted_schema=OFF');
    db.pragma('temp_store=MEMORY');
    this.#open.push(db);
    return db;
  }

  /** An empty database of the fleet's, for replays. */
  scratch(): Database {
    if (this.#inMemory) return this.#loaded(emptyInMemory());
    const file = join(this.#dir, `scratch-${this.#open.length}.db`);
    copyFileSync(emptyDatabase(), file);
    return this.#opened(file);
  }

  #opened(file: string): Database {
    const db = openDatabase(file, KEY, { migrations: MIGRATIONS });
    // Nothing here has to outlive a power cut, and waiting for the disk is most of the time.
    waitForDisk(db, false);
    this.#open.push(db);
    return db;
  }

  #replica(
    name: string,
    identity: WriterIdentity,
    key: ReturnType<typeof ledgerKeyFromSeed>,
    db = this.scratch(),
  ): Replica {
    let offset = 0;
    let drawn = 0;
    const replica: Replica = {
      name,
      db,
      workspace: this.workspace,
      writer: { ...identity, id: writerId(sha256, this.workspace, identity) },
      ledgerKey: key,
      lateReasons: new Map(),
      now: () => {
        this.#time += 1000;
        return this.#time + offset;
      },
      random: (bytes) => {
        drawn += 1;
        return seeded(`${name}:${drawn}`).subarray(0, bytes);
      },
      framework: () => null,
      skew: (ms) => {
        offset = ms;
      },
    };
    this.replicas.push(replica);
    return replica;
  }
}
