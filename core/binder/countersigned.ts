import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { memberNames } from '../../db/queries/people.ts';
import { all, get } from '../../db/sql.ts';
import { CountersignedFile } from '../../shared/contract/proof.ts';
import type { Countersignature } from '../../shared/contract/signing.ts';
import { refuse } from '../../shared/fault.ts';
import { canonicalText, type Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import type { CountersignFact } from '../../shared/ledger/fields.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { wasCertificateOf, wasKeyOf } from '../members/former-certificates.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { digestOf } from './digest-of.ts';
import { freeName } from './file-names.ts';
import { hashesAsSigned } from './sign/as-signed.ts';
import type { ReadBinder } from './verify/index.ts';

/** What is kept on this machine alone: the path is nobody else's. */
const Kept = CountersignedFile.extend({ file: z.string() });
type Kept = z.infer<typeof Kept>;

const keyOf = (binder: string) => `countersigned:${binder}`;

/** The binder as it was last countersigned on this machine; null where it was not, or the file is gone. */
export function countersignedFile(db: Database, binder: string): Kept | null {
  const text = readSetting(db, keyOf(binder));
  const kept = text === undefined ? null : Kept.parse(JSON.parse(text));
  return kept !== null && existsSync(kept.file) ? kept : null;
}

function composedFile(db: Database, binder: string): string | undefined {
  return get<{ file: string }>(db, 'SELECT file FROM local_binder_file WHERE binder = ?', binder)?.file;
}

/** The file of a binder as it stands now, with every signature that was added here. */
export function binderFile(db: Database, binder: string): string {
  const file = countersignedFile(db, binder)?.file ?? composedFile(db, binder);
  return file ?? refuse({ code: 'not-found', what: 'binder', id: binder });
}

/** The binder of this workspace whose file, as composed or as countersigned in any copy, has this hash. */
export function binderWithHash(db: Database, sha256: string): string | null {
  const known = get<{ id: string }>(
    db,
    'SELECT id FROM binder WHERE sha256 = ?1 UNION ALL SELECT binder FROM countersignature WHERE after = ?1 LIMIT 1',
    sha256,
  );
  if (known !== undefined) return known.id;
  const ids = all<{ id: string }>(db, 'SELECT id FROM binder ORDER BY id');
  return ids.find(({ id }) => countersignedFile(db, id)?.sha256 === sha256)?.id ?? null;
}

/**
 * The binder of this workspace that was verified, whatever hash its file has now: a time stamp changes it in place. It
 * carries the checkpoint that the ledger names, which no other binder does, under the signature of whoever exported it.
 */
export function binderRead(db: Database, read: ReadBinder): string | null {
  if (read.report.verdict === 'invalid') return null;
  return exportersOf(db, read).find(({ by }) => isFirstSigner(db, by, read))?.id ?? null;
}

/**
 * Whether a binder of this workspace is signed first by whoever exported it, or, where the ledger here does not know of
 * the export yet, by a member at all. Whoever copies a binder and signs it with a key of their own is neither.
 */
export function isByItsPreparer(db: Database, read: ReadBinder): boolean {
  const exporters = exportersOf(db, read).map(({ by }) => by);
  const preparers = exporters.length > 0 ? exporters : [...memberNames(db).keys()];
  return preparers.some((member) => isFirstSigner(db, member, read));
}

/**
 * Whether a binder is, up to its first signature, the file that the ledger names for its checkpoint; a time stamp that was
 * put beside that signature later is no difference. True as well where the ledger here knows of no such export.
 */
export async function isAsExported(db: Database, file: string, read: ReadBinder): Promise<boolean> {
  const exported = exportersOf(db, read);
  if (exported.length === 0 || binderWithHash(db, read.report.sha256) !== null) return true;
  const { first } = read;
  if (first === undefined) return false;
  const found = await hashesAsSigned(file, first);
  return exported.some(({ sha256: hash }) => found.includes(hash));
}

interface Exported {
  readonly id: string;
  readonly by: string;
  readonly sha256: string;
}

/** The binders that the ledger knows with this one's checkpoint, and who exported them. */
function exportersOf(db: Database, { content }: ReadBinder): Exported[] {
  const body = content?.ledger?.state.checkpoint.body;
  if (body === undefined) return [];
  return all<Exported>(
    db,
    'SELECT id, "by", sha256 FROM binder WHERE checkpoint = ? ORDER BY id',
    canonicalText(body as unknown as Json),
  );
}

/** Whether the first signature is a member's, by their certificate, or by one that their ledger key vouches for. */
function isFirstSigner(db: Database, member: string, { report, content }: ReadBinder): boolean {
  const [first] = report.signatures;
  if (first === undefined) return false;
  const { vouchedBy, certificatePem } = first;
  const workspace = (content?.manifest ?? content?.volume)?.workspace.id;
  const vouched =
    vouchedBy !== null &&
    vouchedBy.workspace.id === workspace &&
    vouchedBy.member.id === member &&
    wasKeyOf(db, member, vouchedBy.key);
  return vouched || wasCertificateOf(db, member, certificatePem);
}

/** Who countersigned a binder, by the ledger: every copy of the workspace tells the same. */
export function countersignaturesOf(db: Database, binder: string): Countersignature[] {
  const names = memberNames(db);
  return all<Countersignature>(
    db,
    `SELECT "by", signed_at at, field, capacity, after sha256 FROM countersignature WHERE binder = ? ORDER BY at, id`,
    binder,
  ).map((row) => ({ ...row, by: names.get(row.by) ?? row.by }));
}

/** Writes into the ledger that a binder was countersigned, so that other copies know. */
export function recordCountersignature(ws: OpenWorkspace, fact: CountersignFact): void {
  const id = factId(sha256, 'countersignature', ws.writer.id, fact);
  ws.db.transaction(() => {
    append(ws, 'binder.countersign@1', [{ record: `countersignature:${id}`, field: 'fact', value: fact }]);
    sealOpen(ws);
  })();
}

/** Keeps a countersigned file as the newest of its binder. */
export async function keepCountersigned(
  db: Database,
  binder: string,
  file: string,
  signatures: CountersignedFile['signatures'],
): Promise<Kept> {
  const kept: Kept = { file, ...(await digestOf(file)), signatures };
  writeSetting(db, keyOf(binder), JSON.stringify(kept));
  return kept;
}

/** Keeps what a time stamp made of a binder of this workspace, if it is one; the ledger knows it by what it carries. */
export async function keepStamped(db: Database, file: string, read: ReadBinder): Promise<boolean> {
  const binder = binderRead(db, read);
  if (binder === null || (file !== composedFile(db, binder) && file !== countersignedFile(db, binder)?.file))
    return false;
  const signatures = read.report.signatures.map(({ by, at, field }) => ({ by, at: at ?? '', field }));
  await keepCountersigned(db, binder, file, signatures);
  return true;
}

/** A free name in a folder for what is made of this file by a countersignature; the file itself stays as it is. */
export function besideIn(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = basename(file).replace(/( countersigned)?( \(\d+\))?(\.pdf)?$/i, '');
  return join(folder, freeName(folder, `${name} countersigned.pdf`));
}
