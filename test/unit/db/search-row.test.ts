import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../db/driver.ts';
import { MIGRATIONS } from '../../../db/migrations/index.ts';
import { createDatabase } from '../../../db/open.ts';
import { index, indexing } from '../../../db/projection/search-row.ts';
import { search } from '../../../db/queries/search.ts';
import { all } from '../../../db/sql.ts';

let dir: string;
let db: Database;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bindery-search-'));
  db = createDatabase(join(dir, 'search.db'), 'a'.repeat(64), { migrations: MIGRATIONS });
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const put = (n: number, body: string) =>
  index(db, 'evidence', `e${n}`, { label: '', title: `title${n}`, body });
const found = (text: string) => search(db, text, 10_000, null).map(({ id }) => id);
const count = () => all<{ n: number }>(db, 'SELECT count(*) n FROM search')[0]?.n;

function gather(work: () => void): void {
  const steps = indexing(db, function* () {
    work();
    yield 1;
  });
  expect(db.transaction(() => [...steps])()).toEqual([1]);
}

describe('the full-text index', () => {
  it('holds every one of many records, each as it was said last', () => {
    gather(() => {
      for (let n = 0; n < 2500; n += 1) put(n, 'early');
      for (let n = 0; n < 2500; n += 9) put(n, 'late');
    });
    gather(() => {
      put(1, 'later');
      index(db, 'evidence', 'e2', null);
    });
    expect(count()).toBe(2499);
    expect(found('late')).toHaveLength(279);
    expect(found('later')).toEqual(['e1']);
    expect(found('title2499')).toEqual(['e2499']);
    expect(found('title2')).not.toContain('e2');
    db.exec("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
  });

  it('takes nothing of work that was given up, and goes on as before', () => {
    const steps = indexing(db, function* () {
      put(1, 'given up');
      yield 1;
    });
    steps.next();
    steps.return();
    expect(count()).toBe(0);
    put(2, 'at once');
    expect(found('once')).toEqual(['e2']);
  });
});
