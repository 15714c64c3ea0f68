import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../core/ledger/keys.ts';
import type { Database } from '../../../db/driver.ts';
import { MIGRATIONS } from '../../../db/migrations/index.ts';
import { createDatabase } from '../../../db/open.ts';
import { AwaitedHeads } from '../../../db/projection/heads.ts';
import { applyOperations } from '../../../db/projection/index.ts';
import { putEntry } from '../../../db/queries/ledger.ts';
import { all } from '../../../db/sql.ts';
import type { Operation, Position } from '../../../shared/ledger/entry.ts';
import type { FullEntry } from '../../../shared/ledger/segment.ts';
import { dice } from '../../support/replicas.ts';

let dir: string;
let opened: Database[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bindery-heads-'));
  opened = ['one', 'other'].map((name) =>
    createDatabase(join(dir, `${name}.db`), 'a'.repeat(64), { migrations: MIGRATIONS }),
  );
});
afterEach(() => {
  for (const db of opened) db.close();
  rmSync(dir, { recursive: true, force: true });
});

const time = (n: number) => `2026-03-01T09:00:00.${String(n % 1000).padStart(3, '0')}Z-0000`;

function entryOf(writer: string, seq: number, n: number, ops: readonly Operation[]): FullEntry {
  const form = ops.map(({ record, field, parents }) => ({ record, field, parents, hash: '' }));
  return {
    form: { v: 1, workspace: 'w', writer, seq, prev: '', time: time(n), action: 'a@1', ops: form },
    ...{ hash: `${writer}${seq}`, ops },
    texts: ops.map(({ value }) => JSON.stringify(value)),
  };
}

/** Entries as their writers come to know of each other: each names what it replaces, some of it replaced before. */
function history(seed: number): { entry: FullEntry; applied: boolean }[] {
  const roll = dice(seed);
  const places = new Map<string, Position[]>();
  const last = new Map<string, number>();
  return Array.from({ length: 60 }, (_, n) => {
    const writer = `w${roll(3)}`;
    const seq = (last.get(writer) ?? 0) + 1;
    last.set(writer, seq);
    const fields = [...new Set([roll(4), roll(4)])];
    const ops = fields.map((field): Operation => {
      const name = `r${field % 2}`;
      const known = places.get(`${field}`) ?? [];
      const parents = known.filter(() => roll(3) === 0);
      places.set(`${field}`, [...known, [writer, seq]]);
      return { record: `note:${name}`, field: `f${field}`, parents, value: `said ${n}` };
    });
    return { entry: entryOf(writer, seq, n, ops), applied: roll(8) > 0 };
  });
}

const heads = (db: Database) => all(db, 'SELECT * FROM head ORDER BY record, field, writer, seq');

describe('heads of many entries at once', () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'are those of one after the other (history %i)',
    (seed) => {
      const [one, other] = opened as [Database, Database];
      const roll = dice(seed + 1000);
      const awaited = new AwaitedHeads(other);
      for (const { entry, applied } of history(seed)) {
        const { writer, seq } = entry.form;
        const mark = { state: applied ? 'applied' : 'quarantine', because: '', admin: false } as const;
        for (const db of opened) putEntry(db, entry, mark);
        const ctx = { db: one, sha256, framework: () => null };
        if (applied) applyOperations(ctx, { writer, seq, time: entry.form.time }, entry.ops, new Set());
        if (applied)
          awaited.add(
            writer,
            seq,
            entry.ops.some(({ parents }) => parents.length > 0),
          );
        if (roll(20) === 0) awaited.make();
      }
      awaited.make();
      expect(heads(one).length).toBeGreaterThan(4);
      expect(heads(other)).toEqual(heads(one));
      awaited.make();
      expect(heads(other)).toEqual(heads(one));
    },
  );

  it('leave alone what an entry says that is set aside between two that count', () => {
    const [db] = opened as [Database];
    const awaited = new AwaitedHeads(db);
    const say = (seq: number, parents: readonly Position[], state: 'applied' | 'quarantine') => {
      const op = { record: 'note:r', field: 'f', parents, value: `said ${seq}` };
      putEntry(db, entryOf('w', seq, seq, [op]), { state, because: '', admin: false });
      if (state === 'applied') awaited.add('w', seq, parents.length > 0);
    };
    say(1, [], 'applied');
    say(2, [['w', 1]], 'quarantine');
    say(3, [], 'applied');
    awaited.make();
    expect(all(db, 'SELECT seq FROM head ORDER BY seq')).toEqual([{ seq: 1 }, { seq: 3 }]);
  });
});
