import type {
  Checkpoint,
  CheckpointChain,
  LedgerComparison,
  LedgerExtract,
  Proofs,
} from '../../../shared/domain/binder.ts';
import { positionOf } from './ledger-entries.ts';

/** What a verified binder carries of its ledger. */
export interface LedgerState {
  readonly extract: LedgerExtract;
  readonly proofs: Proofs;
  readonly checkpoint: Checkpoint;
}

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
  const chains = writersOf(here, there).map((writer) => compareChain(writer, here, there));
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
  return { relation: 'consistent', newer, chains, sentences: [extendsWords(newer, chains, names)] };
}

function writersOf(...states: readonly LedgerState[]): string[] {
  return [
    ...new Set(states.flatMap(({ checkpoint }) => checkpoint.body.chains.map(({ writer }) => writer))),
  ].sort();
}

function compareChain(writer: string, here: LedgerState, there: LedgerState): Chain {
  const [own, other] = [chainOf(here, writer), chainOf(there, writer)];
  const sizes = { writer, here: own?.size ?? null, there: other?.size ?? null };
  if (!own || !other) return { ...sizes, finding: 'new', at: null };
  const fork = forkedAt(writer, here, there);
  if (fork !== null) return { ...sizes, finding: 'rewritten', at: fork };
  if (own.size === other.size) return { ...sizes, finding: 'same', at: null };
  const [longer, state, shorter] = own.size > other.size ? [own, here, other] : [other, there, own];
  return { ...sizes, finding: howProven(longer, state, shorter), at: null };
}

function howProven(longer: CheckpointChain, state: LedgerState, shorter: CheckpointChain): Chain['finding'] {
  if (hashesOf(longer.writer, state).get(shorter.size) === shorter.head) return 'hash-chain';
  return rootsOf(longer.writer, state).get(shorter.size) === shorter.root ? 'proof' : 'unproven';
}

/** The first place of a chain where the two binders have different things; null where none is known. */
function forkedAt(writer: string, here: LedgerState, there: LedgerState): number | null {
  const places = [hashesOf, rootsOf].flatMap((known) => {
    const [own, other] = [known(writer, here), known(writer, there)];
    return [...own].filter(([at, hash]) => (other.get(at) ?? hash) !== hash).map(([at]) => at);
  });
  return places.length === 0 ? null : Math.min(...places);
}

/** Entry hashes of a chain by their number. Each covers all before it: an entry names the hash of the one before. */
function hashesOf(writer: string, { extract, checkpoint }: LedgerState): Map<number, string> {
  const known = new Map<number, string>();
  for (const { entry, hash } of extract.entries) {
    if (entry.writer !== writer) continue;
    const seq = Number(entry.seq);
    known.set(seq, hash);
    if (seq > 1) known.set(seq - 1, String(entry.prev));
  }
  const chain = checkpoint.body.chains.find((one) => one.writer === writer);
  return chain ? known.set(chain.size, chain.head) : known;
}

/** Tree roots of a chain by its size then: that of the checkpoint, and that which it is proven to continue. */
function rootsOf(writer: string, { proofs, checkpoint }: LedgerState): Map<number, string> {
  const all = [...(proofs.consistency?.from.chains ?? []), ...checkpoint.body.chains];
  return new Map(all.filter((chain) => chain.writer === writer).map(({ size, root }) => [size, root]));
}

function chainOf({ checkpoint }: LedgerState, writer: string): CheckpointChain | undefined {
  return checkpoint.body.chains.find((chain) => chain.writer === writer);
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
const NAMES: SideNames = { here: 'this binder', there: 'the other binder' };

const SAME = 'Both binders were made from the same state of the ledger.';
const APART =
  'Each ledger has entries that the other has not: they are copies that went apart. Where both can be compared, nothing differs.';
const UNSAID_REMEDY =
  'A binder made later from the workspace that holds both states would let it be said, compared with each of them; each binder carries the proof from the one made before it.';
const WHICH =
  'Which of the two is as it was first written cannot be told from them: ask who kept the earlier one.';

function rewrittenWords(chains: readonly Chain[]): string[] {
  const places = chains.map(({ writer, at }) => positionOf(writer.slice(0, 8), at ?? 0)).join(', ');
  return [
    `The ledger was rewritten: the two binders hold different things at one and the same place of it (${places} or before).`,
    WHICH,
  ];
}

function unprovenWords(chains: readonly Chain[]): string {
  const steps = chains.map(({ writer, here, there }) => {
    const [few, many] = [here ?? 0, there ?? 0].sort((a, b) => a - b);
    return `${writer.slice(0, 8)} from ${few} to ${many}`;
  });
  return `Neither binder holds a proof between these two states of the ledger (${steps.join(', ')}). Where both can be compared, nothing differs.`;
}

function extendsWords(newer: 'here' | 'there', chains: readonly Chain[], names: SideNames): string {
  const added = chains.reduce((sum, { here, there }) => sum + Math.abs((here ?? 0) - (there ?? 0)), 0);
  const entries = added === 1 ? '1 entry was' : `${added} entries were`;
  const [one, other] = newer === 'here' ? [names.here, names.there] : [names.there, names.here];
  return `The ledger of ${one} extends that of ${other}: all that stood there stands unchanged, and ${entries} added.`;
}
