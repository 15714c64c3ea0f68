import { controlKey } from '../../shared/domain/control-id.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/** A record as people named it; the callers refuse none and several. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

const byName = (sql: string) => (db: Database, text: string) => all<Named>(db, sql, text);

/** Each finds by id first, else by name or title without regard to case. */
export const findFrameworks = byName(
  `SELECT id, title || ' ' || version AS name FROM framework WHERE id = ?1 OR lower(title) = lower(?1) OR lower(title || ' ' || version) = lower(?1) OR source_name = ?1`,
);
export const findEngagements = byName(
  'SELECT id, name FROM engagement WHERE id = ?1 OR lower(name) = lower(?1)',
);
export const findMembers = byName('SELECT id, name FROM member WHERE id = ?1 OR lower(name) = lower(?1)');
export const findEvidence = byName(
  `SELECT id, reference || ' ' || title AS name FROM evidence WHERE id = ?1 OR upper(reference) = upper(?1) OR lower(title) = lower(?1)`,
);

export function findSubjects(db: Database, engagement: string, text: string): Named[] {
  return all<Named>(
    db,
    'SELECT id, name FROM subject WHERE engagement = ?1 AND (id = ?2 OR lower(name) = lower(?2))',
    engagement,
    text,
  );
}

export function subjectsOf(db: Database, engagement: string): Named[] {
  return all<Named>(db, 'SELECT id, name FROM subject WHERE engagement = ? ORDER BY name, id', engagement);
}

export interface FoundTarget extends Named {
  readonly kind: 'control' | 'item';
  readonly framework: string;
}

const SCOPE = `(?2 IS NULL OR framework IN (SELECT framework FROM engagement_framework WHERE engagement = ?2))`;

/** Controls by record id, or by label or source id in any style, within an engagement's frameworks where one is given. */
export function findControls(db: Database, text: string, engagement: string | null): FoundTarget[] {
  const rows = all<Omit<FoundTarget, 'kind'>>(
    db,
    `SELECT id, label || ' ' || title AS name, framework FROM control
      WHERE (id = ?1 OR label_key = ?3 OR source_key = ?3) AND ${SCOPE} ORDER BY ord`,
    text,
    engagement,
    controlKey(text),
  );
  return rows.map((row) => ({ ...row, kind: 'control' }));
}

/** Items by record id, by path, or by exact text; with a checklist also by their short number. */
export function findItems(
  db: Database,
  text: string,
  engagement: string | null,
  checklist: string | null,
): FoundTarget[] {
  const rows = all<Omit<FoundTarget, 'kind'>>(
    db,
    `SELECT id, text AS name, framework FROM item
      WHERE (id = ?1 OR path = ?1 OR text = ?1 OR (?3 IS NOT NULL AND label = ?1)) AND (?3 IS NULL OR checklist = ?3) AND ${SCOPE} ORDER BY ord`,
    text,
    engagement,
    checklist,
  );
  return rows.map((row) => ({ ...row, kind: 'item' }));
}

export function findChecklists(
  db: Database,
  text: string,
  engagement: string | null,
): (Named & { framework: string })[] {
  return all(
    db,
    `SELECT id, title AS name, framework FROM checklist
      WHERE (id = ?1 OR path = ?1 OR lower(title) = lower(?1)) AND ${SCOPE} ORDER BY ord`,
    text,
    engagement,
  );
}

/** Every engagement, for the default where there is exactly one. */
export function allEngagements(db: Database): Named[] {
  return all<Named>(db, 'SELECT id, name FROM engagement ORDER BY created_at, id');
}
