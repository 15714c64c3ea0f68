import { evidenceRows } from '../../db/queries/evidence.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** Names one file as an evidence record states it. */
export function fileKey(file: { readonly sha256: string; readonly bytes: number }): string {
  return `${file.sha256}:${file.bytes}`;
}

/**
 * The files that cannot be embedded as the ledger states them, each with what is wrong: this copy does not hold the
 * content, or it has another size than its record says. They are left out of a binder by name, never in silence.
 */
export async function findMisfits(
  ws: OpenWorkspace,
  evidence: readonly string[],
): Promise<Map<string, string>> {
  const misfits = new Map<string, string>();
  for (const file of evidenceRows(ws.db, evidence, today(ws)).flatMap((row) => row.files)) {
    if (!ws.vault.has(file.sha256)) misfits.set(fileKey(file), 'The vault of this copy does not hold it.');
    else if ((await ws.vault.size(file.sha256)) !== file.bytes) {
      misfits.set(fileKey(file), `Its record states ${file.bytes} bytes, and the content has another size.`);
    }
  }
  return misfits;
}
