import { evidenceRows } from '../../db/queries/evidence.ts';
import {
  ATTACHMENT_NAMES,
  type ManifestFile,
  type Omission,
  PACKET_ATTACHMENT,
  TWIN_NAMES,
} from '../../shared/domain/binder.ts';
import { diskName } from '../evidence/file-name.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { fileKey } from './misfits.ts';
import type { Attachment } from './model.ts';
import type { SignedScope } from './scope.ts';

export interface EvidenceFiles {
  readonly manifest: ManifestFile[];
  readonly attachments: Attachment[];
  readonly missing: Omission[];
  attachmentOf(evidence: string, index: number): string | null;
}

export const NO_FILES: EvidenceFiles = {
  manifest: [],
  attachments: [],
  missing: [],
  attachmentOf: () => null,
};

/** What of the evidence does not go in. */
export interface EvidenceOut {
  /** SHA-256 of what is taken out on purpose, and named elsewhere. */
  readonly redacted?: ReadonlySet<string> | undefined;
  /** The largest file that can be embedded. */
  readonly largest?: number | undefined;
}

/**
 * Every file of the evidence in scope under a name of its own. One the vault no longer has is named as missing, one
 * that is larger than the largest that can be embedded as too large.
 */
export function evidenceFiles(
  ws: OpenWorkspace,
  scope: Pick<SignedScope, 'evidence'>,
  misfits: ReadonlyMap<string, string>,
  { redacted = new Set(), largest = Number.POSITIVE_INFINITY }: EvidenceOut = {},
): EvidenceFiles {
  const taken = new Set<string>([
    PACKET_ATTACHMENT,
    ...Object.values(TWIN_NAMES),
    ...Object.values(ATTACHMENT_NAMES),
  ]);
  const names = new Map<string, string>();
  const manifest: ManifestFile[] = [];
  const attachments: Attachment[] = [];
  const missing: Omission[] = [];
  for (const evidence of evidenceRows(ws.db, scope.evidence, today(ws))) {
    for (const [index, file] of evidence.files.entries()) {
      if (redacted.has(file.sha256)) continue;
      const misfit = misfits.get(fileKey(file));
      if (misfit !== undefined || file.bytes > largest) {
        const label = `${evidence.reference} ${file.name}`;
        const { sha256, bytes } = file;
        const what = { kind: 'file', id: sha256, label, sha256, bytes };
        const why =
          misfit === undefined
            ? { reason: 'too-large' as const, detail: tooLarge(bytes, largest) }
            : { reason: 'missing' as const, detail: misfit };
        missing.push({ ...what, ...why });
        continue;
      }
      const name = diskName(`${evidence.reference} ${file.name}`, taken);
      names.set(`${evidence.id}:${index}`, name);
      manifest.push({
        name,
        original: file.name,
        role: 'evidence',
        sha256: file.sha256,
        bytes: file.bytes,
        mediaType: file.mediaType,
        evidence: evidence.id,
      });
      attachments.push({
        name,
        description: `${evidence.reference} ${evidence.title}`,
        mediaType: file.mediaType,
        bytes: file.bytes,
        sha256: file.sha256,
        relationship: 'Supplement',
        modified: evidence.addedAt,
        open: () => ws.vault.open(file.sha256, { fleeting: true }),
      });
    }
  }
  return {
    manifest,
    attachments,
    missing,
    attachmentOf: (evidence, index) => names.get(`${evidence}:${index}`) ?? null,
  };
}

const tooLarge = (bytes: number, largest: number) =>
  `It has ${bytesIn(bytes)}; the largest file that a volume of this size holds has ${bytesIn(largest)}. A larger volume size may hold it.`;

const bytesIn = (bytes: number) => `${bytes.toLocaleString('en-US')} bytes`;
