import { same } from '../../shared/domain/programme/belonging.ts';
import { PROGRAMME_FACT_KINDS, PROGRAMME_FACTS } from '../../shared/domain/programme/facts.ts';
import { isProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf } from '../../shared/ledger/entry.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';
import { homesOf } from './past-register.ts';

/** A field of a record with the value it is given. */
export interface TouchedField {
  readonly record: string;
  readonly field: string;
  readonly value: Json;
}

const FACTS: ReadonlySet<string> = new Set(PROGRAMME_FACT_KINDS);
/** Facts about an engagement that say which. What a period took over adds nothing to the one before. */
const SAYING: ReadonlySet<string> = new Set(['lockdown', 'late', 'rolled']);
/** What is stated of evidence without adding to what it serves: it is told among what came later, and needs no reason. */
const OBSERVED: ReadonlySet<string> = new Set(['linkcheck', 'hold']);

/** The engagements that these changes would add to. An export or a custody event adds to none. */
export function touchedEngagements(db: Database, changes: readonly TouchedField[]): Set<string> {
  const adding = changes.filter(({ record }) => !OBSERVED.has(kindOf(record)));
  return new Set(adding.flatMap((change) => engagementsOf(db, change)));
}

/** Whether an engagement is among those that these changes speak of, once they stand. */
export function touchesEngagement(
  db: Database,
  engagement: string,
  changes: readonly TouchedField[],
): boolean {
  return changes.some((change) => engagementsOf(db, change).includes(engagement));
}

/** What a value says in one of its fields, where that is text. */
function saidIn(value: Json, field: string): string {
  const held =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, Json>>)[field] : null;
  return typeof held === 'string' ? held : '';
}

/** Where a record stands that is there is asked of the ledger; only what begins says it itself. */
function engagementsOf(db: Database, { record, field, value }: TouchedField): string[] {
  const kind = kindOf(record);
  const id = idOf(record);
  const said = (name: string) => saidIn(value, name);
  const begins = field === 'of' || field === 'about';
  if (kind === 'engagement') return [id];
  if (kind === 'subject') return [said('engagement')];
  if (kind === 'assessment') return begins ? [said('engagement')] : ofAssessment(db, id);
  if (kind === 'link') return ofAssessment(db, said('assessment'));
  if (kind === 'signoff') return [...ofAssessment(db, said('record')), ...ofChecklist(db, said('record'))];
  if (kind === 'note') return ofNote(db, id, said('record'));
  if (kind === 'evidence') return ofEvidence(db, id);
  if (kind === 'proof') return ofProgramme(db, said('record'));
  if (isProgrammeKind(kind)) return begins ? [said('engagement')] : ofProgramme(db, record);
  if (kind === 'change') return ofSystems(db, value);
  if (kind === 'linkcheck') return tellsOfDamage(db, value) ? ofEvidence(db, idOf(said('record'))) : [];
  if (SAYING.has(kind)) return [said('engagement')];
  // What a fact says of its place, and where that stands which it is about.
  return FACTS.has(kind) ? [said('engagement'), ...ofMatter(db, said('record'))] : [];
}

/** Where that belongs which an act is about: evidence, an earlier act, or a record of the programme. */
function ofMatter(db: Database, about: string): string[] {
  if (about.startsWith('evidence:')) return ofEvidence(db, idOf(about));
  if (!FACTS.has(kindOf(about))) return ofProgramme(db, about);
  const sql = 'SELECT engagement, record FROM programme_fact WHERE id = ?';
  const act = get<{ engagement: string; record: string }>(db, sql, idOf(about));
  if (act === undefined || FACTS.has(kindOf(act.record))) return act === undefined ? [] : [act.engagement];
  return [act.engagement, ...ofMatter(db, act.record)];
}

const engagements = (db: Database, sql: string, id: string): string[] =>
  all<{ engagement: string }>(db, sql, id).map((row) => row.engagement);

const ofAssessment = (db: Database, id: string) =>
  engagements(db, 'SELECT engagement FROM assessment WHERE id = ?', id);
