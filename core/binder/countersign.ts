import { copyFile, rename, rm } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import type { CountersignedBinder } from '../../shared/contract/proof.ts';
import type { SigningKey } from '../../shared/contract/signing.ts';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { hasSigned } from '../../shared/domain/binder-signed.ts';
import { maySignAs } from '../../shared/domain/permissions.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { JobContext } from '../jobs.ts';
import { wasCertificateOf } from '../members/former-certificates.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import {
  besideIn,
  binderRead,
  binderWithHash,
  isAsExported,
  isByItsPreparer,
  keepCountersigned,
  recordCountersignature,
} from './countersigned.ts';
import { demandFree, sameFile } from './in-the-way.ts';
import { sameKey } from './keys/chain.ts';
import { handOf } from './keys/signing-hand.ts';
import { plainFile } from './plain-file.ts';
import { listSignatureFields, signPdf } from './sign/sign-pdf.ts';
import type { PdfSigner, SignatureField } from './sign/signer.ts';
import { stampBy } from './time/authority.ts';
import { type ReadBinder, readBinder } from './verify/index.ts';

export interface CountersignRequest {
  readonly file: string;
  readonly out?: string | undefined;
  readonly final: boolean;
  /** Replaces whatever stands under another name. */
  readonly force: boolean;
  readonly as: 'reviewer' | 'approver' | 'recipient';
  /** What it is signed with; the member's own key where nothing is said. */
  readonly key?: SigningKey | undefined;
  /** The time-stamping authority that is asked over the network; none where nothing is said. */
  readonly tsa?: string | undefined;
  /** Where a binder of this workspace is put beside its file; absent for a path, whose file takes the signature. */
  readonly folder?: string | undefined;
  /** The binder of this workspace that is meant, where it was named by its id. */
  readonly binder?: string | undefined;
  /** What the caller calls the file. */
  readonly name?: string | undefined;
}

const FIELDS = { reviewer: 'Reviewer', approver: 'Approver', recipient: 'Recipient' } as const;
const SPARE: readonly SignatureField[] = ['Spare1', 'Spare2'];

/**
 * Verifies first and refuses what is not valid, or what another than its preparer signed: nobody signs over a forgery. Works on a copy that takes the file's
 * name only when it is signed. A preparer of the binder cannot countersign it as reviewer.
 */
