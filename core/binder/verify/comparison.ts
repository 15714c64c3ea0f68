import type { LedgerComparison, VerifyReport } from '../../../shared/domain/binder.ts';
import type { Derivation } from '../../../shared/domain/redaction.ts';
import { furtherVolume } from '../../../shared/domain/volumes.ts';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import { compareLedgers, NAMES, type SideNames } from './against.ts';
import { signOffWords } from './compared-sign-offs.ts';
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
  names: SideNames = NAMES,
): Pick<LedgerComparison, 'relation' | 'newer' | 'chains' | 'sentences'> {
  const [own, other] = [reliable(here), reliable(there)];
  if (own && other) {
    const compared = compareLedgers(own, other, names);
    const same = sameWords(here, there);
    const sentences = [
      ...compared.sentences,
      ...(same === null ? signOffWords(here.content, there.content, compared, names) : []),
      ...packetWords(here, there, compared),
    ];
    return { ...compared, sentences: same === null ? sentences : [same, ...sentences] };
  }
  const volumes = ofVolumes(here, there);
  if (volumes !== null) return { newer: null, chains: [], ...volumes };
  const which = own ? 'The other binder is' : other ? 'This binder is' : 'Both binders are';
  const sentences = [
    `${which} not valid, so that nothing can be said of the two ledgers: what is wrong has to be cleared up first.`,
  ];
  return { relation: 'unsaid', newer: null, chains: [], sentences };
}

/** Whether the redacted one of two binders derives from the other; null where neither says that it is redacted. */
export function derivationOf(here: ReadBinder, there: ReadBinder): Derivation | null {
  const [own, other] = [contentsOf(here), contentsOf(there)];
  if (!own || !other || sameWords(here, there) !== null) return null;
  if (own.manifest.redaction) return derivation(other, own);
  return other.manifest.redaction ? derivation(own, other) : null;
}

/** Says that two binders are one; null where they are not. The manifest names each embedded file by its SHA-256. */
function sameWords(here: ReadBinder, there: ReadBinder): string | null {
  if (here.report.sha256 === there.report.sha256)
    return 'Both are one and the same file, byte for byte: there is no difference.';
  const [own, other] = [here, there].map(({ content }) => content?.manifest ?? null);
  if (!own || !other || canonicalText(own as unknown as Json) !== canonicalText(other as unknown as Json))
    return null;
  return 'Both are the same binder: their manifests are the same, and so is each file that they name. The signatures or the pages are not.';
}

/** Whether two packets carry the same data for machines: these are their composer's, and no part of the ledger. */
function packetWords(
  here: ReadBinder,
  there: ReadBinder,
  { relation, newer }: Pick<LedgerComparison, 'relation' | 'newer'>,
): string[] {
  const [own, other] = [here, there].map(({ content }) =>
    content?.manifest?.files.find(({ role }) => role === 'packet'),
  );
  if (!own || !other) return [];
  if (own.sha256 === other.sha256) return [`Both carry the same ${own.name}, byte for byte.`];
  const state =
    relation === 'consistent' && newer === null
      ? ', though both were made from the same state of the ledger'
      : '';
  return [
    `The packets’ data for machines (${own.name}) differ${state}: they are of different packets or days, or whoever composed one of them wrote something else. What differs is not compared here; open both files.`,
  ];
}

/** What is to be said where one of two valid files is a further volume; null where none is, or something is not valid. */
function ofVolumes(
  here: ReadBinder,
  there: ReadBinder,
): Pick<LedgerComparison, 'relation' | 'sentences'> | null {
  if ([here, there].some(({ report }) => report.verdict === 'invalid')) return null;
  const [own, other] = [furtherVolume(here.report), furtherVolume(there.report)];
  const sentences = [
    ...(own ? [`This is ${own.is} ${own.remedy}`] : []),
    ...(other ? [`The other one is ${other.is} ${other.remedy}`] : []),
  ];
  if (sentences.length === 0) return null;
  const same = here.report.sha256 === there.report.sha256 ? sameWords(here, there) : null;
  return same === null ? { relation: 'unsaid', sentences } : { relation: 'consistent', sentences: [same] };
}

function contentsOf({ report, content }: ReadBinder) {
  const state = content?.ledger?.state;
  if (report.verdict === 'invalid' || !content?.manifest || !state) return null;
  const { member: id, memberName: name } = state.checkpoint;
  return { manifest: content.manifest, extract: state.extract, composer: { id, name } };
}

function reliable({ report, content }: ReadBinder) {
  return report.verdict === 'invalid' ? null : (content?.ledger?.state ?? null);
}
