import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Database } from '../../db/driver.ts';
import { readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { all, get } from '../../db/sql.ts';
import { CountersignedFile } from '../../shared/contract/proof.ts';
import { refuse } from '../../shared/fault.ts';
import { digestOf } from './digest-of.ts';
import { freeName } from './export-binder.ts';

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

/** The file of a binder as it stands now, with every signature that was added here. */
export function binderFile(db: Database, binder: string): string {
  const composed = get<{ file: string }>(db, 'SELECT file FROM local_binder_file WHERE binder = ?', binder);
  const file = countersignedFile(db, binder)?.file ?? composed?.file;
  return file ?? refuse({ code: 'not-found', what: 'binder', id: binder });
}

/** The binder of this workspace whose file, as composed or as last countersigned here, has this hash. */
export function binderWithHash(db: Database, sha256: string): string | null {
  const rows = all<{ id: string; sha256: string }>(db, 'SELECT id, sha256 FROM binder ORDER BY id');
  const found = rows.find((row) => row.sha256 === sha256 || countersignedFile(db, row.id)?.sha256 === sha256);
  return found?.id ?? null;
}

/** Keeps a countersigned file as the newest of its binder. */
export async function keepCountersigned(
  db: Database,
  binder: string,
  file: string,
  signatures: CountersignedFile['signatures'],
): Promise<void> {
  const kept: Kept = { file, ...(await digestOf(file)), signatures };
  writeSetting(db, keyOf(binder), JSON.stringify(kept));
}

/** A free name in a folder for what is made of this file by a countersignature; the file itself stays as it is. */
export function besideIn(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = basename(file).replace(/( countersigned)?( \(\d+\))?(\.pdf)?$/i, '');
  return join(folder, freeName(folder, `${name} countersigned.pdf`));
}
