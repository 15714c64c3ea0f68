import {
  Checkpoint,
  entriesIn,
  LedgerExtract,
  type Manifest,
  Proofs,
  type VerifyReport,
} from '../../../shared/domain/binder.ts';
import { fromHex, type Json } from '../../../shared/ledger/canonical.ts';
import { DeviceAbout } from '../../../shared/ledger/fields.ts';
import { checkConsistency, checkInclusion, leafHash } from '../../../shared/ledger/merkle.ts';
import { checkAcceptances } from './acceptances.ts';
import { checkAgreement, outsideIn } from './agreement.ts';
import { checkAttached, hasNoFiles } from './attached.ts';
import { type Authors, checkAuthors } from './authors.ts';
import { bareForms, laterThanFinal } from './bare-forms.ts';
import { BegunChecks } from './begun.ts';
import { Chains } from './chains.ts';
import type { LedgerState } from './compared-chains.ts';
import { checkCompleteness } from './completeness.ts';
import { Contributors } from './contributors.ts';
import { checkFileRoles } from './file-roles.ts';
import { Findings } from './findings.ts';
import { checkHidden } from './hidden.ts';
import { checkEntries, type KnownEntry, positionOf, sha256, whereOf } from './ledger-entries.ts';
import { isSigned } from './ledger-key.ts';
import { LedgerValues } from './ledger-values.ts';
import { checkOwnReviews, checkOwnWork } from './own-review.ts';
import { Pasts } from './past.ts';
import { Placing } from './placing.ts';
import { readJson } from './read-json.ts';
import { isAdded, isRemoved, wordOf } from './recompute.ts';
import { checkRedaction } from './redaction.ts';
import { checkRights } from './rights.ts';
import { checkSignOffs, unfoundedSignOffs } from './sign-offs.ts';

/** The contents of the ledger's files in a binder. */
export interface LedgerFiles {
  readonly extract: Buffer;
  readonly proofs: Buffer;
  readonly checkpoint: Buffer;
}

/** A device that wrote several histories under the same numbers. */
export interface ForkedDevice {
  readonly name: string;
  readonly member: string;
  /** The number of the last entry before they first part, and how many histories there are in the end. */
  readonly after: number;
  readonly histories: number;
}

export type LedgerReport = Pick<VerifyReport, 'signOffs' | 'checkpoint'> & {
  /** Entries whose hash and place were proven. */
  readonly entries: number;
  /** SHA-256 of every evidence file that a current sign-off names. */
  readonly signedFiles: ReadonlySet<string>;
  /** The devices that went on twice, as far as anything of them is here. */
  readonly forked: readonly ForkedDevice[];
  /** When the checkpoint was taken that this ledger names as the earlier binder's and continues; null for none. */
  readonly continued: string | null;
  /** What was read, for a comparison with another binder. */
  readonly state: LedgerState;
  /** What its entries leave. */
  readonly values: LedgerValues;
  /** Whose ledger keys and names the ledger itself shows. */
  readonly authors: Authors;
  /** How many of its entries count no more, since their author’s access had ended before. */
  readonly former: number;
  /** Of how many of them a redaction hides whether they are what their author had lost the right to. */
  readonly doubtful: number;
  /** Whose values stand in each check. */
  readonly contributors: Contributors;
  /** Who tied evidence to a check of which no entry here names a file. */
  readonly tiedToNothing: readonly string[];
};

