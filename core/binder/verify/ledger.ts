import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import {
  Checkpoint,
  type ExtractEntry,
  type ExtractSignOff,
  LedgerExtract,
  type Manifest,
  Proofs,
  type VerifyReport,
} from '../../../shared/domain/binder.ts';
import { signOffDigest } from '../../../shared/domain/sign-off.ts';
import { canonicalBytes, concatBytes, fromHex, type Json, toHex } from '../../../shared/ledger/canonical.ts';
import { checkConsistency, checkInclusion, leafHash } from '../../../shared/ledger/merkle.ts';
import type { Findings } from './findings.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** The hashed form of an entry, as far as it concerns a stranger. Read anew here, not taken from the ledger's code. */
const EntryForm = z.looseObject({
  workspace: z.string(),
  writer: z.string(),
  seq: z.int().positive(),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  ops: z.array(z.looseObject({ record: z.string(), hash: z.string().regex(/^[0-9a-f]{64}$/) })),
});
type EntryForm = z.infer<typeof EntryForm>;

interface KnownEntry {
  readonly form: EntryForm;
  readonly extract: ExtractEntry;
}

/** The contents of the ledger's files in a binder. */
export interface LedgerFiles {
  readonly extract: Buffer;
  readonly proofs: Buffer;
  readonly checkpoint: Buffer;
}

export type LedgerReport = Pick<VerifyReport, 'signOffs' | 'checkpoint'> & {
  /** Entries whose hash and place were proven. */
  readonly entries: number;
  /** SHA-256 of every evidence file that a current sign-off names. */
  readonly signedFiles: ReadonlySet<string>;
  readonly continued: boolean;
};

/** Recomputes everything the ledger's files claim; null when they cannot be read. */
export function checkLedger(files: LedgerFiles, manifest: Manifest, findings: Findings): LedgerReport | null {
  const extract = readJson(files.extract, LedgerExtract, 'ledger-extract.json', findings);
  const proofs = readJson(files.proofs, Proofs, 'proofs.json', findings);
  const checkpoint = readJson(files.checkpoint, Checkpoint, 'checkpoint.json', findings);
  if (!extract || !proofs || !checkpoint) return null;
  checkBelonging({ extract, checkpoint, manifest }, findings);
  const entries = checkEntries(extract, findings);
  const valid = checkCheckpoint(checkpoint, findings);
  const proven = checkProofs({ entries, proofs, checkpoint }, findings);
  checkContinuity({ proofs, checkpoint }, findings);
  return {
    signOffs: checkSignOffs(extract, entries, findings),
    checkpoint: {
      workspace: checkpoint.body.workspace,
      at: checkpoint.body.at,
      signedBy: checkpoint.memberName,
      chains: checkpoint.body.chains.length,
      entries: checkpoint.body.chains.reduce((sum, chain) => sum + chain.size, 0),
      valid,
      proofsChecked: proven,
    },
    entries: entries.size,
    signedFiles: filesNamed(extract),
    continued: proofs.consistency !== null,
  };
}

/** JSON of a known shape, or null and a finding. */
export function readJson<T>(bytes: Buffer, shape: z.ZodType<T>, name: string, findings: Findings): T | null {
  const where = name === 'manifest.json' ? 'manifest' : `attachment ${name}`;
  const code = name === 'manifest.json' ? 'manifest-unreadable' : 'ledger-unreadable';
  try {
    const result = shape.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    if (result.success) return result.data;
    const path = result.error.issues[0]?.path.join('.') ?? '';
    findings.add(
      code,
      where,
      `${name} is not of the form a binder has${path === '' ? '' : ` (at ${path})`}.`,
    );
  } catch {
    findings.add(code, where, `${name} is damaged: it is no JSON text.`);
  }
  return null;
}

function checkBelonging(
  { extract, checkpoint, manifest }: { extract: LedgerExtract; checkpoint: Checkpoint; manifest: Manifest },
  findings: Findings,
): void {
  const { workspace, engagement } = manifest;
  if (extract.workspace !== workspace.id || checkpoint.body.workspace !== workspace.id) {
    findings.add(
      'ledger-mismatch',
      'ledger extract',
      'The ledger’s files belong to another workspace than the manifest.',
    );
  }
  if (extract.engagement !== engagement.id) {
    findings.add('ledger-mismatch', 'ledger extract', 'The ledger extract belongs to another engagement.');
  }
}

const positionOf = (writer: string, seq: number): string => `${writer}:${seq}`;
const whereOf = (writer: string, seq: number): string => `ledger entry ${writer.slice(0, 8)}:${seq}`;

