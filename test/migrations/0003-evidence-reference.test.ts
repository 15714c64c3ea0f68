import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationSha256 } from '../../db/migrate.ts';
import * as m0003 from '../../db/migrations/0003-evidence-reference.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';

test('the third migration is frozen', () => {
  expect(migrationSha256(m0003)).toBe('5f448faa2788818a95019a605cab5b65783f201db6d2fa6b8f70ba8c123d3f0b');
});

test('whether a reference is taken is found without reading every evidence, in old workspaces too', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0003-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  try {
    createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 2) }).close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS });
    const plan = db.prepare('EXPLAIN QUERY PLAN SELECT 1 FROM evidence WHERE reference = ?').all('E-1');
    expect(JSON.stringify(plan)).toContain('SEARCH evidence USING COVERING INDEX evidence_reference');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
