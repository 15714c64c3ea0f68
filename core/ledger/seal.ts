import type { KeyObject } from 'node:crypto';
import {
  adminVector,
  dropSetting,
  entriesOf,
  lastEntry,
  putSegment,
  readSetting,
  sealedUpTo,
  writers,
  writeSetting,
} from '../../db/queries/ledger.ts';
import { canonicalText, type Json, toHex } from '../../shared/ledger/canonical.ts';
import { headerBytes, type SegmentHeader } from '../../shared/ledger/segment.ts';
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
    const from = sealedUpTo(kernel.db, writer.id) + 1;
    const last = lastEntry(kernel.db, writer.id);
    if (last === undefined || last.seq < from) return 0;
    const [first] = entriesOf(kernel.db, writer.id, from, from);
    if (first === undefined) return 0;
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
      admin: adminVector(kernel.db),
      receipt: receiptText(kernel),
    };
    const seed = openSeed(kernel, writer.id);
    putSegment(kernel.db, header, signLedger(key, headerBytes(header)), seed);
    dropSetting(kernel.db, `seed:${writer.id}`);
    return header.count;
  })();
}

/** The newest receipt of the sync server, so that every copy learns how far the server had come. */
function receiptText({ db }: Pick<LedgerKernel, 'db'>): string | null {
  const { receipt } = readPlace(db);
  return receipt === null ? null : canonicalText(receipt as unknown as Json);
}

/** Seals what this member left open on this device under any incarnation: a crash leaves a tail for its author. */
export function sealLeftOpen(kernel: LedgerKernel): number {
  return writers(kernel.db)
    .filter((writer) => writer.member === kernel.writer.member && writer.device === kernel.writer.device)
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