function checkEntries(extract: LedgerExtract, findings: Findings): Map<string, KnownEntry> {
  const known = new Map<string, KnownEntry>();
  const writers = new Set(extract.writers.map((writer) => writer.id));
  extract.entries.forEach((entry, i) => {
    const parsed = EntryForm.safeParse(entry.entry);
    if (!parsed.success) {
      findings.add(
        'entry-mismatch',
        `ledger entry number ${i + 1} of the extract`,
        'A ledger entry is not of the known form.',
      );
      return;
    }
    const form = parsed.data;
    const where = whereOf(form.writer, form.seq);
    const wrong = flawOf(entry, form, extract.workspace);
    if (wrong) findings.add('entry-mismatch', where, wrong);
    if (!writers.has(form.writer))
      findings.add('entry-mismatch', where, 'A ledger entry has an unknown writer.');
    const position = positionOf(form.writer, form.seq);
    if (known.has(position)) findings.add('entry-mismatch', where, 'A ledger entry is there twice.');
    known.set(position, { form, extract: entry });
  });
  for (const { form } of known.values()) {
    const earlier = known.get(positionOf(form.writer, form.seq - 1));
    if (earlier && earlier.extract.hash !== form.prev) {
      findings.add(
        'entry-mismatch',
        whereOf(form.writer, form.seq),
        'A ledger entry does not follow from the one before.',
      );
    }
  }
  return known;
}

function flawOf(entry: ExtractEntry, form: EntryForm, workspace: string): string | null {
  try {
    if (form.workspace !== workspace) return 'A ledger entry belongs to another workspace.';
    if (form.seq === 1 && form.prev !== '0'.repeat(64))
      return 'The first entry of a chain names one before it.';
    const bytes = concatBytes(fromHex(form.prev), canonicalBytes(entry.entry as Json));
    if (toHex(sha256(bytes)) !== entry.hash)
      return 'A ledger entry does not have the hash it is said to have.';
    if (entry.values.length !== form.ops.length) return 'A ledger entry has other values than operations.';
    return entry.values.every((value, i) => value === null || valueFits(value, form.ops[i]?.hash))
      ? null
      : 'A value of a ledger entry is not the one that was recorded.';
  } catch (error) {
    if (error instanceof TypeError) return 'A ledger entry has no canonical form.';
    throw error;
  }
}

function valueFits({ salt, value }: { salt: string; value: unknown }, hash: string | undefined): boolean {
  return toHex(sha256(concatBytes(fromHex(salt), canonicalBytes(value as Json)))) === hash;
}

function checkCheckpoint(checkpoint: Checkpoint, findings: Findings): boolean {
  const { body } = checkpoint;
  const writers = body.chains.map((chain) => chain.writer);
  const ordered = writers.every((writer, i) => i === 0 || (writers[i - 1] ?? '') < writer);
  const valid = ordered && isSigned(checkpoint);
  if (!valid) {
    const message = `The ledger checkpoint is not as ${checkpoint.memberName} signed it.`;
    findings.add('checkpoint-signature', 'ledger checkpoint', message);
  }
  return valid;
}

function isSigned({ body, publicKey, signature }: Checkpoint): boolean {
  try {
    // The JWK form takes the raw key as it is; a wrong length or alphabet throws.
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    const bytes = Buffer.from(signature, 'base64url');
    const canonical = Buffer.from(publicKey, 'base64url').toString('base64url') === publicKey;
    if (!canonical || bytes.toString('base64url') !== signature || bytes.length !== 64) return false;
    return verify(null, canonicalBytes(body), key, bytes);
  } catch {
    return false;
  }
}

function checkProofs(
  {
    entries,
    proofs,
    checkpoint,
  }: { entries: Map<string, KnownEntry>; proofs: Proofs; checkpoint: Checkpoint },
  findings: Findings,
): number {
  const paths = new Map(proofs.inclusion.map((proof) => [positionOf(proof.writer, proof.seq), proof.path]));
  const chains = new Map(checkpoint.body.chains.map((chain) => [chain.writer, chain]));
  let proven = 0;
  for (const [position, { form, extract }] of entries) {
    const where = whereOf(form.writer, form.seq);
    const chain = chains.get(form.writer);
    const path = paths.get(position);
    if (!chain || !path) {
      findings.add('proof-failed', where, 'A ledger entry has no proof that it is in the checkpoint.');
      continue;
    }
    const included = checkInclusion(sha256, {
      leaf: leafHash(sha256, fromHex(extract.hash)),
      index: form.seq - 1,
      size: chain.size,
      path: path.map(fromHex),
      root: fromHex(chain.root),
    });
    if (!included || (form.seq === chain.size && extract.hash !== chain.head)) {
      findings.add('proof-failed', where, 'A ledger entry is not in the checkpoint.');
    } else proven += 1;
  }
  const extra = proofs.inclusion.find((proof) => !entries.has(positionOf(proof.writer, proof.seq)));
  if (extra) {
    findings.add(
      'proof-failed',
      whereOf(extra.writer, extra.seq),
      'There is a proof for an entry that is not here.',
    );
  }
  return proven;
}

