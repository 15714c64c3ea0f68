import { createHash } from 'node:crypto';
import type { VerifyReport, VerifySignature } from '../../../shared/domain/binder.ts';
import { refuse } from '../../../shared/fault.ts';
import { checkStep } from './changes.ts';
import { digestFile } from './digests.ts';
import { FileBytes } from './file-bytes.ts';
import { Findings } from './findings.ts';
import { HeldRules } from './held.ts';
import { checkLayout } from './layout.ts';
import { type ContentReport, checkContent, compareVersions, reportManifest, reportSet } from './manifest.ts';
import { checkForm } from './panels.ts';
import { PdfFault } from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import { checkRevocations, type LongTerm, type Revocations } from './revocation/check.ts';
import { type Role, rolesOf } from './roles.ts';
import { notProvenSentences, provenSentences } from './sentences.ts';
import { judgeRange, readContents, type SignedRange } from './signatures/byte-range.ts';
import { type Certificate, readTrust } from './signatures/certificate.ts';
import {
  type Candidate,
  checkSignature,
  digestNeeded,
  readCms,
  readStamp,
  reportSignature,
  reportStamp,
} from './signatures/check.ts';
import { type SignatureField, signatureFields } from './signatures/fields.ts';
import { readVouch } from './signatures/vouch.ts';
import { openNewest, openVersion, revisionEnds } from './versions.ts';

export type VerifyPhase = 'digests' | 'attachments' | 'structure';

