import type { Database } from '../../db/driver.ts';
import { type Held, heldSince } from '../../db/queries/field-changes.ts';
import { memberNames as namesOfMembers } from '../../db/queries/people.ts';
import { factsOf, programmeRowById, programmeRows } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { type Acceptance, mayAccept } from '../../shared/domain/programme/acceptance.ts';
import { memberNames, names } from '../../shared/domain/programme/belonging.ts';
import type { ProgrammeFact } from '../../shared/domain/programme/facts.ts';
import { isNamed } from './named.ts';

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

type Owned = Pick<ProgrammeRow, 'id' | 'kind' | 'engagement'>;
interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The day since which a member is an owner of a record, or was one: giving it to another in name would be a way around.
 * Whoever owns a gate owns what it asks. Null where they never were.
 */
export function ownedSince(db: Database, record: Owned, member: Named): string | null {
  const people = programmeRows(db, record.engagement, 'person').map(({ title, body }) => ({
    title,
    part: typeof body.part === 'string' ? body.part : '',
    member: typeof body.member === 'string' ? body.member : null,
  }));
  const mine = memberNames(member, people);
  const owned = [record, ...gatesOf(db, record)]
    .flatMap((of) => heldSince(db, of, 'owner'))
    .filter(({ value }) => mine.some((name) => names(value, name)));
  return earliest(owned);
}

function earliest(owned: readonly Held[]): string | null {
  return owned.reduce<string | null>(
    (first, { since }) => (first === null || since < first ? since : first),
    null,
  );
}

/** The gates that a criterion is part of, or was once. */
function gatesOf(db: Database, record: Owned): readonly Owned[] {
  if (record.kind !== 'criterion') return [];
  const places = heldSince(db, record, 'for').map(({ value }) => value);
  if (places.length === 0) return [];
  return programmeRows(db, record.engagement, 'gate').filter((row) =>
    places.some((place) => isNamed({ row }, place)),
  );
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
  const members = namesOfMembers(db);
  const owned = new Map<string, string | null>();
  const ownedBy = (record: string, member: string) => {
    const key = `${record} ${member}`;
    const known = owned.get(key);
    if (known !== undefined) return known;
    const row = programmeRowById(db, record.slice(record.indexOf(':') + 1));
    const name = members.get(member) ?? member;
    const since = row === undefined ? null : ownedSince(db, row, { id: member, name });
    owned.set(key, since);
    return since;
  };
  return facts.map((fact) => {
    const { kind, reason, compensating, expires } = fact.body as ProgrammeFact<'acceptance'>;
    const withdrawnAt = withdrawn.get(`acceptance:${fact.id}`) ?? null;
    const { id, record, at } = fact;
    const since = ownedBy(record, fact.by.id);
    const said = { ...{ id, record, at, kind, reason, compensating, expires } };
    return {
      ...said,
      ...flawOf(said, since, today),
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
  owned: string | null,
  today: string,
): Pick<StatedAcceptance, 'flaw' | 'flawedSince'> {
  const day = said.at.slice(0, 10);
  if (day > today) return { flaw: `It is dated ${day}, a day to come.`, flawedSince: '' };
  if (said.kind === 'risk-acceptance' && !said.record.startsWith('risk:'))
    return { flaw: 'Only a risk is accepted; this is none.', flawedSince: '' };
  const itself = mayAccept(said, false, day);
  if (!itself.allowed) return { flaw: itself.because, flawedSince: '' };
  const asOwner = mayAccept(said, owned !== null, day);
  return asOwner.allowed
    ? { flaw: null, flawedSince: '' }
    : { flaw: asOwner.because, flawedSince: owned ?? '' };
}
