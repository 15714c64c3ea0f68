import type { LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import type { SignedAssessment, SignedEvidence, SignedValues } from '../../../shared/domain/sign-off.ts';
import type { Findings } from './findings.ts';

/**
 * The manifest against itself and against what was signed off: it counts what it lists, and evidence that a sign-off
 * names is here or is left out by name. So nobody leaves anything out in silence.
 */
export function checkAgreement(manifest: Manifest, extract: LedgerExtract, findings: Findings): void {
  checkCounts(manifest, extract, findings);
  checkEvidence(manifest, extract, findings);
  checkVolumes(manifest, findings);
}

/** What is attached here, and what the further volumes are to hold. */
export const everyFile = ({ files, volumes = [] }: Manifest) => [
  ...files,
  ...volumes.flatMap((one) => one.files),
];

/** Evidence that its preparer kept out of the binder, by id. */
export const withheldIn = ({ omitted }: Manifest): Set<string> =>
  new Set(
    omitted.flatMap(({ kind, id, reason }) => (kind === 'evidence' && reason === 'withheld' ? [id] : [])),
  );

/** Checks that its preparer tells as being of nothing that a framework has, by id. */
export const outsideIn = ({ omitted }: Manifest): Set<string> =>
  new Set(
    omitted.flatMap(({ kind, id, reason }) => (kind === 'check' && reason === 'unfounded' ? [id] : [])),
  );

function checkCounts(manifest: Manifest, extract: LedgerExtract, findings: Findings): void {
  const { counts, included, omitted } = manifest;
  const files = everyFile(manifest);
  const listed = (kind: string): number => included.filter((one) => one.kind === kind).length;
  const facts: readonly [what: string, said: number, found: number][] = [
    ['files of evidence', counts.files, files.filter(({ role }) => role === 'evidence').length],
    ['records left out', counts.omitted, omitted.length],
    ['sign-offs', counts.signOffs, extract.signOffs.length],
    ['controls', counts.controls, listed('control')],
    ['checklists', counts.checklists, listed('checklist')],
  ];
  for (const [what, said, found] of facts) {
    if (said === found) continue;
    findings.add('manifest-mismatch', 'manifest', `The manifest counts ${said} ${what}, and lists ${found}.`);
  }
}

function checkEvidence(manifest: Manifest, extract: LedgerExtract, findings: Findings): void {
  const { omitted } = manifest;
  const files = everyFile(manifest);
  const here = new Set(files.map(({ sha256 }) => sha256));
  const leftOut = new Set(omitted.map(({ kind, id }) => `${kind} ${id}`));
  const signed = new Map(evidenceIn(extract).map((evidence) => [evidence.id, evidence]));
  for (const { id, title, files: hashes } of signed.values()) {
    if (leftOut.has(`evidence ${id}`)) continue;
    const missing = hashes.filter((hash) => !here.has(hash) && !leftOut.has(`file ${hash}`));
    if (missing.length === 0) continue;
    const message = `A sign-off names evidence (${title}) of which ${missing.length === 1 ? 'a file is' : `${missing.length} files are`} neither here nor named as left out.`;
    findings.add('manifest-mismatch', `evidence ${title}`, message);
  }
  for (const { name, evidence, sha256 } of files) {
    const owner = evidence === undefined ? undefined : signed.get(evidence);
    if (!owner || owner.files.includes(sha256)) continue;
    const message = `The manifest gives ${name} to evidence (${owner.title}) that had another file when it was signed off.`;
    findings.add('manifest-mismatch', `attachment ${name}`, message);
  }
}

function evidenceIn(extract: LedgerExtract): SignedEvidence[] {
  return Object.values(extract.signed).flatMap((values) => parts(values).flatMap(({ evidence }) => evidence));
}

function parts(values: SignedValues): readonly SignedAssessment[] {
  return values.kind === 'checklist' ? values.items : [values];
}

/** The further volumes are numbered from two on, and no attachment stands in two of them. */
function checkVolumes(manifest: Manifest, findings: Findings): void {
  const { volumes = [] } = manifest;
  const inOrder = volumes.every(({ volume }, at) => volume === at + 2);
  if (!inOrder) findings.add('manifest-mismatch', 'manifest', 'The manifest numbers its volumes wrongly.');
  for (const { volume, file } of volumes) {
    if (!/[/\\]/.test(file)) continue;
    const message = `The manifest names a path for volume ${volume}, and volumes stand beside each other.`;
    findings.add('manifest-mismatch', 'manifest', message);
  }
  const names = new Set<string>();
  for (const { name } of everyFile(manifest)) {
    if (names.has(name))
      findings.add('attachment-duplicate', 'manifest', `The manifest lists ${name} twice.`);
    names.add(name);
  }
}
