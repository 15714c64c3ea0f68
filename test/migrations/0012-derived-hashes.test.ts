import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/ledger/keys.ts';
import { Salted } from '../../core/ledger/salted.ts';
import { migrationSha256, schemaVersion } from '../../db/migrate.ts';
import * as m0012 from '../../db/migrations/0012-derived-hashes.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';
import { entriesOf } from '../../db/queries/ledger.ts';
import { GENESIS_HASH, saltOf, valueHash } from '../../shared/ledger/entry.ts';

test('the twelfth migration is frozen', () => {
  expect(migrationSha256(m0012)).toBe('0d69bace847353b005595cffffc2f1cb98005cc3a8c0c2f30ef9c16b1ea53f6c');
});

test('it keeps less of every entry, from which the same salts, hashes and chains follow', () => {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-0012-'));
  const [file, key] = [join(dir, 'w.db'), 'ab'.repeat(32)];
  const hash = (n: number) => String(n).repeat(64);
  const seed = 'cd'.repeat(32);
  const open = 'ef'.repeat(32);
  const salts = [saltOf(sha256, seed, 1, 0), saltOf(sha256, seed, 2, 0), saltOf(sha256, open, 3, 0)] as const;
  const hashes = salts.map((salt, index) => valueHash(sha256, salt, `said ${index + 1}`));
  try {
    const old = createDatabase(file, key, { migrations: MIGRATIONS.slice(0, 11) });
    old.exec(`
      INSERT INTO writer (id, base, member, device, incarnation, stem, after_seq)
        VALUES ('w', 'w', 'm', 'd', '1', '', 0), ('b', 'w', 'm', 'd', '1', 'w', 2);
      INSERT INTO entry (writer, seq, hash, prev, time, action, state, because, admin) VALUES
        ('w', 1, '${hash(1)}', '${GENESIS_HASH}', 't1', 'a@1', 'applied', '', 1),
        ('w', 2, '${hash(2)}', '${hash(1)}', 't2', 'a@1', 'quarantine', 'why', 0),
        ('b', 3, '${hash(3)}', '${hash(2)}', 't3', 'a@1', 'applied', '', 0);
      INSERT INTO operation (writer, seq, idx, record, field, parents, hash, salt, value, named) VALUES
        ('w', 1, 0, 'note:a', 'f', '[]', '${hashes[0]}', '${salts[0]}', '"said 1"', NULL),
        ('w', 2, 0, 'note:a', 'f', '[["w",1]]', '${hashes[1]}', '${salts[1]}', '"said 2"', '[["v",1]]'),
        ('w', 2, 1, 'note:b', 'f', '[]', '${hash(9)}', NULL, NULL, NULL),
        ('b', 3, 0, 'note:a', 'f', '[]', '${hashes[2]}', '${salts[2]}', '"said 3"', NULL);
      INSERT INTO segment (writer, from_seq, count, header, signature, seed)
        VALUES ('w', 1, 2, '{}', 's', '${seed}');
      INSERT INTO local_setting (key, value) VALUES ('seed:w', '${open}');`);
    old.close();
    const db = openDatabase(file, key, { migrations: MIGRATIONS.slice(0, 12) });
    expect(schemaVersion(db)).toBe(12);
    expect(db.prepare('SELECT writer, seq, prev FROM entry ORDER BY seq').all()).toEqual([
      { writer: 'w', seq: 1, prev: GENESIS_HASH },
      { writer: 'w', seq: 2, prev: null },
      { writer: 'b', seq: 3, prev: hash(2) },
    ]);
    expect(entriesOf(db, 'w', 1, 2)).toEqual([
      {
        ...{ writer: 'w', seq: 1, hash: hash(1), prev: GENESIS_HASH, time: 't1', action: 'a@1' },
        ...{ state: 'applied', because: '', admin: 1 },
      },
      {
        ...{ writer: 'w', seq: 2, hash: hash(2), prev: hash(1), time: 't2', action: 'a@1' },
        ...{ state: 'quarantine', because: 'why', admin: 0 },
      },
    ]);
    expect(db.prepare('SELECT hash FROM operation ORDER BY seq, idx').pluck().all()).toEqual([
      ...[null, null, hash(9), null],
    ]);
    const salted = new Salted(db);
    const said = [salted.operations('w', 1), salted.operations('w', 2), salted.operations('b', 3)].flat();
    expect(said.map(({ salt, hash: of, value, named }) => [salt, of, value, named])).toEqual([
      [salts[0], hashes[0], 'said 1', []],
      [salts[1], hashes[1], 'said 2', [['v', 1]]],
      [null, hash(9), null, []],
      [salts[2], hashes[2], 'said 3', []],
    ]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
