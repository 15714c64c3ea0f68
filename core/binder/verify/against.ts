import { entriesIn, type LedgerComparison } from '../../../shared/domain/binder.ts';
import { compareHistories, type LedgerState } from './compared-chains.ts';
import { positionOf } from './ledger-entries.ts';

type Chain = LedgerComparison['chains'][number];
type Compared = Pick<LedgerComparison, 'relation' | 'newer' | 'chains' | 'sentences'>;

/**
 * Whether one ledger continues the other, from what two binders carry and nothing else. Both were verified: the
 * checkpoints are signed, each entry stands in its checkpoint, and each proof of continuation holds.
 */
export function compareLedgers(here: LedgerState, there: LedgerState, names = NAMES): Compared {
  if (here.checkpoint.body.workspace !== there.checkpoint.body.workspace) {
    const sentence =
      'The two binders are of different workspaces: neither ledger says anything of the other.';
    return { relation: 'other-workspace', newer: null, chains: [], sentences: [sentence] };
  }
  const chains = compareHistories(here, there);
  const ahead = chains.some(({ here: own, there: other }) => (own ?? 0) > (other ?? 0));
  const behind = chains.some(({ here: own, there: other }) => (own ?? 0) < (other ?? 0));
  const newer = ahead === behind ? null : ahead ? 'here' : 'there';
  const rewritten = chains.filter(({ finding }) => finding === 'rewritten');
  if (rewritten.length > 0)
    return { relation: 'rewritten', newer, chains, sentences: rewrittenWords(rewritten) };
  if (!ahead && !behind) return { relation: 'consistent', newer: null, chains, sentences: [SAME] };
  if (newer === null) return { relation: 'unsaid', newer, chains, sentences: [APART, UNSAID_REMEDY] };
  const [fuller, shorter] = newer === 'here' ? [here, there] : [there, here];
  if (shorter.checkpoint.body.at > fuller.checkpoint.body.at)
    return { newer, chains, ...cutBack(fuller, shorter, chains) };
  const unproven = chains.filter(({ finding }) => finding === 'unproven');
  if (unproven.length > 0)
    return { relation: 'unsaid', newer, chains, sentences: [unprovenWords(unproven), UNSAID_REMEDY] };
  return {
    relation: 'consistent',
    newer,
    chains,
    sentences: [extendsWords(newer, entriesOf(fuller) - entriesOf(shorter), names)],
  };
}

/**
 * The later checkpoint has less. Where its signer's only chain lost entries, they were cut off: nobody lags behind
 * themselves. Any other chain may only not have been taken over yet.
 */
function cutBack(
  fuller: LedgerState,
  shorter: LedgerState,
  chains: readonly Chain[],
): Pick<Compared, 'relation' | 'sentences'> {
  const members = new Map(
    [...fuller.extract.writers, ...shorter.extract.writers].map(({ id, member }) => [id, member]),
  );
  for (const { writer, branch } of [fuller, shorter].flatMap(({ checkpoint }) => checkpoint.body.chains))
    if (branch !== undefined && members.has(branch.of)) members.set(writer, members.get(branch.of) ?? '');
  const signer = shorter.checkpoint.member;
  const own = chains.filter(({ writer }) => (members.get(writer) ?? signer) === signer);
  const [only] = own;
  const lost = only ? Math.abs((only.here ?? 0) - (only.there ?? 0)) : 0;
  const [then, now] = [fuller.checkpoint.body.at, shorter.checkpoint.body.at];
  if (own.length === 1 && lost > 0 && signer === fuller.checkpoint.member) {
    const sentence = `The ledger was cut back: of what ${shorter.checkpoint.memberName} had written by ${then}, the last ${lost === 1 ? 'entry is' : `${lost} entries are`} missing at ${now}.`;
    return { relation: 'rewritten', sentences: [sentence, WHICH] };
  }
  const sentence = `The ledger as of ${now} has less than the one as of ${then}: it was cut back, or it is a copy that had not taken the rest over.`;
  return { relation: 'unsaid', sentences: [sentence, UNSAID_REMEDY] };
}

/** How the two are called in sentences. */
export interface SideNames {
  readonly here: string;
  readonly there: string;
}
export const NAMES: SideNames = { here: 'this binder', there: 'the other binder' };

const SAME = 'Both binders were made from the same state of the ledger.';
const APART =
  'Each ledger has entries that the other has not: they are copies that went apart. Where both can be compared, nothing differs.';
const UNSAID_REMEDY =
  'A binder made later from the workspace that holds both states would let it be said, compared with each of them; each binder carries the proof from the one made before it.';
const WHICH =
  'Which of the two is as it was first written cannot be told from them: ask who kept the earlier one.';

const TWICE =
  'Where a device went on twice, as a copied folder or a restored backup does, each copy may know one history alone: then a binder from a workspace that took both in names both, and continues each of these two.';

function rewrittenWords(chains: readonly Chain[]): string[] {
  const places = chains.map(({ writer, at }) => positionOf(writer.slice(0, 8), at ?? 0)).join(', ');
  return [
    `The ledger was rewritten: the two binders hold different things at one and the same place of it (${places} or before).`,
    WHICH,
    TWICE,
  ];
}

const entriesOf = ({ checkpoint }: LedgerState): number => entriesIn(checkpoint.body.chains);

function unprovenWords(chains: readonly Chain[]): string {
  const steps = chains.map(({ writer, here, there }) => {
    const [few, many] = [here ?? 0, there ?? 0].sort((a, b) => a - b);
    return `${writer.slice(0, 8)} from ${few} to ${many}`;
  });
  return `Neither binder holds a proof between these two states of the ledger (${steps.join(', ')}). Where both can be compared, nothing differs.`;
}

function extendsWords(newer: 'here' | 'there', added: number, names: SideNames): string {
  const entries = added === 1 ? '1 entry was' : `${added} entries were`;
  const [one, other] = newer === 'here' ? [names.here, names.there] : [names.there, names.here];
  return `The ledger of ${one} extends that of ${other}: all that stood there stands unchanged, and ${entries} added.`;
}
