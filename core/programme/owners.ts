import type { Database } from '../../db/driver.ts';
import { everHeld, type Held, heldSince } from '../../db/queries/field-changes.ts';
import { lineage } from '../../db/queries/lineage.ts';
import { everPeople } from '../../db/queries/people.ts';
import { programmeRowById, programmeRows } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import { memberTied, names, namesPerson } from '../../shared/domain/programme/belonging.ts';
import { CriterionRule } from '../../shared/domain/programme/criterion-rule.ts';
import { severityOfRisk } from '../../shared/domain/programme/risk-score.ts';
import { bodyShape } from '../../shared/domain/programme/shapes.ts';
import { isNamed } from './named.ts';

type Owned = Pick<ProgrammeRow, 'id' | 'kind' | 'engagement'>;

/** Under which name a member owns or owned a record, and since when. */
export type Ownership = Held;

/**
 * Under which name a member is an owner of a record, or was one, the first of several; null where they never were.
 * Whoever owns a gate owns what it asks, and whoever owns a risk that is counted or a KPI that is asked for owns that too. Giving the record to
 * another in name, calling a person of the programme otherwise, tying them to another member, removing them and rolling
 * the period forward would each be a way around, so every name a member ever had counts with every owner the record
 * ever had, in this period and in those before.
 */
export function ownership(db: Database, record: Owned, member: string): Ownership | null {
  const owned = lineage(db, record)
    .flatMap((one) => [one, ...gatesOf(db, one), ...askedBy(db, one)])
    .flatMap((one) => lineage(db, one));
  const mine = [...new Set(owned.map(({ engagement }) => engagement))].flatMap((engagement) =>
    namesEver(db, engagement, member),
  );
  return first(
    owned
      .flatMap((of) => heldSince(db, of, 'owner'))
      .flatMap((owner) =>
        mine.flatMap((name) =>
          name.means(owner.value, name.value) ? [{ value: owner.value, since: later(owner, name) }] : [],
        ),
      ),
  );
}

interface Name extends Held {
  /** Whether a text means it: a person's name in any order, a part of the programme only as it is called. */
  readonly means: typeof names;
}

/** Every name under which a member may ever have owned something: their own, and those of whom they ever stood for. */
function namesEver(db: Database, engagement: string, member: string): readonly Name[] {
  const own = heldSince(db, { kind: 'member', id: member }, 'name');
  const called = [{ id: member, name: '' }, ...own.map(({ value }) => ({ id: member, name: value }))];
  const stoodFor = everPeople(db, engagement).flatMap((id): Name[] => {
    const person = { kind: 'person', id };
    const tied = first(heldSince(db, person, 'member').filter(({ value }) => memberTied(value, called)));
    if (tied === null) return [];
    const held = (field: string, means: Name['means']) =>
      heldSince(db, person, field).map((one) => ({ ...one, since: later(one, tied), means }));
    return [...held('title', namesPerson), ...held('part', names), ...held('contact', names)];
  });
  return [...stoodFor, ...own.map((one) => ({ ...one, means: namesPerson }))];
}

const later = (a: Held, b: Held) => (a.since > b.since ? a.since : b.since);

function first(held: readonly Held[]): Held | null {
  return held.reduce<Held | null>(
    (least, one) => (least === null || one.since < least.since ? one : least),
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

const Rated = bodyShape('risk').pick({ severity: true, likelihood: true, impact: true });

/** The risks that a rule on open ones counts against what it is asked of, none that is closed, or the KPI it asks for. */
function askedBy(db: Database, { id, engagement }: Owned): readonly Owned[] {
  const { data: rule } = CriterionRule.safeParse(programmeRowById(db, id)?.body.rule);
  if (rule?.rule === 'kpi-at-target')
    return programmeRows(db, engagement, 'kpi').filter((row) => isNamed({ row }, rule.kpi));
  if (rule?.rule !== 'risks-at-most') return [];
  return programmeRows(db, engagement, 'risk').filter((risk) => {
    const rated = Rated.safeParse(risk.body).data;
    const severe = rated !== undefined && severityOfRisk(rated).severity === rule.severity;
    return risk.body.state !== 'closed' && (severe || everHeld(db, risk, 'severity').includes(rule.severity));
  });
}
