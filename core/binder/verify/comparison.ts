import type { LedgerComparison, VerifyReport } from '../../../shared/domain/binder.ts';
import { compareLedgers, type SideNames } from './against.ts';
import type { ReadBinder } from './index.ts';

/** The report on a binder with what comparing its ledger to another binder’s shows. */
export function withComparison(here: ReadBinder, there: ReadBinder): VerifyReport {
  const { file, sha256, verdict, manifest } = there.report;
  const other = { file, sha256, verdict, title: manifest?.title ?? null };
  return { ...here.report, against: { ...other, ...comparison(here, there) } };
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

function reliable({ report, content }: ReadBinder) {
  return report.verdict === 'invalid' ? null : (content?.ledger?.state ?? null);
}