export interface VerifyOptions {
  /** Certificates in PEM form: signers, or authorities that issued theirs. */
  readonly trust?: readonly string[];
  readonly onProgress?: (progress: { phase: VerifyPhase; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Verifies a binder from its bytes alone: no workspace, no network, and no code of what wrote it. A file that is no
 * PDF or cannot be read is refused; whatever is wrong with a PDF is in the report.
 */
export async function verifyBinder(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  return (await readBinder(path, options)).report;
}

/** The verdict on a binder, and what was read of it on the way; null where nothing could be read. */
export interface ReadBinder {
  readonly report: VerifyReport;
  readonly content: ContentReport | null;
  /** The certificates its signatures were made with, and the validation data on them; none where nothing was read. */
  readonly longTerm?: LongTerm | undefined;
  /** What the first signature covers; absent where none covers anything. */
  readonly first?: SignedRange | undefined;
}

export async function readBinder(path: string, options: VerifyOptions = {}): Promise<ReadBinder> {
  const anchors = readTrust(options.trust ?? []);
  const file = await FileBytes.open(path);
  try {
    return await new Verification(file, path, anchors, options).run();
  } finally {
    await file.close();
  }
}

interface Signed {
  readonly candidate: Candidate;
  /** The version this signature covers, where it covers one whole. */
  readonly version: PdfView | null;
  readonly report: VerifySignature;
}

class Verification {
  readonly #file: FileBytes;
  readonly #path: string;
  readonly #anchors: readonly Certificate[];
  readonly #options: VerifyOptions;
  readonly #findings = new Findings();

  constructor(file: FileBytes, path: string, anchors: readonly Certificate[], options: VerifyOptions) {
    this.#file = file;
    this.#path = path;
    this.#anchors = anchors;
    this.#options = options;
  }

  async run(): Promise<ReadBinder> {
    const newest = await this.#openOrRefuse();
    const encrypted = newest?.sections.some(({ trailer }) => trailer.entries.has('Encrypt')) ?? false;
    if (encrypted) {
      this.#findings.add(
        'encrypted',
        'file',
        'The PDF is encrypted; a binder never is, and it cannot be verified like this.',
      );
    }
    const readable = encrypted ? null : newest;
    const candidates = readable ? await this.#candidates(readable) : [];
    const kept = readable
      ? await this.#tolerant('validation data', () =>
          checkRevocations(readable, candidates, this.#anchors, this.#findings),
        )
      : null;
    const { sha256, signed } = await this.#checkSignatures(candidates, kept?.revocations ?? new Map());
    const content = readable ? await this.#checkDocument(readable, signed) : null;
    const report = this.#report(sha256, signed, content);
    const set = readable && content ? reportSet(content, await this.#composed(readable, content)) : undefined;
    return {
      report: set === undefined ? report : { ...report, set },
      content,
      longTerm: kept?.longTerm,
      first: candidates.find(({ range }) => range !== null)?.range ?? undefined,
    };
  }

  /** A volume as it was before anybody signed it: that is what the first volume lists. */
  async #composed(
    newest: PdfView,
    { volume, manifest }: ContentReport,
  ): Promise<{ bytes: number; sha256: string }> {
    if (!volume && !manifest?.volumes) return { bytes: 0, sha256: '' };
    const bytes = (await revisionEnds(newest)).at(-1) ?? this.#file.size;
    const hash = createHash('sha256');
    for await (const chunk of this.#file.chunks(0, bytes, this.#options.signal)) hash.update(chunk);
    return { bytes, sha256: hash.digest('hex') };
  }

  async #openOrRefuse(): Promise<PdfView | null> {
    const head = (await this.#file.read(0, 1024)).toString('latin1');
    const newest = await openNewest(this.#file, this.#findings);
    if (!newest && !head.includes('%PDF-')) {
      refuse({
        code: 'invalid-input',
        detail: 'This file is not a PDF, so it is no binder.',
        remedy: 'Choose the binder itself, the PDF that was signed.',
      });
    }
    if (!head.startsWith('%PDF-')) {
      this.#findings.add('damaged-structure', 'start of the file', 'The file does not begin as a PDF does.');
    }
    return newest;
  }

  /** Every filled signature field: those of the newest version, and those a later revision took out. */
  async #candidates(newest: PdfView): Promise<Candidate[]> {
    const found = new Map<string, Candidate>();
    await this.#tolerant('signatures', async () => {
      for (const field of await signatureFields(newest)) await this.#candidate(field, found);
    });
    for (const end of await revisionEnds(newest)) {
      const earlier = await openVersion(this.#file, end);
      if (!earlier) continue;
      await this.#tolerant('signatures', async () => {
        for (const field of await signatureFields(earlier)) {
          if (!(await this.#candidate(field, found))) continue;
          const message = `The signature ${field.name} was taken out or moved later.`;
          this.#findings.add('signature-removed', `signature ${field.name}`, message);
        }
      });
    }
    return [...found.values()].sort((a, b) => (a.range?.end ?? 0) - (b.range?.end ?? 0));
  }

  /** Whether the field holds a signature that was not seen yet. */
  async #candidate(field: SignatureField, found: Map<string, Candidate>): Promise<boolean> {
    const key = JSON.stringify([field.name, field.value?.num, field.value?.contents?.start]);
    if (!field.value || found.has(key)) return false;
    const findings = new Findings();
    const range = judgeRange(field, this.#file.size, findings);
    const der = range && (await readContents(this.#file, field.name, range, findings));
    const cms = readCms(field, der, findings);
    const stamp = readStamp(field, cms, findings);
    found.set(key, { field, range, cms, stamp, vouch: readVouch(field, cms, findings), findings });
    return true;
  }

  async #checkSignatures(
    candidates: readonly Candidate[],
    revocations: Revocations,
  ): Promise<{ sha256: string; signed: Signed[] }> {
    const jobs = candidates.flatMap((candidate) => {
      const digest = digestNeeded(candidate.cms);
      return candidate.range && digest ? [{ candidate, digest, range: candidate.range }] : [];
    });
    const { sha256, digests } = await digestFile(this.#file, jobs, {
      onBytes: (done) => this.#options.onProgress?.({ phase: 'digests', done, total: this.#file.size }),
      signal: this.#options.signal,
    });
    const signed: Signed[] = [];
    for (const candidate of candidates) {
      const job = jobs.findIndex((j) => j.candidate === candidate);
      signed.push(await this.#judge(candidate, digests[job], signed, revocations.get(candidate)));
    }
    return { sha256, signed };
  }

  async #judge(
    candidate: Candidate,
    digest: Buffer | undefined,
    earlier: readonly Signed[],
    revocation: VerifySignature['revocation'],
  ): Promise<Signed> {
    const goodUpTo = earlier.findLast(({ report }) => report.valid)?.candidate.range?.end ?? 0;
    const previousEnd = earlier.at(-1)?.candidate.range?.end ?? 0;
    const { algorithm } = checkSignature(candidate, digest, goodUpTo);
    const version = await this.#versionOf(candidate, previousEnd);
    const coversRevision = version !== null;
    if (!coversRevision && candidate.range) {
      const message = `The signature ${candidate.field.name} does not cover a whole version of the document, or one it stands in.`;
      candidate.findings.add('byte-range', `signature ${candidate.field.name}`, message);
    }
    for (const problem of candidate.findings.list()) this.#findings.copy(problem);
    const facts = { algorithm, coversRevision, size: this.#file.size, anchors: this.#anchors, revocation };
    return { candidate, version, report: reportSignature(candidate, facts) };
  }

  /** The version that ends where the signature's range does and in which that same signature stands. */
  async #versionOf({ range, field }: Candidate, previousEnd: number): Promise<PdfView | null> {
    if (!range || range.gap < previousEnd) return null;
    const version = await openVersion(this.#file, range.end);
    if (!version) return null;
    try {
      const own = (await signatureFields(version)).find((other) => other.num === field.num);
      return own?.value?.contents?.start === range.gap ? version : null;
    } catch (error) {
      if (error instanceof PdfFault) return null;
      throw error;
    }
  }

  async #checkDocument(newest: PdfView, signed: readonly Signed[]): Promise<ContentReport | null> {
    const versions = signed.flatMap(({ version, candidate }) =>
      version ? [{ version, name: candidate.field.name }] : [],
    );
    const dataFollow = await this.#checkSteps(newest, versions);
    this.#checkEnd(newest, signed, dataFollow);
    const first = versions[0]?.version ?? newest;
    const content = await this.#tolerant('attachments', () =>
      checkContent({
        view: first,
        findings: this.#findings,
        onFile: (done, total) => this.#options.onProgress?.({ phase: 'attachments', done, total }),
        signal: this.#options.signal,
      }),
    );
    const listed =
      first.end === newest.end
        ? (content?.listed ?? new Set<number>())
        : await this.#tolerant('attachments', () => compareVersions(first, newest, this.#findings));
    // How a PDF that has nothing of a binder is built concerns nobody.
    if (signed.length > 0 || content?.manifest || content?.volume) {
      const signedVersions = versions.map(({ version }) => version);
      await this.#checkBytes(
        newest,
        signedVersions,
        new Set([...(content?.listed ?? []), ...(listed ?? [])]),
      );
    }
    return content;
  }

