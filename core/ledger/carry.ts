import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { countConflicts } from '../../db/queries/history.ts';
import { type SegmentRow, segments } from '../../db/queries/ledger.ts';
import { memberNames } from '../../db/queries/people.ts';
import { refuse } from '../../shared/fault.ts';
import { LIMITS } from '../../shared/sync/wire.ts';
import { refuseInTheWay } from '../binder/in-the-way.ts';
import { formerPassphrases } from '../members/former-passphrases.ts';
import { namedContents, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { carriedSegment } from './carried.ts';
import { sealOpen } from './seal.ts';
import { MAX_PART_BYTES, openPart, sealPart, sealSegment, unpacked, unsealPart } from './sealed-part.ts';
import { takeIn } from './take-in.ts';

/**
 * A carried folder: `segments/<writer>-<from>.seg` and `blobs/<sha256 of the name key>`, all encrypted under the
 * workspace's keys, so that the folder may travel on any medium.
 */
const SEGMENTS = 'segments';
const BLOBS = 'blobs';
const INDEX = 'index.bin';

/** What an import did, and the members who recovered elsewhere while their former passphrase still opens this copy. */
export interface Imported extends Carried {
  readonly formerPassphrases: string[];
}

export interface Carried {
  readonly segments: number;
  readonly entries: number;
  readonly blobs: number;
  readonly applied: number;
  readonly conflicts: number;
  readonly quarantined: number;
  readonly waiting: number;
}

/**
 * Seals, then writes every sealed segment and every blob the ledger names. Of an earlier export of this workspace
 * what is there already is kept; whatever else bears one of the names is replaced only by `force`.
 */
export async function exportLedger(ws: OpenWorkspace, out: string, force = false): Promise<Carried> {
  sealOpen(ws);
  const rows = segments(ws.db);
  const names = namesOf(rows);
  if (!force) {
    demandOwn(ws, join(out, INDEX));
    for (const name of names.values()) demandOwn(ws, join(out, SEGMENTS, name));
  }
  try {
    mkdirSync(join(out, SEGMENTS), { recursive: true });
    mkdirSync(join(out, BLOBS), { recursive: true });
  } catch (error) {
    refuse({
      code: 'unavailable',
      what: 'folder',
      detail: error instanceof Error ? error.message : 'it cannot be made',
    });
  }
  for (const [row, name] of names) {
    const file = join(out, SEGMENTS, name);
    writeWhole(file, sealSegment(ws.keyring, carriedSegment(ws.db, row)));
  }
  const named: Record<string, string> = {};
  for (const sha256 of [...namedContents(ws.db)].sort()) {
    if (ws.vault.has(sha256)) named[sha256] = await ws.vault.copyEncrypted(sha256, join(out, BLOBS));
  }
  writeWhole(join(out, INDEX), sealPart(ws.keyring, Buffer.from(JSON.stringify(named))));
  const entries = rows.reduce((sum, row) => sum + row.count, 0);
  return {
    segments: rows.length,
    entries,
    blobs: Object.keys(named).length,
    applied: 0,
    conflicts: countConflicts(ws.db),
    quarantined: 0,
    waiting: 0,
  };
}

/** By its writer and first number; of two that begin alike one also by its seal. */
function namesOf(rows: readonly SegmentRow[]): Map<SegmentRow, string> {
  const plain = (row: SegmentRow) => `${row.writer}-${String(row.fromSeq).padStart(9, '0')}`;
  return new Map(
    rows.map((row, index) => {
      const again = rows.slice(Math.max(0, index - 50), index).some((other) => plain(other) === plain(row));
      return [row, `${plain(row)}${again ? `-${row.signature.slice(0, 16)}` : ''}.seg`];
    }),
  );
}

/** Refuses a name under which something else stands than a part that this workspace's keys open. */
function demandOwn(ws: OpenWorkspace, file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
  const bytes = readRegular(file, MAX_PART_BYTES);
  if (bytes === null || unsealPart(ws.keyring, bytes) === null)
    refuseInTheWay(file, 'no export of this workspace');
}

/** Takes a carried folder in: blobs first, then all segments in one transaction. */
export async function importLedger(ws: OpenWorkspace, from: string): Promise<Imported> {
  if (!existsSync(join(from, SEGMENTS))) refuse({ code: 'not-found', what: 'exported ledger', id: from });
  const blobs = await takeBlobs(ws, from);
  const files = readdirSync(join(from, SEGMENTS))
    .filter((name) => name.endsWith('.seg'))
    .sort();
  const carried = files.map((name) => readSegment(ws, join(from, SEGMENTS, name), name));
  const summary = await takeIn(ws, carried);
  const names = memberNames(ws.db);
  return {
    ...summary,
    blobs,
    conflicts: countConflicts(ws.db),
    formerPassphrases: formerPassphrases(ws).map((member) => names.get(member) ?? member),
  };
}

async function takeBlobs(ws: OpenWorkspace, from: string): Promise<number> {
  const index = join(from, INDEX);
  const bytes = readRegular(index, MAX_PART_BYTES);
  const part = bytes === null ? null : openPart(ws.keyring, bytes);
  if (part === null) return 0;
  const named = JSON.parse(part.toString('utf8')) as Record<string, string>;
  let taken = 0;
  for (const [sha256, name] of Object.entries(named)) {
    const file = join(from, BLOBS, name.replace(/[^0-9a-z._-]/gi, ''));
    if (ws.vault.has(sha256) || !existsSync(file)) continue;
    await ws.vault.acceptEncrypted(file, sha256);
    taken += 1;
  }
  return taken;
}

/** A part that does not open is handed on as what it is, so that it is quarantined with a name and not lost. */
function readSegment(ws: OpenWorkspace, file: string, name: string): unknown {
  const bytes = readRegular(file, LIMITS.sealedSegment);
  if (bytes === null) return { unreadable: name, bytes: '' };
  const packed = unsealPart(ws.keyring, bytes);
  const segment = packed === null ? null : unpacked(packed);
  return segment ?? { unreadable: name, bytes: bytes.toString('base64') };
}

/** The bytes of a regular file of bounded size; null for whatever else stands there: a link, a folder, a device. */
function readRegular(file: string, limit: number): Buffer | null {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > limit) return null;
  return readFileSync(file);
}

function writeWhole(file: string, bytes: Buffer): void {
  writeFileSync(`${file}.part`, bytes, { mode: 0o600 });
  renameSync(`${file}.part`, file);
}
