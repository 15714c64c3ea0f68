import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { lastSent, noteSent } from '../../../db/queries/courier.ts';
import { appliedEvidenceFiles } from '../../../db/queries/evidence.ts';
import { type SegmentRow, segments } from '../../../db/queries/ledger.ts';
import { all } from '../../../db/sql.ts';
import type { CourierManifest, CourierPart, CourierTo } from '../../../shared/domain/courier.ts';
import { refuse } from '../../../shared/fault.ts';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import type { Vector } from '../../../shared/ledger/entry.ts';
import type { JobContext } from '../../jobs.ts';
import { carriedSegment } from '../../ledger/carried.ts';
import { takeCheckpoint } from '../../ledger/checkpoint.ts';
import { publicKeyText, signLedger } from '../../ledger/keys.ts';
import { sealOpen } from '../../ledger/seal.ts';
import { sealSegment } from '../../ledger/sealed-part.ts';
import { frameworkBlobs, namedContents, type OpenWorkspace } from '../../workspace/open-workspace.ts';
import { manifestBytes, manifestHash, type OutgoingPart, partList, writeContainer } from './container.ts';
import { piecesOf, sealed } from './envelope.ts';
import { knownOf, lackedBy, recipientKey, sealFor } from './recipients.ts';
import { writeBundle } from './volumes.ts';

export interface ExportWish {
  readonly to: CourierTo;
  readonly out: string;
  /** Instead of the recipient's keys. */
  readonly passphrase?: string | undefined;
  readonly volumeBytes?: number | undefined;
  /** With the key slots, for a device that has nothing yet. */
  readonly first: boolean;
  /** Only what was not sent before, trusting that all of that arrived. */
  readonly onlyNew: boolean;
  /** Cheaper in tests. */
  readonly work?: number | undefined;
}

export interface ExportedBundle {
  readonly files: string[];
  readonly number: number;
  readonly to: CourierTo;
  readonly segments: number;
  readonly entries: number;
  readonly evidence: number;
  readonly bytes: number;
  /** Nothing in it that the other side is not known to hold already. */
  readonly empty: boolean;
}

