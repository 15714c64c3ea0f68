import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { Checkpoint, LedgerExtract, Manifest, Proofs } from '../../shared/domain/binder.ts';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import { embedded, latin, Pdf } from './pdf.ts';
import type { RealBinder } from './real-binder.ts';

/** What a binder's machine-readable files say. */
export interface Contents {
  manifest: Manifest;
  extract: LedgerExtract;
  proofs: Proofs;
  checkpoint: Checkpoint;
  /** Evidence that is written over, by its name in the binder. */
  readonly evidence: Map<string, Buffer>;
  /** Names that are taken out of every list of attachments. */
  readonly unlisted: Set<string>;
}

const FILES = {
  extract: 'ledger-extract.json',
  proofs: 'proofs.json',
  checkpoint: 'checkpoint.json',
  manifest: 'manifest.json',
} as const;

export function contentsOf(bytes: Buffer): Contents {
  const pdf = new Pdf(bytes);
  const read = (name: string) => JSON.parse(fileOf(pdf, name).toString('utf8'));
  return {
    manifest: read(FILES.manifest),
    extract: read(FILES.extract),
    proofs: read(FILES.proofs),
    checkpoint: read(FILES.checkpoint),
    evidence: new Map(),
    unlisted: new Set(),
  };
}

/** Writes a file for other programs over, so that it says something else. */
export function rewriteTwin(
  { evidence }: Contents,
  { once }: RealBinder,
  name: 'assessment-results.json' | 'register.csv',
  edit: (text: string) => string,
): void {
  const before = fileOf(new Pdf(once), name).toString('utf8');
  const after = edit(before);
  if (after === before) throw new Error(`nothing in ${name} was changed`);
  evidence.set(name, Buffer.from(after, 'utf8'));
}

/** The content of an embedded file. */
export function fileOf(pdf: Pdf, name: string): Buffer {
  const body = pdf.body(pdf.attachment(name).file);
  const from = body.indexOf('stream\n') + 'stream\n'.length;
  const content = body.subarray(from, body.lastIndexOf('endstream'));
  return body.includes('/FlateDecode') ? inflateSync(content) : content.subarray(0, -1);
}

export interface Dishonesty {
  /** Whether the manifest is made to name the files as they now are. */
  readonly fitting?: boolean;
}

/**
 * A preparer who writes what they like into the embedded files, makes the manifest fit, and signs with a key of
 * their own: every signature is good, and every file is the one that the manifest names.
 */
export function dishonest(
  binder: RealBinder,
  edit: (contents: Contents, binder: RealBinder) => void,
  options: Dishonesty = {},
): Buffer {
  return rewritten(binder, edit, options).sign(binder.stranger, { field: 'Preparer' }).bytes;
}

/** The same before anybody signed it. */
export function rewritten(
  binder: RealBinder,
  edit: (contents: Contents, binder: RealBinder) => void,
  { fitting = true }: Dishonesty = {},
): Pdf {
  const contents = contentsOf(binder.once);
  edit(contents, binder);
  const pdf = new Pdf(binder.unsigned);
  const files = new Map<string, Buffer>(contents.evidence);
  for (const key of ['extract', 'proofs', 'checkpoint'] as const) {
    files.set(FILES[key], Buffer.from(canonicalBytes(contents[key] as unknown as Json)));
  }
  if (fitting) makeFit(contents.manifest, files);
  files.set(FILES.manifest, Buffer.from(canonicalBytes(contents.manifest as unknown as Json)));
  const objects: Record<number, Buffer | string> = {};
  for (const [name, bytes] of files) objects[pdf.attachment(name).file] = embedded(bytes);
  return pdf.update({ ...objects, ...unlisted(pdf, contents.unlisted) });
}

function makeFit(manifest: Manifest, files: ReadonlyMap<string, Buffer>): void {
  for (const file of manifest.files ?? []) {
    const bytes = files.get(file.name);
    if (!bytes) continue;
    file.sha256 = createHash('sha256').update(bytes).digest('hex');
    file.bytes = bytes.length;
  }
}

/** The lists of attachments without those names; the files themselves are gone with them. */
function unlisted(pdf: Pdf, names: ReadonlySet<string>): Record<number, Buffer | string> {
  const objects: Record<number, Buffer | string> = {};
  for (const name of names) {
    const { spec, file } = pdf.attachment(name);
    const tree = String(objects[pdf.names] ?? pdf.text(pdf.names));
    const catalog = String(objects[pdf.catalog] ?? pdf.text(pdf.catalog));
    objects[pdf.names] = tree.replace(new RegExp(`(<[0-9a-fA-F]+>|\\([^)]*\\)) ${spec} 0 R`), '');
    objects[pdf.catalog] = catalog.replace(`${spec} 0 R`, '');
    objects[spec] = 'null';
    objects[file] = latin('null');
  }
  return objects;
}

/** Signs a checkpoint with a ledger key of one's own. */
export function signedAnew(checkpoint: Checkpoint): Checkpoint {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    ...checkpoint,
    publicKey: raw.toString('base64url'),
    signature: sign(null, canonicalBytes(checkpoint.body as unknown as Json), privateKey).toString(
      'base64url',
    ),
  };
}
