import type { LedgerExtract, Manifest } from '../../../shared/domain/binder.ts';
import { PROGRAMME_FACTS, type ProgrammeFact } from '../../../shared/domain/programme/facts.ts';
import type { Authors } from './authors.ts';
import type { Findings } from './findings.ts';
import type { LedgerValues } from './ledger-values.ts';

interface Files {
  readonly manifest: Pick<Manifest, 'included'>;
  readonly extract: Pick<LedgerExtract, 'engagement' | 'writers'>;
  readonly ledger: LedgerValues;
  readonly authors: Pick<Authors, 'namesOf'>;
}

/** An act of a programme that a binder lists one by one. */
const LISTED = {
  acceptance: { a: 'an acceptance', says: 'accepted by' },
  withdrawal: { a: 'a withdrawal', says: 'taken back by' },
} as const;
type Listed = keyof typeof LISTED;

interface Stated<Kind extends Listed> {
  readonly fact: ProgrammeFact<Kind>;
  readonly member: string;
}

/**
 * Accepted risks and exceptions, and those taken back, against the entries that state them: each that the manifest lists
 * is shown here, was stated in this engagement and by whoever is named, and each that is shown is listed.
 */
export function checkAcceptances(files: Files, findings: Findings): void {
  const add = (kind: Listed, label: string, message: string) =>
    findings.add('manifest-mismatch', `${kind} ${label}`, message);
  const accepted = checkListed('acceptance', files, add);
  const withdrawn = checkListed('withdrawal', files, add);
  const known = new Set([...accepted].map(([id]) => `acceptance:${id}`));
  for (const { label, stated } of withdrawn.values())
    if (!known.has(stated.fact.record))
      add('withdrawal', label, `What was taken back (${label}) is no acceptance that the manifest lists.`);
}

type Add = (kind: Listed, label: string, message: string) => void;

/** What is listed and rightly so, by its id. */
function checkListed<Kind extends Listed>(
  kind: Kind,
  { manifest, extract, ledger, authors }: Files,
  add: Add,
): Map<string, { readonly label: string; readonly stated: Stated<Kind> }> {
  const { a, says } = LISTED[kind];
  const memberOf = new Map(extract.writers.map(({ id, member }) => [id, member]));
  const listed = manifest.included.filter((one) => one.kind === kind);
  const right = new Map<string, { readonly label: string; readonly stated: Stated<Kind> }>();
  for (const { id, label } of listed) {
    const stated = statedIn(kind, ledger, id, memberOf);
    const names = [...(authors.namesOf.get(stated?.member ?? '') ?? [])];
    if (stated === null)
      add(kind, label, `The manifest lists ${a} (${label}) that no ledger entry here shows.`);
    else if (stated.fact.engagement !== extract.engagement)
      add(kind, label, `The ${kind} ${label} was stated in another engagement.`);
    else if (!names.some((name) => label.endsWith(`, ${says} ${name}`)))
      add(kind, label, `The ${kind} ${label} was stated by somebody else than it says.`);
    else right.set(id, { label, stated });
  }
  const known = new Set(listed.map(({ id }) => id));
  for (const id of ledger.ids(kind)) {
    if (known.has(id) || statedIn(kind, ledger, id, memberOf)?.fact.engagement !== extract.engagement)
      continue;
    add(kind, id, `The ledger shows ${a} here that the manifest does not list.`);
  }
  return right;
}

/** The act as its entry shows it; null where none does, or none that can be read. */
function statedIn<Kind extends Listed>(
  kind: Kind,
  ledger: LedgerValues,
  id: string,
  memberOf: ReadonlyMap<string, string>,
): Stated<Kind> | null {
  for (const { value, hidden, writer } of ledger.written(`${kind}:${id}`, 'fact')) {
    const { data } = PROGRAMME_FACTS[kind].safeParse(value);
    if (!hidden && data !== undefined)
      return { fact: data as ProgrammeFact<Kind>, member: memberOf.get(writer) ?? '' };
  }
  return null;
}