export async function countersign(
  ws: OpenWorkspace,
  request: CountersignRequest,
  job: JobContext,
): Promise<CountersignedBinder> {
  const file = plainFile(absolute(request.file));
  const named = absolute(request.out ?? file);
  if (!sameFile(named, file)) await demandFree(ws, named, request.force);
  const member = ws.member();
  if (member.role === 'service') demand(maySignAs(member.role, 'reviewer'));
  const hand = await handOf(ws, request.key, job.signal);
  job.step('Verifying before signing', 0, null);
  const read = await readBinder(file, { signal: job.signal });
  const { report } = read;
  if (report.verdict === 'invalid') {
    const found = report.problems.slice(0, 3).map((problem) => `${problem.where}: ${problem.message}`);
    refuse({
      code: 'rule-broken',
      rule: 'verify-before-signing',
      because: `This binder is not valid and was not signed. ${found.join(' ')}`,
    });
  }
  demandItsPreparer(ws, read);
  await demandExported(ws, file, read);
  demandAnother(ws, hand.signer, report);
  const binder = binderWithHash(ws.db, report.sha256) ?? binderRead(ws.db, read);
  if (request.binder !== undefined && binder !== request.binder)
    refuse({
      code: 'conflict',
      detail: 'The file of this binder is another one now, so it was not signed.',
      remedy: 'Put back the file that was composed, or hand over the one you mean.',
    });
  const beside = binder === null ? undefined : request.folder;
  const out = request.out === undefined && beside ? besideIn(beside, request.name ?? file) : named;
  const elsewhere = !sameFile(out, file);
  const part = `${out}.${ws.ports.ids.next()}.countersigning`;
  const at = new Date(ws.now());
  try {
    await copyFile(file, part);
    const field = await freeField(part, request.as);
    job.step('Signing', 0, null);
    await signPdf(part, {
      field,
      signer: hand.signer,
      vouch: hand.vouch,
      reason: REASONS[request.as],
      at,
      capacityText: request.as.charAt(0).toUpperCase() + request.as.slice(1),
      lockAll: request.final,
      appearance: { lines: hand.lines },
      ...stampBy(ws, request.tsa, job),
      signal: job.signal,
    });
    if (elsewhere) await demandFree(ws, out, request.force);
    await rename(part, out);
    const earlier = report.signatures.map(({ by, at: when, field: name }) => ({
      by,
      at: when ?? '',
      field: name,
    }));
    const signatures = [...earlier, { by: member.name, at: at.toISOString(), field }];
    if (binder !== null) {
      const { sha256, bytes } = await keepCountersigned(ws.db, binder, out, signatures);
      const made = { binder, before: report.sha256, after: sha256, bytes };
      recordCountersignature(ws, { ...made, field, capacity: request.as, signedAt: at.toISOString() });
    }
    return { file: out, signatures, binder };
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Nobody countersigns a binder of their own workspace that somebody else signed in its preparer's place. */
function demandItsPreparer(ws: OpenWorkspace, read: ReadBinder): void {
  const { manifest, volume } = read.content ?? {};
  if ((manifest ?? volume)?.workspace.id !== ws.workspace || isByItsPreparer(ws.db, read)) return;
  const [first] = read.report.signatures;
  const [by, field] = [first?.by ?? 'nobody', first?.field ?? 'Preparer'];
  refuse({
    code: 'rule-broken',
    rule: 'verify-before-signing',
    because: `This binder says that it is of this workspace, and whoever signed it as ${field} in the name of ${by} did not do so with the certificate of the member who composed it. It was not signed. If it was composed in another copy, take in the newest bundle from there first.`,
  });
}

/** Nor what its preparer signed a second time with something else in it: the ledger names the file that was exported. */
async function demandExported(ws: OpenWorkspace, file: string, read: ReadBinder): Promise<void> {
  if (await isAsExported(ws.db, file, read)) return;
  refuse({
    code: 'rule-broken',
    rule: 'verify-before-signing',
    because:
      'This binder names a state of the ledger for which another file was exported, by its SHA-256. It was signed by the same preparer, and it is not that file, so it was not signed. Ask for the file that was exported, or for a new binder.',
  });
}

/** Nobody countersigns what they signed, whatever key they take, and no key signs twice, whoever holds it. */
function demandAnother(ws: OpenWorkspace, signer: PdfSigner, { signatures }: VerifyReport): void {
  const { id } = ws.member();
  const [certificate = new Uint8Array()] = signer.certificates;
  const isOwn = (pem: string): boolean => wasCertificateOf(ws.db, id, pem);
  const mine = hasSigned({ signatures }, { workspace: ws.workspace, member: id, isOwn });
  const again = signatures.some(({ certificatePem }) => sameKey(certificate, certificatePem));
  if (!mine && !again) return;
  refuse({
    code: 'rule-broken',
    rule: 'segregation-of-duties',
    because: mine
      ? 'You have signed this binder already, so somebody else has to countersign it.'
      : 'This key has signed this binder already, so another has to countersign it.',
  });
}

const REASONS = {
  reviewer: 'I reviewed and accept this binder',
  approver: 'I approve this binder',
  recipient: 'I received this binder',
} as const;

/** The field of the capacity, or a spare one; nobody ever adds a field. */
async function freeField(file: string, as: CountersignRequest['as']): Promise<SignatureField> {
  const fields = await listSignatureFields(file);
  const free = [FIELDS[as], ...SPARE].find((name) =>
    fields.some((field) => field.name === name && !field.signed),
  );
  return free ?? refuse({ code: 'conflict', detail: 'This binder has no free signature field left.' });
}
