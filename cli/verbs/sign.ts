import { momentWords } from '../../shared/domain/moment.ts';
import { CAPACITIES, Capacity } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import { harmless } from '../terminal.ts';
import type { Verb } from '../verb.ts';
import { PLACE_FLAGS, place } from './engagements.ts';
import { kindOf } from './records.ts';

export const sign: Verb = {
  summary: 'Signs off an assessment or a checklist; the rules decide',
  words: ['DIR', 'KIND', 'ID'],
  flags: {
    as: { value: 'CAPACITY', summary: CAPACITIES.join(', '), choices: CAPACITIES, required: true },
    ...PLACE_FLAGS,
  },
  async run({ args, unlock }) {
    const kind = signedKind(args.word(1));
    const as = Capacity.parse(args.required('as'));
    const client = await unlock(args.word(0));
    const value = await client.review.sign({ kind, id: args.word(2), as, ...place(args) });
    const { signOff } = value;
    return {
      value,
      lines: [
        harmless(
          `${signOff.by.name} signed as ${signOff.capacity} at ${momentWords(signOff.at)}; it is now ${value.status}.`,
        ),
        `Bound to ${signOff.digest}`,
      ],
    };
  },
};

/** A control or an item is signed by way of its assessment. */
function signedKind(typed: string): 'assessment' | 'checklist' {
  const kind = kindOf(typed);
  if (kind === 'checklist') return kind;
  if (kind === 'assessment' || kind === 'control' || kind === 'item') return 'assessment';
  return refuse({ code: 'usage', detail: `A ${kind} is not signed; an assessment or a checklist is.` });
}
