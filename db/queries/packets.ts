import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { Database } from '../driver.ts';
import { all } from '../sql.ts';
import { programmeRowById } from './programme.ts';

/** Every record that says it is a section of a packet. */
export function sectionsOf(db: Database, packet: string): ProgrammeRow[] {
  const ids = all<{ id: string }>(
    db,
    `SELECT id FROM programme_record WHERE kind = 'section' AND json_extract(body, '$.packet') = ? ORDER BY id`,
    packet,
  );
  return ids.flatMap(({ id }) => programmeRowById(db, id) ?? []);
}

/** Every packet of every engagement. */
export function packetRows(db: Database): ProgrammeRow[] {
  const ids = all<{ id: string }>(
    db,
    `SELECT id FROM programme_record WHERE kind = 'packet' ORDER BY engagement, title, id`,
  );
  return ids.flatMap(({ id }) => programmeRowById(db, id) ?? []);
}

export interface PacketName {
  readonly packet: string;
  readonly title: string;
  /** 1 for the name it was opened under. */
  readonly first: number;
  /** Of the member who gave it, today. */
  readonly role: string | null;
}

/** Every name that packets ever bore. */
export function packetNames(db: Database): PacketName[] {
  return all<PacketName>(
    db,
    `SELECT substr(o.record, 8) packet, json_extract(o.value, '$') title, m.role, EXISTS (
              SELECT 1 FROM operation f WHERE f.writer = o.writer AND f.seq = o.seq AND f.record = o.record AND f.field = 'of') first
       FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
       JOIN writer w ON w.id = o.writer LEFT JOIN member m ON m.id = w.member
      WHERE o.record >= 'packet:' AND o.record < 'packet;' AND o.field = 'title' AND o.value IS NOT NULL`,
  );
}

/** Ids of the members who wrote any applied operation on any of these records. */
export function writersOn(db: Database, records: readonly string[]): Set<string> {
  const members = records.flatMap((record) =>
    all<{ member: string }>(
      db,
      `SELECT DISTINCT w.member FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
         JOIN writer w ON w.id = o.writer WHERE o.record = ?`,
      record,
    ),
  );
  return new Set(members.map(({ member }) => member));
}

export interface TestArtifact {
  readonly reference: string;
  readonly title: string;
  readonly name: string;
  readonly mediaType: string;
  readonly verification: string;
}

/** Files of evidence that show a test: leaned on by an assessment whose method is test, or verified by one. */
export function testArtifacts(db: Database, engagement: string): TestArtifact[] {
  return all<TestArtifact>(
    db,
    `SELECT v.reference, v.title, f.name, f.media_type "mediaType", v.verification FROM evidence v
       JOIN evidence_file f ON f.evidence = v.id
      WHERE EXISTS (SELECT 1 FROM link l JOIN assessment a ON a.id = l.assessment
                     WHERE l.evidence = v.id AND a.engagement = ?1 AND (a.method = 'test' OR lower(v.verification) LIKE '%test%'))
      ORDER BY v.reference, f.name`,
    engagement,
  );
}
