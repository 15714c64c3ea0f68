import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0010 from '../../db/migrations/0010-branches.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the tenth migration is frozen', () => {
  expect(migrationSha256(m0010)).toBe('ebc1b6681120386887cf4a90cdcd2412703d02b03770bb18e290824a7cc0b2f3');
});

test('it makes room for two histories of a writer, and keeps every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0010-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 9) });
    old.exec(`INSERT INTO writer (id, member, device, incarnation) VALUES ('w', 'm', 'd', '1');
      INSERT INTO segment (writer, from_seq, count, header, signature, seed) VALUES ('w', 1, 2, '{}', 's', 'e');`);
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 10) });
    expect(schemaVersion(db)).toBe(10);
    expect(db.prepare('SELECT id, base, stem, after_seq FROM writer').get()).toEqual({
      id: 'w',
      base: 'w',
      stem: '',
      after_seq: 0,
    });
    db.exec(
      "INSERT INTO segment (writer, from_seq, count, header, signature, seed) VALUES ('w', 1, 2, '{}', 't', 'e')",
    );
    expect(db.prepare('SELECT signature FROM segment ORDER BY signature').pluck().all()).toEqual(['s', 't']);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
