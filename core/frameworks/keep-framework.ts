import { NormalisedFramework } from '../../shared/domain/framework.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import { append } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** A framework with the file it was made from, which is kept beside it. */
export interface FrameworkToKeep {
  readonly framework: NormalisedFramework;
  readonly original: Uint8Array;
  /** What the original is called, for people. */
  readonly sourceName: string;
  readonly counts: Readonly<Record<string, number>>;
  /** How many problems its reading told. */
  readonly problems: number;
}

/** A framework's id is derived from its normalised form: two copies that take in the same one agree. */
export function frameworkId(framework: NormalisedFramework): string {
  return idOf(blobOf(framework));
}

/** The blob and the original go into the vault first; then one entry names them and all rows follow from it. */
export async function keepFramework(ws: OpenWorkspace, kept: FrameworkToKeep): Promise<string> {
  const framework = NormalisedFramework.parse(kept.framework);
  const bytes = blobOf(framework);
  const id = idOf(bytes);
  const original = await ws.vault.put(kept.original);
  const blob = await ws.vault.put(bytes);
  await ws.loadFrameworks([blob.sha256]);
  append(ws, 'framework.import@1', [
    {
      record: `framework:${id}`,
      field: 'import',
      value: {
        blob: blob.sha256,
        original: original.sha256,
        sourceName: kept.sourceName,
        format: framework.format,
        counts: { ...kept.counts },
        problems: kept.problems,
      },
    },
  ]);
  return id;
}

function blobOf(framework: NormalisedFramework): Uint8Array {
  return canonicalBytes(framework as unknown as Json);
}

function idOf(blob: Uint8Array): string {
  return deriveId(sha256, 'framework', Buffer.from(sha256(blob)).toString('hex'));
}
