import {
  ATTACHMENT_NAMES,
  type Manifest,
  type ManifestFile,
  PACKET_ATTACHMENT,
  TWIN_NAMES,
} from '../../../shared/domain/binder.ts';
import { evidenceReference } from '../../../shared/domain/evidence.ts';
import { everyFile } from './agreement.ts';
import type { Findings } from './findings.ts';

/** What each file that is no evidence is called: nothing else is attached beside the evidence. */
const NAMES: Readonly<Record<Exclude<ManifestFile['role'], 'evidence'>, readonly string[]>> = {
  packet: [PACKET_ATTACHMENT],
  twin: Object.values(TWIN_NAMES),
  extract: [ATTACHMENT_NAMES.extract],
  proofs: [ATTACHMENT_NAMES.proofs],
  checkpoint: [ATTACHMENT_NAMES.checkpoint],
};

/** Each file is called by what it is: evidence by its reference and its own name, and nothing else is told as evidence is. */
export function checkFileRoles(manifest: Manifest, findings: Findings): void {
  for (const file of everyFile(manifest)) {
    const flaw = file.role === 'evidence' ? evidenceFlaw(file) : otherFlaw(file, NAMES[file.role]);
    if (flaw !== null) findings.add('manifest-mismatch', `attachment ${file.name}`, flaw);
  }
}

function otherFlaw({ name, role, evidence }: ManifestFile, names: readonly string[]): string | null {
  if (names.includes(name) && evidence === undefined) return null;
  return `${name} is told as a file of the kind ${role}, and is none: no binder attaches such a file.`;
}

function evidenceFlaw({ name, original, evidence }: ManifestFile): string | null {
  if (evidence === undefined) return null;
  if ([original, `${evidenceReference(evidence)} ${original}`].some((wish) => isNameOf(name, wish)))
    return null;
  return `${name} is not called by its evidence and the name that it had there, ${original}.`;
}

const HIDDEN = /[\p{Cc}\p{Bidi_Control}]/gu;
/** A name longer than this may have been cut. */
const LONG = 190;

/** Whether a file got this name for that wish: without what no disk takes, cut where it is long, numbered where it is taken. */
function isNameOf(name: string, wish: string): boolean {
  const [stem, ending] = split(
    wish
      .replace(HIDDEN, '')
      .replace(/[/\\:*?"<>|]/g, '_')
      .replace(/[. ]+$/, ''),
  );
  if (!name.endsWith(ending)) return false;
  const own = name.slice(0, name.length - ending.length);
  const mayBeCut = new TextEncoder().encode(name).length >= LONG;
  return [own, own.replace(/ \(\d+\)$/, '')].some(
    (one) => one === stem || (mayBeCut && stem.startsWith(one)),
  );
}

function split(name: string): [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 12 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}
