import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0007 from '../../db/migrations/0007-sync.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';
import { noteServerFile, noteServerSegment, serverHoldsFile, serverLists } from '../../db/queries/sync.ts';

test('the seventh migration is frozen', () => {
  expect(migrationSha256(m0007)).toBe('bf7770a851db372511255c857110e06cff333174f2e151e2d761fba21ed783ec');
});

test('it brings room for what a sync server is known to hold, and keeps every row', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0007-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 6) });
    old.exec("INSERT INTO local_setting (key, value) VALUES ('device', 'd')");
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 7) });
    expect(schemaVersion(db)).toBe(7);
    expect(db.prepare('SELECT value FROM local_setting').pluck().get()).toBe('d');
    const label = { writer: 'a'.repeat(32), from: 1, count: 2, head: 'b'.repeat(64) };
    noteServerSegment(db, 'c'.repeat(64), label);
    noteServerFile(db, 'd'.repeat(64));
    expect(serverLists(db, 'c'.repeat(64), label)).toBe(true);
    expect(serverLists(db, 'c'.repeat(64), { ...label, from: 2 })).toBe(false);
    expect(serverHoldsFile(db, 'd'.repeat(64))).toBe(true);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
