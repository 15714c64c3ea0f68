import { HouseStyle, PLAIN_HOUSE } from '../../shared/domain/house-style.ts';
import type { Database } from '../driver.ts';
import { all, get } from '../sql.ts';

export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly ledgerKey: string;
  readonly certificate: string;
  readonly passphraseSetByOther: boolean;
  readonly since: string;
}

interface RawMember {
  id: string;
  name: string;
  role: string;
  ledger_key: string;
  certificate: string;
  passphrase_set_by_other: number;
  since: string;
}

const parse = (row: RawMember): MemberRow => ({
  id: row.id,
  name: row.name,
  role: row.role,
  ledgerKey: row.ledger_key,
  certificate: row.certificate,
  passphraseSetByOther: row.passphrase_set_by_other === 1,
  since: row.since,
});

export function members(db: Database): MemberRow[] {
  return all<RawMember>(db, 'SELECT * FROM member ORDER BY since, id').map(parse);
}

export function memberById(db: Database, id: string): MemberRow | undefined {
  const row = get<RawMember>(db, 'SELECT * FROM member WHERE id = ?', id);
  return row === undefined ? undefined : parse(row);
}

/** Who began the workspace: the author of the entry to which its id commits. */
export function founderOf(db: Database, workspace: string): string | undefined {
  return beganBy(db, [`workspace:${workspace}`, `workspace:${workspace}`]);
}

/** Who began the one workspace of a ledger, where its id is not at hand. */
export function beganBy(db: Database, between = ['workspace:', 'workspace;']): string | undefined {
  const sql = `SELECT w.member FROM operation o JOIN writer w ON w.id = o.writer
    JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
    WHERE o.record >= ? AND o.record <= ? AND o.field = 'genesis' AND e.state = 'applied' ORDER BY o.seq LIMIT 1`;
  return get<{ member: string }>(db, sql, ...between)?.member;
}

/** Names by member id, for showing who. */
export function memberNames(db: Database): ReadonlyMap<string, string> {
  return new Map(
    all<{ id: string; name: string }>(db, 'SELECT id, name FROM member').map((row) => [row.id, row.name]),
  );
}

/** The ids of all people an engagement's programme ever had, those removed since too. */
export function everPeople(db: Database, engagement: string): string[] {
  return all<{ id: string }>(
    db,
    `SELECT DISTINCT substr(o.record, 8) id FROM operation o
       JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record >= 'person:' AND o.record < 'person;' AND o.field = 'of'
        AND json_extract(o.value, '$.engagement') = ? ORDER BY 1`,
    engagement,
  ).map(({ id }) => id);
}

export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly member: string;
  readonly since: string;
}

export function devices(db: Database): DeviceRow[] {
  return all<DeviceRow>(db, 'SELECT id, name, member, since FROM device ORDER BY since, id');
}

export function workspaceRow(db: Database): { id: string; name: string; marking: string } | undefined {
  return get(db, 'SELECT id, name, marking FROM workspace');
}

/** How binders and packets of this workspace look. */
export function houseStyle(db: Database): HouseStyle {
  const row = get<{ house: string | null }>(db, 'SELECT house FROM workspace');
  return row?.house == null ? PLAIN_HOUSE : HouseStyle.parse(JSON.parse(row.house));
}
