import type { LedgerComparison, VerifyReport } from '../../../shared/domain/binder.ts';
import type { Derivation } from '../../../shared/domain/redaction.ts';
import { compareLedgers, type SideNames } from './against.ts';
import { derivation } from './derivation.ts';
import type { ReadBinder } from './index.ts';

/** The report on a binder with what comparing its ledger to another binder’s shows. */
export function withComparison(here: ReadBinder, there: ReadBinder): VerifyReport {
  const { file, sha256, verdict, manifest } = there.report;
  const other = { file, sha256, verdict, title: manifest?.title ?? null };
  const derivation = derivationOf(here, there);
  const against = { ...other, ...comparison(here, there), ...(derivation === null ? {} : { derivation }) };
  return { ...here.report, against };
}

/** How the ledgers of two verified binders stand to each other. */
export function comparison(
  here: ReadBinder,
  there: ReadBinder,
  names?: SideNames,
): Pick<LedgerComparison, 'relation' | 'newer' | 'chains' | 'sentences'> {
  const [own, other] = [reliable(here), reliable(there)];
  if (own && other) return compareLedgers(own, other, names);
  const which = own ? 'The other binder is' : other ? 'This binder is' : 'Both binders are';
  const sentences = [
    `${which} not valid, so that nothing can be said of the two ledgers: what is wrong has to be cleared up first.`,
  ];
  return { relation: 'unsaid', newer: null, chains: [], sentences };
}

/** Whether the redacted one of two binders derives from the other; null where neither says that it is redacted. */
export function derivationOf(here: ReadBinder, there: ReadBinder): Derivation | null {
  const [own, other] = [contentsOf(here), contentsOf(there)];
  if (!own || !other) return null;
  if (own.manifest.redaction) return derivation(other, own);
  return other.manifest.redaction ? derivation(own, other) : null;
}

function contentsOf({ report, content }: ReadBinder) {
  const state = content?.ledger?.state;
  if (report.verdict === 'invalid' || !content?.manifest || !state) return null;
  return { manifest: content.manifest, extract: state.extract };
}

function reliable({ report, content }: ReadBinder) {
  return report.verdict === 'invalid' ? null : (content?.ledger?.state ?? null);
}
