import { lstatSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { resolve as absolute, dirname, join } from 'node:path';
import { filesOf } from '../../db/queries/evidence.ts';
import { takenOut } from '../../shared/domain/custody.ts';
import { refuse } from '../../shared/fault.ts';
import { digestOf } from '../binder/digest-of.ts';
import { beginUnfinished, endUnfinished } from '../binder/unfinished.ts';
import { append, nextSequence } from '../ledger/append.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { custodyDraft } from './add-evidence.ts';
import { diskName } from './file-name.ts';

export interface ExportedFile {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Writes the files of the current revision into a folder, byte for byte, under names that are safe on any disk. */
export async function exportEvidence(ws: OpenWorkspace, text: string, out: string): Promise<ExportedFile[]> {
  const { id } = resolve.evidence(ws, text);
  const dir = absolute(out);
  const taken = new Set<string>();
  const written: ExportedFile[] = [];
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    refuse({
      code: 'unavailable',
      what: 'folder',
      detail: error instanceof Error ? error.message : 'it cannot be made',
    });
  }
  for (const file of filesOf(ws.db, id)) {
    const path = await freePath(dir, file, taken);
    await writeContent(ws, file.sha256, path);
    written.push({ name: file.name, path, sha256: file.sha256, bytes: file.bytes });
  }
  recordExport(ws, id, takenOut.exported, written);
  return written;
}

/** Taking files out is a step of their custody: whoever did it held them from then on. */
export function recordExport(
  ws: OpenWorkspace,
  evidence: string,
  how: string,
  files: readonly { readonly name: string; readonly sha256: string }[],
): void {
  const seq = nextSequence(ws);
  append(
    ws,
    'evidence.export@1',
    files.map((file) => custodyDraft(ws, evidence, `${how}: ${file.name}`, file.sha256, seq)),
  );
}

/** Where nothing stands but the same bytes: what somebody keeps in the folder is never replaced. */
async function freePath(
  dir: string,
  file: { readonly name: string; readonly sha256: string },
  taken: Set<string>,
): Promise<string> {
  for (;;) {
    const path = join(dir, diskName(file.name, taken));
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return path;
    if (found.isFile() && (await digestOf(path)).sha256 === file.sha256) return path;
  }
}

/** Streams a content to a new file that appears only whole; what a kill leaves of it goes when the workspace is next opened. */
export async function writeContent(
  ws: Pick<OpenWorkspace, 'vault' | 'db' | 'ports'>,
  sha256: string,
  path: string,
): Promise<void> {
  const id = ws.ports.ids.next();
  const part = beginUnfinished(ws.db, id, path);
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      for await (const piece of ws.vault.open(sha256)) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, path);
  } finally {
    endUnfinished(ws.db, id, dirname(path));
  }
}
