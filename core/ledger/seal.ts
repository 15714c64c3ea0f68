import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { isSplit, lineTo, onLine, ownChain } from '../../db/queries/branches.ts';
import {
  adminVector,
  dropSetting,
  entryAt,
  lastEntry,
  putSegment,
  readSetting,
  sealedUpTo,
  writers,
  writeSetting,
} from '../../db/queries/ledger.ts';
import { operationsBetween } from '../../db/queries/operations.ts';
import { canonicalText, type Json, toHex } from '../../shared/ledger/canonical.ts';
import type { Position, Vector } from '../../shared/ledger/entry.ts';
import { type Heads, headerBytes, type SegmentHeader } from '../../shared/ledger/segment.ts';
import { readPlace } from '../sync/server/place.ts';
import type { LedgerKernel } from './kernel.ts';
import { keyIdOf, publicKeyText, signLedger } from './keys.ts';

/**
 * Seals the writer's open entries as one segment under the member's signature. The header states the administrative
 * entries known now, which is what the entries' authority is judged by. Answers how many entries were sealed.
 */
export function sealOpen(kernel: LedgerKernel): number {
  return sealChain(kernel, kernel.writer, kernel.ledgerKey);
}

/** Seals one chain of this member, here the running one, after a recovery also the one left open by the lost key. */
export function sealChain(kernel: LedgerKernel, writer: LedgerKernel['writer'], key: KeyObject): number {
  return kernel.db.transaction(() => {
    const chain = ownChain(kernel.db, writer.id);
    if (isSplit(kernel.db, chain)) return 0;
    const from = sealedUpTo(kernel.db, chain) + 1;
    const last = lastEntry(kernel.db, chain);
    if (last === undefined || last.seq < from) return 0;
    const first = entryAt(kernel.db, chain, from);
    if (first === undefined) return 0;
    const admin = adminVector(kernel.db);
    const header: SegmentHeader = {
      schema: 'bindery.segment/1',
      workspace: kernel.workspace,
      writer: writer.id,
      member: writer.member,
      device: writer.device,
      incarnation: writer.incarnation,
      keyId: keyIdOf(publicKeyText(key)),
      from,
      count: last.seq - from + 1,
      previous: first.prev,
      head: last.hash,
      admin,
      heads: headsNamed(kernel.db, admin, [chain, from], last.seq),
      receipt: receiptText(kernel),
    };
    const seed = openSeed(kernel, writer.id);
    putSegment(kernel.db, header, signLedger(key, headerBytes(header)), seed, chain);
    dropSetting(kernel.db, `seed:${writer.id}`);
    return header.count;
  })();
}

/** Every chain that the entries of a segment name beside their own, by the newest entry that is named of it. */
function headsNamed(db: Database, admin: Vector, [chain, from]: Position, to: number): Heads {
  const own = new Set(lineTo(db, [chain, to]).map(([id]) => id));
  const newest = new Map<string, number>();
  const name = ([writer, seq]: Position) => {
    if (!own.has(writer)) newest.set(writer, Math.max(newest.get(writer) ?? 0, seq));
  };
  Object.entries(admin).forEach(name);
  for (const ops of operationsBetween(db, chain, from, to).values())
    for (const op of ops) {
      op.named.forEach(name);
      vectorsIn(op.value)
        .flatMap((vector) => Object.entries(vector))
        .forEach(name);
    }
  const heads = [...newest].flatMap(([writer, seq]): [string, [number, string]][] => {
    const hash = entryAt(db, ...onLine(db, [writer, seq], seq))?.hash;
    return hash === undefined ? [] : [[writer, [seq, hash]]];
  });
  return Object.fromEntries(heads.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What an operation says its author had seen: of a removal, and of a role that binds who has not heard of it. */
function vectorsIn(value: Json): Vector[] {
  const said = Said.safeParse(value).data;
  return [said?.seen, said?.cutoff].filter((vector) => vector !== undefined);
}

const Numbers = z.record(z.string(), z.int().positive()).optional().catch(undefined);
const Said = z.looseObject({ seen: Numbers, cutoff: Numbers });

/** The newest receipt of the sync server, so that every copy learns how far the server had come. */
function receiptText({ db }: Pick<LedgerKernel, 'db'>): string | null {
  const { receipt } = readPlace(db);
  return receipt === null ? null : canonicalText(receipt as unknown as Json);
}

/** Seals what this member left open on this device under any incarnation: a crash leaves a tail for its author. */
export function sealLeftOpen(kernel: LedgerKernel): number {
  return writers(kernel.db)
    .filter(({ id, base, member, device }) => {
      return id === base && member === kernel.writer.member && device === kernel.writer.device;
    })
    .reduce((sum, writer) => sum + sealChain(kernel, writer, kernel.ledgerKey), 0);
}

/** The seed of the segment that is being written, made at its first entry. */
export function openSeed(kernel: LedgerKernel, writer = kernel.writer.id): string {
  const key = `seed:${writer}`;
  const known = readSetting(kernel.db, key);
  if (known !== undefined) return known;
  const seed = toHex(kernel.random(32));
  writeSetting(kernel.db, key, seed);
  return seed;
}
