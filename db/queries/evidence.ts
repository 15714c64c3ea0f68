import type { z } from 'zod';
import type { EvidenceRevision, EvidenceRow } from '../../shared/contract/frameworks.ts';
import { EXPIRING_DAYS, evidenceState, fileWarnings } from '../../shared/domain/evidence.ts';
import { filesNamedIn, RevisionFiles } from '../../shared/ledger/fields.ts';
import type { Database } from '../driver.ts';
import { and, asc, count, desc, eq, exists, notExists, or, type SQL, sql } from '../drizzle.ts';
import { containing, query } from '../query.ts';
import * as t from '../schema.ts';
import { all, get } from '../sql.ts';

type Row = z.infer<typeof EvidenceRow>;

export interface EvidenceFilter {
  readonly text?: string | undefined;
  readonly state?: Row['state'] | undefined;
  /** Ids of what cannot be relied on, which is neither current nor expiring. */
  readonly stale?: readonly string[] | undefined;
  readonly unlinked?: boolean | undefined;
  readonly engagement?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

const { evidence: v } = t;

/** Evidence, newest first; `today` decides what is expiring or expired. */
export function listEvidence(
  db: Database,
  filter: EvidenceFilter,
  today: string,
): { total: number; rows: Row[] } {
  const q = query(db);
  const where = and(...filters(db, filter, today));
  const total = q.select({ n: count() }).from(v).where(where).get()?.n ?? 0;
  const ids = q
    .select({ id: v.id })
    .from(v)
    .where(where)
    .orderBy(desc(v.addedAt), asc(v.id))
    .limit(filter.limit)
    .offset(filter.offset)
    .all();
  return {
    total,
    rows: evidenceRows(
      db,
      ids.map((row) => row.id),
      today,
    ),
  };
}

function filters(db: Database, filter: EvidenceFilter, today: string): SQL[] {
  const q = query(db);
  const linked = q.select({ one: sql`1` }).from(t.link).where(eq(t.link.evidence, v.id));
  const out: (SQL | undefined)[] = [];
  if (filter.text !== undefined && filter.text.trim() !== '') out.push(matchesText(db, filter.text.trim()));
  const proves = q.select({ one: sql`1` }).from(t.proof).where(eq(t.proof.evidence, v.id));
  if (filter.unlinked !== undefined)
    out.push(
      filter.unlinked ? and(notExists(linked), notExists(proves)) : or(exists(linked), exists(proves)),
    );
  if (filter.engagement !== undefined) {
    const here = q
      .select({ one: sql`1` })
      .from(t.link)
      .innerJoin(t.assessment, eq(t.assessment.id, t.link.assessment))
      .where(and(eq(t.link.evidence, v.id), eq(t.assessment.engagement, filter.engagement)));
    out.push(exists(here));
  }
  const soon = sql`date(${today}, ${`+${EXPIRING_DAYS} days`})`;
  const stale = sql`${v.id} IN (SELECT value FROM json_each(${JSON.stringify(filter.stale ?? [])}))`;
  if (filter.state === 'stale') out.push(stale);
  if (filter.state === 'expiring' || filter.state === 'current') out.push(sql`NOT ${stale}`);
  if (filter.state === 'expired') out.push(sql`${v.expires} < ${today}`);
  if (filter.state === 'expiring') out.push(sql`${v.expires} >= ${today} AND ${v.expires} <= ${soon}`);
  if (filter.state === 'current') out.push(sql`(${v.expires} IS NULL OR ${v.expires} > ${soon})`);
  return out.filter((part) => part !== undefined);
}

/** Whether evidence holds these words in any of its fields or the names of its files. */
export function matchesText(db: Database, text: string): SQL {
  const like = containing(text);
  const inFiles = query(db)
    .select({ one: sql`1` })
    .from(t.evidenceFile)
    .where(
      and(
        eq(t.evidenceFile.evidence, v.id),
        or(
          sql`${t.evidenceFile.name} LIKE ${like} ESCAPE '\\'`,
          sql`${t.evidenceFile.sha256} LIKE ${like} ESCAPE '\\'`,
        ),
      ),
    );
  const found = or(
    sql`${v.title} LIKE ${like} ESCAPE '\\'`,
    sql`${v.note} LIKE ${like} ESCAPE '\\'`,
    sql`${v.owner} LIKE ${like} ESCAPE '\\'`,
    sql`${v.systems} LIKE ${like} ESCAPE '\\'`,
    sql`${v.source} LIKE ${like} ESCAPE '\\'`,
    sql`${v.verification} LIKE ${like} ESCAPE '\\'`,
    sql`${v.reviewer} LIKE ${like} ESCAPE '\\'`,
    sql`${v.proofLink} LIKE ${like} ESCAPE '\\'`,
    sql`${v.reference} LIKE ${like} ESCAPE '\\'`,
    exists(inFiles),
  );
  return found ?? sql`1`;
}

interface Raw {
  id: string;
  reference: string;
  title: string;
  collected: string | null;
  expires: string | null;
  period_from: string | null;
  period_to: string | null;
  last_verified: string | null;
  owner: string;
  note: string;
  systems: string;
  verification: string;
  source: string;
  proof_link: string;
  reviewer: string;
  risk_if_stale: string;
  marking: string;
  retain_until: string | null;
  revision: number;
  added_at: string;
  adder: string | null;
  links: number;
  conflicts: number;
  held: number;
}

const SELECT = `SELECT v.*, m.name adder, (SELECT count(*) FROM link l WHERE l.evidence = v.id) + (SELECT count(*) FROM proof p WHERE p.evidence = v.id) links,
  (SELECT count(*) FROM conflict x WHERE x.record = 'evidence:' || v.id) conflicts
  FROM evidence v LEFT JOIN member m ON m.id = v.added_by`;

/** Whole rows for these ids, in this order; ids that are not there are left out. */
export function evidenceRows(db: Database, ids: readonly string[], today: string): Row[] {
  return ids.flatMap((id) => {
    const row = get<Raw>(db, `${SELECT} WHERE v.id = ?`, id);
    return row === undefined ? [] : [parse(db, row, today)];
  });
}

/** Evidence linked to an assessment, in the order it was added. */
export function evidenceOf(db: Database, assessment: string, today: string): Row[] {
  return all<Raw>(
    db,
    `${SELECT} WHERE v.id IN (SELECT evidence FROM link WHERE assessment = ?) ORDER BY v.added_at, v.id`,
    assessment,
  ).map((row) => parse(db, row, today));
}

function parse(db: Database, row: Raw, today: string): Row {
  const files = filesOf(db, row.id);
  return {
    id: row.id,
    reference: row.reference,
    title: row.title,
    collected: row.collected,
    expires: row.expires,
    periodFrom: row.period_from,
    periodTo: row.period_to,
    lastVerified: row.last_verified,
    owner: row.owner,
    note: row.note,
    systems: JSON.parse(row.systems) as string[],
    verification: row.verification,
    source: row.source,
    proofLink: row.proof_link,
    reviewer: row.reviewer,
    riskIfStale: row.risk_if_stale,
    marking: row.marking,
    retainUntil: row.retain_until,
    held: row.held > 0,
    revision: row.revision,
    files,
    warnings: fileWarnings(files),
    links: row.links,
    addedAt: row.added_at,
    addedBy: row.adder ?? '',
    state: evidenceState(row.expires, today),
    conflicts: row.conflicts,
  };
}

export function filesOf(db: Database, evidence: string): Row['files'] {
  return all<{ name: string; sha256: string; bytes: number; media_type: string }>(
    db,
    'SELECT name, sha256, bytes, media_type FROM evidence_file WHERE evidence = ? ORDER BY idx',
    evidence,
  ).map(({ media_type, ...file }) => ({ ...file, mediaType: media_type }));
}

export interface LinkRow {
  readonly assessment: string;
  readonly kind: 'control' | 'item';
  readonly target: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
  readonly engagement: string;
  /** Whether a framework that is here has what it is of. */
  readonly known: 0 | 1;
}

/** What leans on a piece of evidence. */
export function linksOf(db: Database, evidence: string): LinkRow[] {
  return all<LinkRow>(
    db,
    `SELECT a.id assessment, a.target_kind kind, a.target, coalesce(c.label, i.label, 'Unknown') label,
            coalesce(c.title, i.text, 'In no framework that is here') title,
            coalesce(s.name, '') subject, coalesce(g.name, '') engagement, coalesce(c.id, i.id) IS NOT NULL known
       FROM link l JOIN assessment a ON a.id = l.assessment
       LEFT JOIN control c ON c.id = a.target LEFT JOIN item i ON i.id = a.target
       LEFT JOIN subject s ON s.id = a.subject LEFT JOIN engagement g ON g.id = a.engagement
      WHERE l.evidence = ? ORDER BY g.name, c.ord, i.ord, a.id`,
    evidence,
  );
}

interface RevisionRow {
  time: string;
  member: string;
  name: string | null;
  value: string;
  head: number;
}

/** Every set of files the evidence ever consisted of, newest first; one that was gone back to counts once. */
export function revisionsOf(db: Database, evidence: string): EvidenceRevision[] {
  const rows = all<RevisionRow>(
    db,
    `SELECT e.time, w.member, m.name, o.value,
            EXISTS (SELECT 1 FROM head h WHERE h.record = o.record AND h.field = o.field AND h.writer = o.writer AND h.seq = o.seq) head
       FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = o.writer LEFT JOIN member m ON m.id = w.member
      WHERE o.record = ? AND o.field = 'files' AND o.value IS NOT NULL ORDER BY e.time, o.writer, o.seq`,
    `evidence:${evidence}`,
  );
  const found = new Map<string, EvidenceRevision>();
  for (const row of rows) {
    const { data } = RevisionFiles.safeParse(JSON.parse(row.value));
    if (data === undefined) continue;
    const before = found.get(row.value);
    const current = row.head === 1 || (before?.current ?? false);
    const by = { id: row.member, name: row.name ?? row.member };
    found.set(
      row.value,
      before ? { ...before, current } : { ...data, at: row.time.slice(0, 24), by, current },
    );
  }
  return [...found.values()].reverse().sort((a, b) => b.revision - a.revision);
}

export function custodyOf(
  db: Database,
  evidence: string,
): { at: string; by: string; what: string; sha256: string }[] {
  return all(
    db,
    'SELECT c.at, coalesce(m.name, c.by) "by", c.what, c.sha256 FROM custody c LEFT JOIN member m ON m.id = c.by WHERE c.evidence = ? ORDER BY c.at, c.id',
    evidence,
  );
}

/** Every file any revision ever named, with the sizes it was named with: the vault keeps them all. */
export function everyEvidenceFile(db: Database): Map<string, Set<number>> {
  const rows = all<{ value: string }>(
    db,
    "SELECT value FROM operation WHERE record LIKE 'evidence:%' AND field = 'files' AND value IS NOT NULL",
  );
  const files = new Map<string, Set<number>>();
  for (const row of rows) {
    for (const { sha256, bytes } of filesNamedIn(JSON.parse(row.value)))
      files.set(sha256, (files.get(sha256) ?? new Set()).add(bytes));
  }
  return files;
}

/** SHA-256 of every file that an applied entry ever named. */
export function appliedEvidenceFiles(db: Database): string[] {
  return all<{ sha256: string }>(
    db,
    `SELECT DISTINCT json_extract(f.value, '$.sha256') sha256 FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN json_each(o.value, '$.files') f
      WHERE o.record LIKE 'evidence:%' AND o.field = 'files' AND json_valid(o.value)`,
  ).map((row) => row.sha256);
}