  /**
   * Judges revision by revision what came after the first signature, the unsigned ones too: nothing is put in and taken
   * out again unseen. Says whether only validation data follow the last signature.
   */
  async #checkSteps(
    newest: PdfView,
    versions: readonly { version: PdfView; name: string }[],
  ): Promise<boolean> {
    const ends = versions.length > 0 ? await revisionEnds(newest) : [];
    let dataFollow = false;
    for (const [i, { version, name }] of versions.entries()) {
      const next = versions[i + 1];
      const last = next?.version ?? (newest.end > version.end ? newest : null);
      if (!last) continue;
      const between = ends.filter((end) => end > version.end && end < last.end).reverse();
      const unsigned = await Promise.all(between.map((end) => openVersion(this.#file, end)));
      let onlyData = unsigned.every((one) => one !== null);
      let before = version;
      for (const after of [...unsigned.filter((one) => one !== null), last]) {
        const step = { before, after, signed: name, signing: after === last ? (next?.name ?? null) : null };
        const brought = await this.#tolerant('a later revision', () => checkStep(step, this.#findings));
        onlyData &&= brought === true;
        before = after;
      }
      if (!next) dataFollow = onlyData;
    }
    return dataFollow;
  }

  #checkEnd(newest: PdfView, signed: readonly Signed[], dataFollow: boolean): void {
    const last = Math.max(0, ...signed.map(({ candidate }) => candidate.range?.end ?? 0));
    if (signed.length === 0) {
      this.#findings.add('not-signed', 'file', 'The PDF carries no signature.');
    } else if (last > 0 && last < this.#file.size && !dataFollow) {
      const message = `${this.#file.size - last} bytes (from byte ${last}) were added after the last signature.`;
      this.#findings.add('appended', 'end of the file', message);
    } else if (newest.end < last) {
      this.#findings.add(
        'damaged-structure',
        'end of the file',
        'The last version of the document cannot be read.',
      );
    }
  }

  async #checkBytes(newest: PdfView, signed: readonly PdfView[], listed: ReadonlySet<number>): Promise<void> {
    const named = new Map<PdfView, Promise<ReadonlyMap<number, Role>>>();
    const roles = (version: PdfView): Promise<ReadonlyMap<number, Role>> => {
      const known = named.get(version) ?? rolesOf(version);
      named.set(version, known);
      return known;
    };
    const versions = signed.at(-1)?.end === newest.end ? signed : [...signed, newest];
    const panels = new Set<number>();
    await this.#tolerant('form', async () => {
      for (const view of versions) for (const { num } of await signatureFields(view)) panels.add(num);
    });
    const held = new HeldRules({ versions, findings: this.#findings, roles, listed, panels });
    await this.#tolerant('structure', () =>
      checkLayout({
        view: newest,
        findings: this.#findings,
        roles: () => roles(newest),
        unpack: this.#findings.has('digest-mismatch'),
        onObject: (object) => held.check(object),
        onProgress: (done, total) => this.#options.onProgress?.({ phase: 'structure', done, total }),
        signal: this.#options.signal,
      }),
    );
    await this.#tolerant('structure', () => held.checkOthers());
    await this.#tolerant('form', () => checkForm(versions[0] ?? newest, held.pagesOf, this.#findings));
  }

  /** Damage ends the check it is found in, never the others. */
  async #tolerant<T>(where: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PdfFault)) throw error;
      const place = error.at === null ? '' : ` (near byte ${error.at})`;
      this.#findings.add(
        'damaged-structure',
        where,
        `The file’s structure is damaged: ${error.message}${place}.`,
      );
      return null;
    }
  }

  #report(sha256: string, signed: readonly Signed[], content: ContentReport | null): VerifyReport {
    const signatures = signed.map(({ report }) => report);
    const problems = this.#findings.list();
    const signOffs = content?.ledger?.signOffs ?? { total: 0, recomputed: 0, voided: 0, mismatched: [] };
    const stamps = signed.flatMap(({ candidate, report }) =>
      report.valid ? reportStamp(candidate, this.#anchors) : [],
    );
    const facts = { signatures, signOffs, problems, content, stamps };
    const known = signatures.every(({ trusted }) => trusted) ? 'valid' : 'valid-unknown-signer';
    return {
      file: this.#path,
      sha256,
      bytes: this.#file.size,
      verdict: problems.length > 0 ? 'invalid' : known,
      signatures,
      manifest: content && reportManifest(content),
      signOffs,
      checkpoint: content?.ledger?.checkpoint ?? null,
      problems,
      proven: provenSentences(facts),
      notProven: notProvenSentences(facts),
    };
  }
}
