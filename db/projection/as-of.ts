import type { Database } from '../driver.ts';
import { anyForked, chainsLike } from '../queries/branches.ts';
import { all, get, run } from '../sql.ts';
import type { ProjectionContext } from './index.ts';
import { type ReplayStep, replaying } from './rebuild.ts';

/** How far each chain reaches: its writer, and the number of its last entry. */
export type Cut = Readonly<Record<string, number>>;

/**
 * The entries dated up to the end of a day, with everything they build on: of each chain a beginning, so that no
 * entry stands without the one before it, and every entry that an operation names, whatever its clock says.
 */
export function cutAt(db: Database, day: string): Cut {
  return closed(
    db,
    all<{ writer: string; seq: number }>(
      db,
      'SELECT writer, max(seq) seq FROM entry WHERE substr(time, 1, 10) <= ? GROUP BY writer',
      day,
    ),
  );
}

/** A cut with everything that its entries build on. */
export function closed(
  db: Database,
  ends: readonly { readonly writer: string; readonly seq: number }[],
): Cut {
  const cut = new Map(ends.map(({ writer, seq }) => [writer, seq]));
  const reached = new Map<string, number>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const [writer, seq] of [...cut]) {
      const from = reached.get(writer) ?? 0;
      if (from >= seq) continue;
      for (const parent of parentsIn(db, writer, from, seq))
        if ((cut.get(parent.writer) ?? 0) < parent.seq) cut.set(parent.writer, parent.seq);
      reached.set(writer, seq);
      grew = true;
    }
  }
  return Object.fromEntries(cut);
}

/**
 * The furthest entry of each other chain that a stretch of one chain builds on: what its operations name as parents,
 * and what its words, measurements and renewals come after, where the hash of that is right.
 */
function parentsIn(
  db: Database,
  writer: string,
  after: number,
  upTo: number,
): { writer: string; seq: number }[] {
  // An entry that was refused may say anything.
  const part = (at: number) => `CASE p.type WHEN 'array' THEN json_extract(p.value, '$[${at}]') END`;
  const within = 'o.writer = ?1 AND o.seq > ?2 AND o.seq <= ?3';
  return all(
    db,
    `SELECT json_extract(p.value, '$[0]') writer, max(json_extract(p.value, '$[1]')) seq
       FROM operation o JOIN json_each(o.parents) p WHERE ${within} AND o.parents <> '[]'
      GROUP BY 1 HAVING json_extract(p.value, '$[0]') <> ?1
     UNION ALL
     SELECT e.writer, max(e.seq) FROM operation o JOIN json_each(o.value, '$.after') p
       JOIN entry e ON e.writer IN ${chainsLike(part(0))} AND e.seq = ${part(1)} AND e.hash = ${part(2)}
      WHERE ${within} AND (o.record >= 'attestation:' AND o.record < 'attestation;' OR o.record >= 'measurement:' AND o.record < 'measurement;'
          OR o.record >= 'renewal:' AND o.record < 'renewal;')
        AND e.writer <> ?1 GROUP BY e.writer
     UNION ALL SELECT stem, after_seq FROM writer WHERE id = ?1 AND after_seq > 0`,
    writer,
    after,
    upTo,
  );
}

/**
 * Copies the chains up to a cut into an empty database and replays them there, step by step, so that long work can
 * let others in between; answers how many entries they are.
 */
export function* replayingUpTo(
  from: Database,
  cut: Cut,
  ctx: ProjectionContext,
): Generator<ReplayStep, number> {
  copyWriters(from, ctx.db, cut);
  copySeals(from, ctx.db);
  for (const table of ['entry', 'operation'] as const) yield* copyUpTo(from, ctx.db, table, cut);
  yield* replaying(ctx);
  return get<{ n: number }>(ctx.db, 'SELECT count(*) n FROM entry')?.n ?? 0;
}

/** How many entries of a chain are read at once. */
const STRETCH = 1000;

function copyWriters(from: Database, to: Database, cut: Cut): void {
  const { names, insert } = inserting(from, to, 'writer');
  const read = from.prepare<unknown[]>(`SELECT ${names} FROM writer WHERE id = ?`).raw();
  for (const writer of Object.keys(cut))
    for (const row of read.all(writer)) insert.run(...(row as unknown[]));
}

/** Where somebody wrote two histories, the seals say which of them names mean. */
function copySeals(from: Database, to: Database): void {
  if (!anyForked(from)) return;
  const { names, insert } = inserting(from, to, 'segment');
  for (const row of from.prepare<unknown[]>(`SELECT ${names} FROM segment`).raw().all())
    insert.run(...(row as unknown[]));
}

function* copyUpTo(
  from: Database,
  to: Database,
  table: 'entry' | 'operation',
  cut: Cut,
): Generator<ReplayStep, void> {
  const { names, insert } = inserting(from, to, table);
  const read = from
    .prepare<unknown[]>(`SELECT ${names} FROM "${table}" WHERE writer = ? AND seq > ? AND seq <= ?`)
    .raw();
  for (const [writer, last] of Object.entries(cut))
    for (let after = 0; after < last; after += STRETCH) {
      for (const row of read.all(writer, after, Math.min(after + STRETCH, last)))
        insert.run(...(row as unknown[]));
      yield { done: after, total: null };
    }
}

function inserting(from: Database, to: Database, table: string) {
  const columns = all<{ name: string }>(from, `SELECT name FROM pragma_table_info('${table}')`).map(
    ({ name }) => name,
  );
  const names = columns.map((name) => `"${name}"`).join(', ');
  const insert = to.prepare<unknown[]>(
    `INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  return { names, insert };
}

/** A scratch database is thrown away whatever happens: it need not survive anything. */
export function makeScratch(db: Database): void {
  run(db, 'PRAGMA foreign_keys = OFF');
  db.pragma('synchronous = OFF');
}