/** Seals, then writes one bundle with what the other side lacks as far as this copy knows. */
export async function exportBundle(
  ws: OpenWorkspace,
  wish: ExportWish,
  job: JobContext,
): Promise<ExportedBundle> {
  if (wish.first && wish.passphrase === undefined) {
    refuse({
      code: 'invalid-input',
      detail: 'a first bundle is opened by its passphrase: a new device has no key yet',
      where: 'passphrase',
    });
  }
  const seal = sealFor(ws, wish.to, wish.passphrase);
  sealOpen(ws);
  const base = wish.first ? {} : knownOf(ws, wish.to, wish.onlyNew);
  const parts = await gather(ws, wish, base, job);
  const manifest = manifestOf(ws, wish, base, parts);
  const signature = Buffer.from(signLedger(ws.ledgerKey, manifestBytes(manifest)), 'hex');
  const container = writeContainer(manifest, signature, parts.all, parts.framedBytes);
  const writer = await writeBundle(wish.out, wish.volumeBytes, Buffer.from(ws.random(16)).toString('hex'));
  try {
    let written = 0;
    for await (const piece of await sealed(container, seal, wish.work)) {
      job.signal.throwIfAborted();
      await writer.write(piece);
      written += piece.length;
      job.step('Writing the bundle', Math.min(written, parts.framedBytes), parts.framedBytes);
    }
    // Its number is used up before the file is there: a number is never given twice.
    noteSent(ws.db, {
      recipient: recipientKey(wish.to),
      number: manifest.number,
      hash: manifestHash(manifest),
      at: manifest.at,
      vector: vectorOf(manifest),
    });
    const files = await writer.finish();
    const { segments, entries, files: evidence } = manifest.parts;
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const empty = segments === 0 && evidence === 0;
    return { files, number: manifest.number, to: wish.to, segments, entries, evidence, bytes, empty };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** What the maker of a bundle held. */
export function vectorOf({ checkpoint }: CourierManifest): Record<string, number> {
  return Object.fromEntries(checkpoint.body.chains.map(({ writer, size }) => [writer, size]));
}

interface Gathered {
  readonly all: readonly OutgoingPart[];
  readonly segments: number;
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly framedBytes: number;
  readonly list: string;
}

/** Reads everything once for its hashes; what is kept of each part is its head. */
async function gather(ws: OpenWorkspace, wish: ExportWish, base: Vector, job: JobContext): Promise<Gathered> {
  const parts: OutgoingPart[] = [];
  const list = partList();
  const add = (head: CourierPart, bytes: OutgoingPart['bytes']) => {
    list.add(head);
    parts.push({ head, bytes });
  };
  if (wish.first) {
    const keys = readFileSync(ws.paths.keys);
    add(headOf('keys', 'keys.json', keys), () => [keys]);
  }
  const rows = segmentsBeyond(ws, base);
  const named = new Set<string>(wish.first ? namedContents(ws.db) : lackedBy(ws, wish.to));
  for (const [index, row] of rows.entries()) {
    job.signal.throwIfAborted();
    job.step('Gathering entries', index, rows.length);
    const carried = carriedSegment(ws.db, row);
    for (const [hash] of canonicalText(carried as unknown as Json).matchAll(/\b[0-9a-f]{64}\b/g))
      named.add(hash);
    const head = headOf('segment', `${row.writer}-${row.fromSeq}`, sealSegment(ws.keyring, carried));
    add(head, () => [sealSegment(ws.keyring, carriedSegment(ws.db, row))]);
    await pause();
  }
  const contents = [...named].sort();
  let files = 0;
  for (const [index, sha256] of contents.entries()) {
    job.signal.throwIfAborted();
    job.step('Gathering files', index, contents.length);
    const stored = ws.vault.stored(sha256);
    if (stored === null) continue;
    files += 1;
    add(await fileHead(stored), () => piecesOf(stored.path));
  }
  return {
    all: parts,
    segments: rows.length,
    entries: rows.reduce((sum, row) => sum + row.count, 0),
    files,
    bytes: parts.reduce((sum, { head }) => sum + head.bytes, 0),
    framedBytes: list.bytes,
    list: list.digest(),
  };
}

/** In an order in which each segment comes after those it builds on: hybrid times never run behind what was seen. */
function segmentsBeyond(ws: OpenWorkspace, base: Vector): SegmentRow[] {
  const beyond = all<{ time: string; writer: string; from: number; signature: string }>(
    ws.db,
    `SELECT e.time, s.writer, s.from_seq "from", s.signature FROM segment s
       JOIN entry e ON e.writer = s.writer AND e.seq = s.from_seq + s.count - 1
      WHERE s.from_seq + s.count - 1 > coalesce((SELECT value FROM json_each(?) WHERE key = s.writer), 0)
         OR EXISTS (SELECT 1 FROM segment o WHERE o.writer = s.writer AND o.signature <> s.signature
              AND o.from_seq < s.from_seq + s.count AND s.from_seq < o.from_seq + o.count)`,
    JSON.stringify(base),
  );
  const timeOf = new Map(beyond.map(({ time, signature }) => [signature, time]));
  const rows = segments(ws.db).filter(({ signature }) => timeOf.has(signature));
  const key = (row: SegmentRow) => timeOf.get(row.signature) ?? '';
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function headOf(kind: CourierPart['kind'], name: string, bytes: Uint8Array): CourierPart {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { kind, name, bytes: bytes.length, sha256 };
}

async function fileHead(stored: { readonly name: string; readonly path: string }): Promise<CourierPart> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(stored.path)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { kind: 'file', name: stored.name, bytes, sha256: hash.digest('hex') };
}

function manifestOf(ws: OpenWorkspace, wish: ExportWish, base: Vector, parts: Gathered): CourierManifest {
  const before = lastSent(ws.db, recipientKey(wish.to));
  const { segments, entries, files, bytes, list } = parts;
  return {
    schema: 'bindery.courier/1',
    workspace: ws.workspace,
    from: { device: ws.device.id, member: ws.secrets.member, publicKey: publicKeyText(ws.ledgerKey) },
    to: wish.to,
    number: (before?.number ?? 0) + 1,
    previous: before?.hash ?? null,
    at: new Date(ws.now()).toISOString(),
    first: wish.first,
    base: { ...base },
    checkpoint: takeCheckpoint(ws, ws.member().name),
    lacks: lackedHere(ws),
    parts: { segments, entries, files, bytes, list },
  };
}

const MOST_LACKED = 1000;

/** Files that the ledger names and this vault has not: who sends the next bundle may have them. */
export function lackedHere(ws: OpenWorkspace): string[] {
  const { blobs, originals } = frameworkBlobs(ws.db);
  const named = new Set([...blobs, ...originals, ...appliedEvidenceFiles(ws.db)]);
  return [...named]
    .filter((sha256) => !ws.vault.has(sha256))
    .sort()
    .slice(0, MOST_LACKED);
}

/** Lets others in. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
