import type {
  Manifest,
  ManifestFile,
  Omission,
  VolumeEntry,
  VolumeManifest,
} from '../../shared/domain/binder.ts';
import { ATTACHMENT_NAMES } from '../../shared/domain/binder.ts';
import { refuse } from '../../shared/fault.ts';
import { jsonAttachment } from './data-file.ts';
import type { EvidenceFiles } from './evidence-files.ts';
import type { Attachment } from './model.ts';

/** A further volume before it is composed. */
export interface PlannedVolume {
  readonly volume: number;
  readonly files: readonly ManifestFile[];
  readonly attachments: readonly Attachment[];
}

/** What a volume takes beside its files: pages with their fonts, the manifest and six signatures. */
const VOLUME_ITSELF = 384 * 1024;
/** What each file takes beside its bytes: its name in the list, on the page and in the manifest. */
const FILE_ITSELF = 2048;

/** The largest file that a volume of this size holds. */
export function largestFile(volumeBytes: number): number {
  return volumeBytes - VOLUME_ITSELF - FILE_ITSELF;
}

/**
 * How the evidence goes into further volumes, in its order, each as full as may be: nothing where all of it fits into
 * one file with the pages. Pages and ledger are in the first volume, which is as large as they are.
 */
export function planVolumes({ manifest, attachments }: EvidenceFiles, volumeBytes: number): PlannedVolume[] {
  const room = volumeBytes - VOLUME_ITSELF;
  const needs = (file: ManifestFile) => file.bytes + FILE_ITSELF;
  const pages = Math.min(volumeBytes / 4, manifest.length * 8192);
  if (manifest.reduce((sum, file) => sum + needs(file), pages) <= room) return [];
  const byName = new Map(attachments.map((attachment) => [attachment.name, attachment]));
  const volumes: ManifestFile[][] = [];
  let free = 0;
  for (const file of manifest) {
    const last = volumes.at(-1);
    if (last === undefined || needs(file) > free) {
      volumes.push([file]);
      free = room - needs(file);
    } else {
      last.push(file);
      free -= needs(file);
    }
  }
  return volumes.map((files, at) => ({
    volume: at + 2,
    files,
    attachments: files.flatMap(({ name }) => byName.get(name) ?? []),
  }));
}

/** Evidence that a packet is made of is in it, or there is no packet. */
export function refuseTooLarge(missing: readonly Omission[], needed: ReadonlySet<string>): void {
  const found = missing.find(({ reason, sha256 }) => reason === 'too-large' && needed.has(sha256 ?? ''));
  if (found === undefined) return;
  refuse({
    code: 'rule-broken',
    rule: 'packet-evidence',
    because: `The packet needs ${found.label}, which is too large for a volume. ${found.detail ?? ''}`,
  });
}

/** What is said of the whole binder in each of its volumes. */
export type OfTheBinder = Pick<
  Manifest,
  'binder' | 'title' | 'workspace' | 'engagement' | 'at' | 'generator'
>;

/** What a further volume is drawn from. */
export interface VolumeModel {
  readonly manifest: VolumeManifest;
  readonly marking: string;
  /** The file of the first volume. */
  readonly first: string;
  /** The files, and the manifest behind them. */
  readonly attachments: readonly Attachment[];
  /** SHA-256 of the manifest as it is attached. */
  readonly manifestSha256: string;
}

export function volumeModel(
  planned: PlannedVolume,
  of: number,
  binder: OfTheBinder,
  shown: Pick<VolumeModel, 'marking' | 'first'>,
): VolumeModel {
  const { volume, files } = planned;
  const manifest: VolumeManifest = { schema: 'bindery.volume/1', ...binder, volume, of, files: [...files] };
  const { attachment } = jsonAttachment(
    ATTACHMENT_NAMES.manifest,
    'extract',
    'What is in this volume',
    manifest,
    binder.at,
  );
  return {
    ...shown,
    manifest,
    attachments: [...planned.attachments, attachment],
    manifestSha256: attachment.sha256,
  };
}

/** A composed volume as the first one lists it. */
export function volumeEntry(
  { manifest, manifestSha256 }: VolumeModel,
  composed: { readonly file: string; readonly bytes: number; readonly sha256: string },
): VolumeEntry {
  const { volume, files } = manifest;
  return { volume, ...composed, manifest: manifestSha256, files };
}
