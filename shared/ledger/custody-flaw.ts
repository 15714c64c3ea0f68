import { saysTakenOut } from '../domain/custody.ts';
import type { ProgrammeFact } from '../domain/programme/facts.ts';
import { kindOf, type Operation } from './entry.ts';
import type { CustodyFact } from './fields.ts';

/**
 * Why an entry that takes no more than the right to read cannot tell this step of custody, or null: who takes files out
 * says that and no more, and a step told with a word on evidence is told of that evidence, beside that word. Ask
 * `valueFlaw` first.
 */
export function custodyFlaw(
  { record, value }: Operation,
  action: string,
  ops: readonly Operation[],
): string | null {
  if (kindOf(record) !== 'custody') return null;
  const { evidence, what } = value as CustodyFact;
  if (action === 'evidence.export@1' && !saysTakenOut(what))
    return 'it says more than that files were taken out';
  if (action === 'programme.attest@3' && !ops.some((op) => isWordOn(op, evidence)))
    return 'it tells a step of custody of evidence that it does not attest';
  return null;
}

const isWordOn = ({ record, value }: Operation, evidence: string) =>
  kindOf(record) === 'attestation' &&
  (value as Partial<ProgrammeFact<'attestation'>> | null)?.record === `evidence:${evidence}`;
