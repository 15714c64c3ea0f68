import type { ExtractSignOff, LedgerComparison } from '../../../shared/domain/binder.ts';
import type { SideNames } from './against.ts';
import type { ContentReport } from './manifest.ts';
import { named } from './sentences.ts';
import { wordsOf } from './sign-offs.ts';

type Side = Pick<ContentReport, 'manifest' | 'ledger'> | null;

/**
 * What two binders of one engagement tell otherwise of who signed what, where the ledger of one has all that the other’s
 * has. A ledger forgets no sign-off, and whoever composes a binder can leave out the newest with its entry: nothing in
 * that binder names it. It shows beside another one. What a binder does not cover it need not tell.
 */
export function signOffWords(
  here: Side,
  there: Side,
  { relation, newer }: Pick<LedgerComparison, 'relation' | 'newer'>,
  names: SideNames,
): string[] {
  if (relation !== 'consistent' || here?.manifest?.engagement.id !== there?.manifest?.engagement.id)
    return [];
  return [
    ...(newer === 'here' ? [] : leftOut(here, there, names.there, newer)),
    ...(newer === 'there' ? [] : leftOut(there, here, names.here, newer)),
    ...(newer === null ? toldOtherwise(here, there) : []),
  ];
}

/** What one tells and the other, whose ledger has no less, does not. */
function leftOut(one: Side, other: Side, name: string, newer: LedgerComparison['newer']): string[] {
  const known = new Set(signOffsOf(other).map(({ id }) => id));
  const gone = signOffsOf(one).filter((signOff) => !known.has(signOff.id) && covers(other, signOff));
  if (gone.length === 0) return [];
  const why =
    newer === null
      ? 'Whoever composed it left it out: ask them.'
      : 'The access of whoever wrote it was ended since, or whoever composed the binder left it out: ask them.';
  return [`Not told in ${name}, though its ledger has it: ${named(gone.map(wordsOf))}. ${why}`];
}

function toldOtherwise(here: Side, there: Side): string[] {
  const others = new Map(signOffsOf(there).map((one) => [one.id, one]));
  const apart = signOffsOf(here).filter((one) => {
    const other = others.get(one.id);
    return other !== undefined && meaningOf(one) !== meaningOf(other);
  });
  if (apart.length === 0) return [];
  return [`Told otherwise in the other one, though both are of one state: ${named(apart.map(wordsOf))}.`];
}

const signOffsOf = (side: Side): readonly ExtractSignOff[] => side?.ledger?.state.extract.signOffs ?? [];

/** All but the words of a return, which one of the two may have redacted. */
const meaningOf = ({ note: _, ...one }: ExtractSignOff): string => JSON.stringify(Object.entries(one).sort());

/** Whether a binder lists the checklist that a sign-off is of, or the control, by the name with which its label begins. */
function covers(side: Side, { kind, record, label }: ExtractSignOff): boolean {
  const listed = side?.manifest?.included ?? [];
  if (kind === 'checklist') return listed.some((one) => one.kind === 'checklist' && one.id === record);
  const names = [...label.matchAll(/ · /g)].map(({ index }) => label.slice(0, index));
  return listed.some(
    (one) =>
      one.kind === 'control' && names.some((name) => one.label === name || one.label.startsWith(`${name} `)),
  );
}
