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
  /** Who took it back, the first of them first: that one ended it. */
  readonly withdrawals: readonly Withdrawal[];
  readonly flaw: string | null;
  /** The day since which its flaw stands: empty where it had it from the beginning. */
  readonly flawedSince: string;
}

/** An acceptance taken back, as it was stated. */
export interface Withdrawal {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
}

/** Every acceptance and exception stated in an engagement, those taken back and those that count nothing too. */
export function readAcceptances(db: Database, engagement: string, today: string): StatedAcceptance[] {
  const facts = factsOf(db, engagement, 'acceptance');
  if (facts.length === 0) return [];
  const withdrawn = Map.groupBy(factsOf(db, engagement, 'withdrawal'), ({ record }) => record);
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
    const withdrawals = (withdrawn.get(`acceptance:${fact.id}`) ?? []).map(withdrawalOf);
    const withdrawnAt = withdrawals[0]?.at ?? null;
    const { id, record, at } = fact;
    const held = ownedBy(record, fact.by.id);
    const said = { ...{ id, record, at, kind, reason, compensating, expires } };
    return {
      ...said,
      ...flawOf(said, held, today),
      withdrawnAt,
      withdrawals,
      by: fact.by.name,
      member: fact.by.id,
      withdrawn: withdrawnAt !== null,
    };
  });
}

function withdrawalOf({ id, by, at, body }: ReturnType<typeof factsOf>[number]): Withdrawal {
  const { reason } = body as ProgrammeFact<'withdrawal'>;
  return { id, by: by.name, at, reason };
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