/** Recomputes everything the ledger's files claim; null when they cannot be read. */
export function checkLedger(files: LedgerFiles, manifest: Manifest, findings: Findings): LedgerReport | null {
  const extract = readJson(files.extract, LedgerExtract, 'ledger-extract.json', findings);
  const proofs = readJson(files.proofs, Proofs, 'proofs.json', findings);
  const checkpoint = readJson(files.checkpoint, Checkpoint, 'checkpoint.json', findings);
  if (!extract || !proofs || !checkpoint) return null;
  checkBelonging({ extract, checkpoint, manifest }, findings);
  checkAgreement(manifest, extract, findings);
  const valid = checkCheckpoint(checkpoint, findings);
  const read = readLedger(extract, checkpoint, {
    findings,
    outside: outsideIn(manifest),
    redacts: manifest.redaction?.list.some(({ kind }) => kind !== 'file') ?? false,
  });
  const { placing, entries, isLater, bare, authors, former, doubtful, refused, ledger, pasts } = read;
  const composer = { id: checkpoint.member, name: checkpoint.memberName };
  checkRedaction({ manifest, extract, composer, ledger }, findings);
  checkCompleteness({ manifest, extract, checkpoint, ledger }, findings);
  checkAttached({ manifest, ledger }, findings);
  checkFileRoles(manifest, findings);
  const contributors = new Contributors(ledger, manifest);
  checkOwnReviews(extract, entries, pasts, findings);
  checkOwnWork(extract, { entries, contributors, pasts }, findings);
  checkHidden({ manifest, extract, checkpoint, entries, ledger, bare, isLater }, findings);
  checkAcceptances({ manifest, extract, ledger, authors }, findings);
  const proven = checkProofs({ entries, proofs, checkpoint }, findings);
  checkContinuity({ proofs, checkpoint }, findings);
  checkBranches({ proofs, checkpoint }, placing.chains, findings);
  return {
    signOffs: checkSignOffs({ extract, entries, manifest, ledger, refused, pasts, former }, findings),
    checkpoint: {
      workspace: checkpoint.body.workspace,
      at: checkpoint.body.at,
      signedBy: checkpoint.memberName,
      chains: checkpoint.body.chains.length,
      entries: entriesIn(checkpoint.body.chains),
      valid,
      proofsChecked: proven,
    },
    entries: entries.size,
    former: former.size,
    doubtful: doubtful.size,
    signedFiles: filesNamed(extract),
    forked: forkedDevices({ extract, ledger }, placing.chains),
    continued: proofs.consistency?.from.at ?? null,
    state: { extract, proofs, checkpoint },
    values: ledger,
    authors,
    contributors,
    tiedToNothing: tiedToNothing(extract, ledger),
  };
}

/** The entries of an extract as the rules of the ledger read them, whatever the binder says of them. */
function readLedger(
  extract: LedgerExtract,
  checkpoint: Checkpoint,
  {
    findings,
    outside,
    redacts,
  }: { readonly findings: Findings; readonly outside: ReadonlySet<string>; readonly redacts: boolean },
) {
  const placing = new Placing(extract, new Chains(checkpoint.body));
  const entries = checkEntries(extract, placing, findings);
  placing.check(checkpoint, entries, findings);
  const isLater = laterThanFinal(entries.values(), placing);
  const bare = bareForms(extract, entries.values(), { isLater, placing });
  const authors = checkAuthors({ extract, entries, checkpoint, placing }, findings);
  const rights = { extract, entries, authors, checkpoint, placing, redacts };
  const { former, doubtful } = checkRights(rights, findings);
  const isFormer = ({ form }: KnownEntry): boolean => former.has(positionOf(form.writer, form.seq));
  const [gone, counting] = [true, false].map((is) =>
    [...entries.values()].filter((one) => isFormer(one) === is),
  );
  const begun = new BegunChecks({ extract, counting: counting ?? [], bare, gone: gone ?? [] });
  const none = new Set([...outside].map((id) => `assessment:${id}`));
  const counts = (record: string): boolean => begun.has(record) && !none.has(record);
  const refused = new LedgerValues(gone ?? []);
  const ledger = new LedgerValues([...(counting ?? []), ...begun.standIns], bare, counts);
  const pasts = new Pasts(entries, bare, placing);
  return { placing, entries, isLater, bare, authors, former, doubtful, refused, ledger, pasts };
}

/**
 * Ids of sign-offs over values that by these entries were never there to be signed: whoever composes a binder marks them
 * by the rule by which they are judged. `withheld` names evidence that stays out, `outside` checks that are of nothing.
 */
