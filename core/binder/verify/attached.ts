import { z } from 'zod';
import type { Manifest } from '../../../shared/domain/binder.ts';
import { evidenceReference } from '../../../shared/domain/evidence.ts';
import { everyFile, withheldIn } from './agreement.ts';
import type { Findings } from './findings.ts';
import type { LedgerValues } from './ledger-values.ts';

const Revision = z.looseObject({
  files: z.array(
    z.looseObject({ sha256: z.string(), name: z.string().optional(), bytes: z.int().optional() }),
  ),
});
type Named = z.infer<typeof Revision>['files'][number];
type Owned = Named & { readonly reference: string };

/**
 * The files of evidence against the entries in which their authors named them: each that is attached is one of these,
 * each of these is attached or left out by name, and nothing is left out that is here or that nobody knows.
 */
export function checkAttached(
  { manifest, ledger }: { readonly manifest: Manifest; readonly ledger: LedgerValues },
  findings: Findings,
): void {
  const add = (where: string, message: string) => findings.add('manifest-mismatch', where, message);
  const withheld = withheldIn(manifest);
  const records = [...manifest.included, ...manifest.omitted];
  const told = records.filter(({ kind, id }) => kind === 'evidence' && !withheld.has(id));
  const named = new Map(
    told.map(({ id }) => [
      id,
      filesOf(id, ledger).map((file) => ({ ...file, reference: evidenceReference(id) })),
    ]),
  );
  const leftOut = Map.groupBy(
    manifest.omitted.filter(({ kind }) => kind === 'file'),
    ({ id }) => id,
  );
  for (const { kind, id, label } of manifest.included) {
    if (kind !== 'evidence') continue;
    const rest = [...(named.get(id) ?? [])];
    if (rest.length === 0 && !hasNoFiles(id, ledger))
      add(`evidence ${label}`, `No ledger entry here says which files the evidence ${label} has.`);
    for (const file of everyFile(manifest).filter(({ evidence }) => evidence === id)) {
      const at = rest.findIndex((one) => isFile(one, file));
      if (at >= 0) rest.splice(at, 1);
      else
        add(
          `attachment ${file.name}`,
          `${file.name} is not a file that the ledger names for the evidence ${label}.`,
        );
    }
    for (const { sha256, name, bytes } of rest) {
      const isOut = ({ reason, bytes: size }: Manifest['omitted'][number]) =>
        reason === 'redacted' || isOfSize(bytes, size);
      if (leftOut.get(sha256)?.some(isOut)) continue;
      const message = `The ledger names a file of the evidence ${label} that is neither here nor left out by name${name === undefined ? '' : `: ${name}`}.`;
      add(`evidence ${label}`, message);
    }
  }
  checkNames(manifest, add);
  checkLeftOut(manifest, [...named.values()].flat(), add);
}

type Add = (where: string, message: string) => void;

function filesOf(evidence: string, ledger: LedgerValues): readonly Named[] {
  const held = ledger.held(`evidence:${evidence}`, 'files');
  return typeof held === 'string' ? [] : (Revision.safeParse(held.value).data?.files ?? []);
}

const isFile = (one: Named, { sha256, original }: { readonly sha256: string; readonly original: string }) =>
  one.sha256 === sha256 && (one.name === undefined || one.name === original);

/** Evidence whose author says of it that it has no files: a program that asks no rule can write that. */
export function hasNoFiles(evidence: string, ledger: LedgerValues): boolean {
  const held = ledger.held(`evidence:${evidence}`, 'files');
  return typeof held !== 'string' && Revision.safeParse(held.value).data?.files.length === 0;
}

/** No file stands under the reference of other evidence. */
function checkNames(manifest: Manifest, add: Add): void {
  const listed = manifest.included.flatMap(({ kind, id }) => (kind === 'evidence' ? [id] : []));
  const byReference = Map.groupBy(listed, evidenceReference);
  for (const { name, evidence } of everyFile(manifest)) {
    const owners = byReference.get(name.slice(0, name.indexOf(' '))) ?? [];
    if (evidence === undefined || owners.length === 0 || owners.includes(evidence)) continue;
    add(`attachment ${name}`, `${name} is named like a file of other evidence than it belongs to.`);
  }
}

const isCalled = ({ reference, name }: Owned, label: string): boolean =>
  name === undefined || label === `${reference} ${name}`;

const isOfSize = (one: number | undefined, other: number | undefined): boolean =>
  one === undefined || other === undefined || one === other;

function checkLeftOut(manifest: Manifest, everyNamed: readonly Owned[], add: Add): void {
  const here = Map.groupBy(everyFile(manifest), ({ sha256 }) => sha256);
  const known = Map.groupBy(everyNamed, (one) => one.sha256);
  for (const { kind, id, label, reason, sha256, bytes } of manifest.omitted) {
    // What is withheld may be attached to other evidence as well.
    if (kind !== 'file' || reason === 'withheld') continue;
    const owned = known.get(id) ?? [];
    const named = owned.filter((one) => isOfSize(one.bytes, bytes));
    // Of what an entry tells with another size than it has, nothing can be attached.
    const isHere = (here.get(id) ?? []).some((file) => isOfSize(file.bytes, bytes));
    if (isHere) add(label, `${label} is said to be left out, and is here all the same.`);
    else if (owned.length === 0) add(label, `${label} is said to be left out, and no evidence here has it.`);
    else if ((sha256 ?? id) !== id || !named.some((one) => isCalled(one, label)))
      add(label, `${label} is left out as another file than the ledger names.`);
  }
}
