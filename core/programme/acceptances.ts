import type { Database } from '../../db/driver.ts';
import { factsOf, programmeRowById } from '../../db/queries/programme.ts';
import { type Acceptance, mayAccept } from '../../shared/domain/programme/acceptance.ts';
import type { ProgrammeFact } from '../../shared/domain/programme/facts.ts';
import { type Ownership, ownership } from './owners.ts';

export interface StatedAcceptance extends Acceptance {
  readonly kind: 'risk-acceptance' | 'exception';
  readonly record: string;
  readonly member: string;
  /** When it was taken back; null while nobody did. */
  readonly withdrawnAt: string | null;
  readonly flaw: string | null;
  /** The day since which its flaw stands: empty where it had it from the beginning. */
  readonly flawedSince: string;
}

/** Every acceptance and exception stated in an engagement, those taken back and those that count nothing too. */
export function readAcceptances(db: Database, engagement: string, today: string): StatedAcceptance[] {
  const facts = factsOf(db, engagement, 'acceptance');
  if (facts.length === 0) return [];
  // Of several withdrawals the first ends it.
  const withdrawn = new Map(
    factsOf(db, engagement, 'withdrawal')
      .toReversed()
      .map((fact) => [fact.record, fact.at] as const),
  );
  const owned = new Map<string, Ownership | null>();
  const ownedBy = (record: string, member: string) => {
    const key = `${record} ${member}`;
    const known = owned.get(key);
    if (known !== undefined) return known;
    const row = programmeRowById(db, record.slice(record.indexOf(':') + 1));
    const held = row === undefined ? null : ownership(db, row, member);
    owned.set(key, held);
    return held;
  };
  return facts.map((fact) => {
    const { kind, reason, compensating, expires } = fact.body as ProgrammeFact<'acceptance'>;
    const withdrawnAt = withdrawn.get(`acceptance:${fact.id}`) ?? null;
    const { id, record, at } = fact;
    const held = ownedBy(record, fact.by.id);
    const said = { ...{ id, record, at, kind, reason, compensating, expires } };
    return {
      ...said,
      ...flawOf(said, held, today),
      withdrawnAt,
      by: fact.by.name,
      member: fact.by.id,
      withdrawn: withdrawnAt !== null,
    };
  });
}

type Stated = Pick<StatedAcceptance, 'kind' | 'record' | 'at' | 'reason' | 'compensating' | 'expires'>;

/** Why an acceptance counts nothing: by the rules as they were to be asked on the day it was stated. */
function flawOf(
  said: Stated,
  owned: Ownership | null,
  today: string,
): Pick<StatedAcceptance, 'flaw' | 'flawedSince'> {
  const day = said.at.slice(0, 10);
  if (day > today) return { flaw: `It is dated ${day}, a day to come.`, flawedSince: '' };
  if (said.kind === 'risk-acceptance' && !said.record.startsWith('risk:'))
    return { flaw: 'Only a risk is accepted; this is none.', flawedSince: '' };
  const itself = mayAccept(said, null, day);
  if (!itself.allowed) return { flaw: itself.because, flawedSince: '' };
  const asOwner = mayAccept(said, owned, day);
  return asOwner.allowed
    ? { flaw: null, flawedSince: '' }
    : { flaw: asOwner.because, flawedSince: owned?.since ?? '' };
}