export function unfoundedIn(
  extract: LedgerExtract,
  checkpoint: Checkpoint,
  { withheld, outside }: { readonly withheld: ReadonlySet<string>; readonly outside: ReadonlySet<string> },
): ReadonlySet<string> {
  if (!extract.signOffs.some(({ voided, verdict }) => voided || verdict === 'returned')) return new Set();
  const read = readLedger(extract, checkpoint, { findings: new Findings(), outside, redacts: true });
  return unfoundedSignOffs({ extract, withheld, ...read });
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
  const foreign = Object.values(extract.signed).some((values) => values.engagement !== extract.engagement);
  if (foreign) {
    const message = 'The ledger extract holds values that were signed off in another engagement.';
    findings.add('ledger-mismatch', 'ledger extract', message);
  }
}

function checkCheckpoint(checkpoint: Checkpoint, findings: Findings): boolean {
  const { body } = checkpoint;
  const writers = body.chains.map((chain) => chain.writer);
  const ordered = writers.every((writer, i) => i === 0 || (writers[i - 1] ?? '') < writer);
  const valid = ordered && isSigned({ ...checkpoint, body: body as unknown as Json });
  if (!valid) {
    const message = `The ledger checkpoint is not as ${checkpoint.memberName} signed it.`;
    findings.add('checkpoint-signature', 'ledger checkpoint', message);
  }
  return valid;
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
  if (paths.size !== proofs.inclusion.length) {
    findings.add('proof-failed', 'proofs.json', 'There are two proofs for one ledger entry.');
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
    const proof = paths.get(old.writer);
    const now = current.get(proof?.into ?? old.writer);
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

/** Whether the tree of each branch begins with that of what it goes on from. */
function checkBranches(
  { proofs, checkpoint }: { proofs: Proofs; checkpoint: Checkpoint },
  chains: Chains,
  findings: Findings,
): void {
  const paths = new Map(proofs.branches?.map(({ writer, path }) => [writer, path]));
  for (const { writer, size, root, branch } of checkpoint.body.chains) {
    if (branch === undefined || branch.after === 0) continue;
    const [stem, path] = [chains.get(branch.stem), paths.get(writer)];
    const ok =
      stem !== undefined &&
      path !== undefined &&
      checkConsistency(sha256, {
        oldSize: branch.after,
        oldRoot: fromHex(stem.root),
        ...{ size, root: fromHex(root), path: path.map(fromHex) },
      });
    if (ok) continue;
    const message =
      'A history of a device that went on twice does not begin with what it shares with the others.';
    findings.add('proof-failed', `ledger chain ${writer.slice(0, 8)}`, message);
  }
}

function tiedToNothing({ writers }: LedgerExtract, ledger: LedgerValues): string[] {
  const names = new Map(writers.map(({ id, memberName }) => [id, memberName]));
  const ties = [...ledger.ids('link')].flatMap((id) => ledger.heads(`link:${id}`, 'state'));
  const loose = ties.filter(({ value, hidden }) => {
    const evidence = wordOf(value, 'evidence');
    if (hidden || typeof evidence !== 'string' || wordOf(value, 'on') !== true) return false;
    if (isRemoved(evidence, ledger)) return false;
    return !isAdded(evidence, ledger) || hasNoFiles(evidence, ledger);
  });
  return [...new Set(loose.map(({ writer }) => names.get(writer) ?? 'its author'))].sort();
}

function forkedDevices(
  { extract, ledger }: { extract: LedgerExtract; ledger: LedgerValues },
  chains: Chains,
): ForkedDevice[] {
  return extract.writers.flatMap(({ id, device, memberName }) => {
    const branches = chains.branches.get(id) ?? [];
    if (branches.length === 0) return [];
    const stems = new Set(branches.map(({ branch }) => branch?.stem));
    const held = ledger.held(`device:${device}`, 'about');
    const name = typeof held === 'string' ? undefined : DeviceAbout.safeParse(held.value).data?.name;
    return [
      {
        name: name ?? device.slice(0, 8),
        member: memberName,
        after: chains.shared(id),
        histories: branches.filter(({ writer }) => !stems.has(writer)).length,
      },
    ];
  });
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