/** Whether this checkpoint continues the one of the last binder, chain by chain. */
function checkContinuity(
  { proofs, checkpoint }: { proofs: Proofs; checkpoint: Checkpoint },
  findings: Findings,
): void {
  if (!proofs.consistency) return;
  const { from, chains } = proofs.consistency;
  const current = new Map(checkpoint.body.chains.map((chain) => [chain.writer, chain]));
  const paths = new Map(chains.map((chain) => [chain.writer, chain]));
  for (const old of from.chains) {
    const [now, proof] = [current.get(old.writer), paths.get(old.writer)];
    const ok =
      now !== undefined &&
      proof !== undefined &&
      proof.from === old.size &&
      proof.to === now.size &&
      checkConsistency(sha256, {
        oldSize: old.size,
        oldRoot: fromHex(old.root),
        size: now.size,
        root: fromHex(now.root),
        path: proof.path.map(fromHex),
      });
    if (!ok) {
      const message = 'The ledger does not continue that of the earlier binder: its history was rewritten.';
      findings.add('proof-failed', `ledger chain ${old.writer.slice(0, 8)}`, message);
    }
  }
  if (from.workspace !== checkpoint.body.workspace) {
    findings.add('proof-failed', 'proofs.json', 'The earlier checkpoint belongs to another workspace.');
  }
}

function checkSignOffs(
  extract: LedgerExtract,
  entries: ReadonlyMap<string, KnownEntry>,
  findings: Findings,
): VerifyReport['signOffs'] {
  const members = new Map(extract.writers.map((writer) => [writer.id, writer]));
  const report = { total: extract.signOffs.length, recomputed: 0, voided: 0, mismatched: [] as string[] };
  for (const signOff of extract.signOffs) {
    const where = `sign-off ${signOff.label} as ${signOff.capacity}`;
    const writer = members.get(signOff.writer);
    const entry = entries.get(positionOf(signOff.writer, signOff.seq));
    const told = writer?.member === signOff.by && writer.memberName === signOff.byName;
    if (!entry || !told || !recordsSignOff(entry, signOff)) {
      findings.add(
        'sign-off-mismatch',
        where,
        `The ledger does not record the sign-off of ${signOff.label} as listed.`,
      );
      report.mismatched.push(signOff.label);
    } else if (signOff.voided) report.voided += 1;
    else if (isDigestRight(extract, signOff)) report.recomputed += 1;
    else {
      const message = `${signOff.label} is not what ${signOff.byName} signed: the recomputed digest differs.`;
      findings.add('sign-off-mismatch', where, message);
      report.mismatched.push(signOff.label);
    }
  }
  return report;
}

function isDigestRight(extract: LedgerExtract, signOff: ExtractSignOff): boolean {
  const values = Object.hasOwn(extract.signed, signOff.record) ? extract.signed[signOff.record] : undefined;
  return (
    values !== undefined && values.kind === signOff.kind && signOffDigest(sha256, values) === signOff.digest
  );
}

/** The entry must carry this sign-off, with the same facts wherever it states them. */
function recordsSignOff({ form, extract }: KnownEntry, signOff: ExtractSignOff): boolean {
  const at = form.ops.findIndex((op) => op.record === `signoff:${signOff.id}`);
  const value = extract.values[at]?.value;
  if (typeof value !== 'object' || value === null || !('digest' in value)) return false;
  const facts = { ...signOff } as Readonly<Record<string, unknown>>;
  const stated = value as Readonly<Record<string, unknown>>;
  return ['kind', 'record', 'capacity', 'verdict', 'digest'].every(
    (key) => !(key in stated) || stated[key] === facts[key],
  );
}

function filesNamed(extract: LedgerExtract): Set<string> {
  const files = new Set<string>();
  for (const values of Object.values(extract.signed)) {
    for (const assessment of values.kind === 'checklist' ? values.items : [values]) {
      for (const evidence of assessment.evidence) for (const hash of evidence.files) files.add(hash);
    }
  }
  return files;
}