const ofChecklist = (db: Database, id: string) =>
  engagements(db, 'SELECT engagement FROM checklist_work WHERE id = ?', id);
/** A record stays where it began, also once it was removed. */
const ofProgramme = (db: Database, record: string) => [...homesOf(db, [record]).values()];

/** Where evidence serves: under a check, as proof on a record, in a section, as the answer to a request, or as a customer's paper. */
const ofEvidence = (db: Database, id: string) =>
  engagements(
    db,
    `SELECT a.engagement FROM link l JOIN assessment a ON a.id = l.assessment WHERE l.evidence = ?1
      UNION
     SELECT r.engagement FROM proof p JOIN programme_record r ON r.id = substr(p.record, instr(p.record, ':') + 1)
      WHERE p.evidence = ?1
      UNION
     SELECT r.engagement FROM programme_record r, json_each(r.body, '$.evidence') e
      WHERE r.kind IN ('request', 'section') AND e.value = ?1
      UNION
     SELECT r.engagement FROM programme_fact f, json_each(f.body, '$.evidence') e
       JOIN programme_record r ON r.id = substr(f.record, instr(f.record, ':') + 1)
      WHERE f.kind = 'handover' AND e.value = ?1`,
    id,
  );

/** A declared change asks for evidence about its systems to be looked at again, wherever that serves. */
function ofSystems(db: Database, value: Json): string[] {
  const { systems } = PROGRAMME_FACTS.change
    .pick({ systems: true })
    .strip()
    .catch({ systems: [] })
    .parse(value);
  const rows = all<{ id: string; systems: string }>(
    db,
    "SELECT id, systems FROM evidence WHERE systems <> '[]'",
  );
  const meant = rows.filter((row) =>
    (JSON.parse(row.systems) as string[]).some((one) => systems.some((system) => same(one, system))),
  );
  return [...new Set(meant.flatMap(({ id }) => ofEvidence(db, id)))];
}

/** A look at links and files is worth telling where it found damage, or may end what another look found. */
function tellsOfDamage(db: Database, value: Json): boolean {
  const { record, broken } = PROGRAMME_FACTS.linkcheck
    .pick({ record: true, broken: true })
    .strip()
    .catch({ record: '', broken: 0 })
    .parse(value);
  const sql = `SELECT 1 FROM programme_fact WHERE record = ? AND kind = 'linkcheck' AND json_extract(body, '$.broken') > 0`;
  return broken > 0 || get(db, sql, record) !== undefined;
}

function ofNote(db: Database, id: string, stated: string): string[] {
  const record =
    stated === ''
      ? (get<{ record: string }>(db, 'SELECT record FROM review_note WHERE id = ?', id)?.record ?? '')
      : stated;
  return [...ofAssessment(db, record), ...ofChecklist(db, record)];
}

/**
 * The evidence that changes of an engagement put where it serves, or took away from there: what was said of it counts
 * as said of the engagement.
 */
export function evidenceMoved(db: Database, changes: readonly TouchedField[]): string[] {
  return changes.flatMap(({ record, field, value }) => {
    const kind = kindOf(record);
    if (kind === 'link' || kind === 'proof') return [saidIn(value, 'evidence')];
    if ((kind !== 'request' && kind !== 'section') || (field !== 'evidence' && field !== 'deleted'))
      return [];
    return all<{ evidence: string }>(
      db,
      `SELECT DISTINCT v.value evidence FROM operation o, json_each(o.value) v WHERE o.record = ? AND o.field = 'evidence'`,
      record,
    ).map(({ evidence }) => evidence);
  });
}

/** The evidence that these changes are about. */
export function evidenceNamed(changes: readonly TouchedField[]): string[] {
  return changes.flatMap(({ record, value }) => {
    if (kindOf(record) === 'evidence') return [idOf(record)];
    const about = FACTS.has(kindOf(record)) ? saidIn(value, 'record') : '';
    return about.startsWith('evidence:') ? [idOf(about)] : [];
  });
}
