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

interface Stated {
  readonly fact: ProgrammeFact<'acceptance'>;
  readonly member: string;
}

/**
 * Accepted risks and exceptions against the entries that state them: each that the manifest lists is shown here, was
 * stated in this engagement and by whoever is named, and each that is shown is listed.
 */
export function checkAcceptances({ manifest, extract, ledger, authors }: Files, findings: Findings): void {
  const memberOf = new Map(extract.writers.map(({ id, member }) => [id, member]));
  const listed = manifest.included.filter(({ kind }) => kind === 'acceptance');
  const add = (label: string, message: string) =>
    findings.add('manifest-mismatch', `acceptance ${label}`, message);
  for (const { id, label } of listed) {
    const stated = statedIn(ledger, id, memberOf);
    if (stated === null)
      add(label, `The manifest lists an acceptance (${label}) that no ledger entry here shows.`);
    else if (stated.fact.engagement !== extract.engagement)
      add(label, `The acceptance ${label} was stated in another engagement.`);
    else if (![...(authors.namesOf.get(stated.member) ?? [])].some((name) => saysBy(label, name)))
      add(label, `The acceptance ${label} was stated by somebody else than it says.`);
  }
  const known = new Set(listed.map(({ id }) => id));
  for (const id of ledger.ids('acceptance')) {
    if (known.has(id) || statedIn(ledger, id, memberOf)?.fact.engagement !== extract.engagement) continue;
    add(id, 'The ledger shows an acceptance here that the manifest does not list.');
  }
}

const saysBy = (label: string, name: string) => label.endsWith(`, accepted by ${name}`);

/** The acceptance as its entry shows it; null where none does, or none that can be read. */
function statedIn(ledger: LedgerValues, id: string, memberOf: ReadonlyMap<string, string>): Stated | null {
  for (const { value, hidden, writer } of ledger.written(`acceptance:${id}`, 'fact')) {
    const { data } = PROGRAMME_FACTS.acceptance.safeParse(value);
    if (!hidden && data !== undefined) return { fact: data, member: memberOf.get(writer) ?? '' };
  }
  return null;
}
