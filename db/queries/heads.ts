import type { Database } from '../driver.ts';
import { all } from '../sql.ts';
import { chainsLike, lineTo } from './branches.ts';
import { toVector } from './ledger.ts';

/** The last entry known of every writer, by number and chain hash. */
export function knownHeads(db: Database): [string, number, string][] {
  return all<{ writer: string; seq: number; hash: string }>(
    db,
    `SELECT e.writer, e.seq, e.hash FROM entry e
       JOIN (SELECT writer, max(seq) seq FROM entry GROUP BY writer) l ON l.writer = e.writer AND l.seq = e.seq
      ORDER BY e.writer`,
  ).map(({ writer, seq, hash }) => [writer, seq, hash]);
}

/** Of heads that somebody names those that stand there with that hash, by writer. */
export function provedHeads(
  db: Database,
  heads: readonly (readonly [string, number, string])[],
): Record<string, number> {
  const proved = all<{ writer: string; seq: number }>(
    db,
    `SELECT e.writer, e.seq FROM json_each(?) n JOIN entry e ON e.writer IN ${chainsLike("json_extract(n.value, '$[0]')")}
       AND e.seq = json_extract(n.value, '$[1]') AND e.hash = json_extract(n.value, '$[2]')`,
    JSON.stringify(heads),
  );
  const found: Record<string, number> = {};
  for (const { writer, seq } of proved)
    for (const [chain, upTo] of lineTo(db, [writer, seq])) found[chain] = Math.max(found[chain] ?? 0, upTo);
  return found;
}

/** The last entry of every writer that is dated no later. */
export function datedVector(db: Database, time: string): Record<string, number> {
  return toVector(all(db, 'SELECT writer, max(seq) seq FROM entry WHERE time <= ? GROUP BY writer', time));
}

/** The state of every chain as each exported binder states it. */
export function exportedCheckpoints(
  db: Database,
): { title: string; chains: readonly { writer: string; size: number; head: string }[] }[] {
  return all<{ title: string; checkpoint: string }>(
    db,
    'SELECT title, checkpoint FROM binder ORDER BY id',
  ).map((row) => ({
    title: row.title,
    chains: (JSON.parse(row.checkpoint) as { chains: { writer: string; size: number; head: string }[] })
      .chains,
  }));
}
