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

/**
 * Where results, methods and notes of these checks were written that count no more, since their author's access had ended
 * before: somebody may have signed them while they stood in their copy.
 */
export function refusedWork(
  db: Database,
  assessments: readonly string[],
): { readonly writer: string; readonly seq: number }[] {
  return all(
    db,
    `SELECT DISTINCT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
      WHERE o.record IN (SELECT 'assessment:' || value FROM json_each(?)) AND o.field IN ('result', 'method', 'note')
        AND e.state = 'quarantine' AND e.because = ? ORDER BY o.writer, o.seq`,
    JSON.stringify(assessments),
    REVOKED,
  );
}
