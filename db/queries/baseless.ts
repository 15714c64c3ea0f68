import { SIGNED_EVIDENCE_FIELDS } from '../../shared/domain/sign-off.ts';
import { REVOKED } from '../../shared/ledger/authority.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';

/**
 * SQL: whether a sign-off `s` names one of its record that the ledger does not hold. Whoever writes a name that never was
 * has signed after nothing: it counts for nothing, until what it names has come. One whose author's access had ended was
 * there to be seen, and is no such name.
 */
export const BASELESS = `EXISTS (SELECT 1 FROM json_each(s."after") a
  WHERE NOT EXISTS (SELECT 1 FROM sign_off k WHERE k.id = a.value AND k.record = s.record)
    AND NOT EXISTS (SELECT 1 FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
      WHERE o.record = 'signoff:' || a.value AND e.state = 'quarantine' AND e.because = '${REVOKED}'
        AND json_extract(o.value, '$.record') = s.record))`;

/** A sign-off that others name and that counts no more, since its author's access had ended before it. */
export interface FormerSignOff {
  readonly id: string;
  readonly record: string;
  readonly writer: string;
  readonly seq: number;
}

/** Those that the sign-offs of these records name. */
export function formerSignOffs(db: Database, records: readonly string[]): FormerSignOff[] {
  return all<FormerSignOff>(
    db,
    `SELECT DISTINCT a.value id, s.record, o.writer, o.seq FROM sign_off s JOIN json_each(s."after") a
       JOIN operation o ON o.record = 'signoff:' || a.value JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
      WHERE s.record IN (SELECT value FROM json_each(?)) AND e.state = 'quarantine' AND e.because = ?
        AND json_extract(o.value, '$.record') = s.record ORDER BY id`,
    JSON.stringify(records),
    REVOKED,
  );
}

/** What these checks were worked with that counts no more. */
export interface RefusedWork {
  readonly places: readonly { readonly writer: string; readonly seq: number }[];
  /** The links among it, and the evidence of each. */
  readonly links: readonly { readonly id: string; readonly evidence: string }[];
  /** The checks that it is of. */
  readonly checks: readonly string[];
}

/**
 * Where these checks were begun, and where results, methods and notes of them, their links, and evidence that was ever linked to them were written
 * that count no more, since their author's access had ended before: somebody may have signed them while they stood in
 * their copy.
 */
export function refusedWork(
  db: Database,
  assessments: readonly string[],
  evidence: readonly string[],
): RefusedWork {
  const links = all<{ id: string; evidence: string }>(
    db,
    `SELECT DISTINCT substr(o.record, 6) id, json_extract(o.value, '$.evidence') evidence
       FROM entry e CROSS JOIN operation o ON o.writer = e.writer AND o.seq = e.seq
      WHERE e.state = 'quarantine' AND e.because = ? AND o.record GLOB 'link:*' AND o.field = 'state'
        AND json_extract(o.value, '$.assessment') IN (SELECT value FROM json_each(?)) ORDER BY id`,
    REVOKED,
    JSON.stringify(assessments),
  );
  const known = new Set([...evidence, ...links.map((link) => link.evidence)]);
  const records = [
    ...assessments.flatMap((id) =>
      ['about', 'result', 'method', 'note'].map((field) => [`assessment:${id}`, field]),
    ),
    ...links.map(({ id }) => [`link:${id}`, 'state']),
    ...[...known].flatMap((id) => SIGNED_EVIDENCE_FIELDS.map((field) => [`evidence:${id}`, field])),
  ];
  const places = all<RefusedWork['places'][number]>(
    db,
    `SELECT DISTINCT o.writer, o.seq FROM entry e CROSS JOIN operation o ON o.writer = e.writer AND o.seq = e.seq
      WHERE e.state = 'quarantine' AND e.because = ?
        AND o.record || ' ' || o.field IN (SELECT value FROM json_each(?)) ORDER BY o.writer, o.seq`,
    REVOKED,
    JSON.stringify(records.map((one) => one.join(' '))),
  );
  return { places, links, checks: assessments };
}
