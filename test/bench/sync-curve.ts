import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './benches.ts';
import { type Exchange, measure, say } from './sync-sides.ts';

/**
 * What syncing costs an entry as histories grow and as more devices write them: pushed by those who wrote, pulled by a
 * copy that has nothing. `BINDERY_BENCH_EDITS` and `BINDERY_BENCH_DEVICES` name other sizes.
 */
export const syncCurve: Bench = {
  name: 'curve of syncing',
  async run(dir) {
    const rows: Row[] = [];
    const take = async (edits: number, devices: number) => {
      const place = mkdtempSync(join(dir, `${edits}-${devices}-`));
      const one = await measure(place, { edits, values: 'compressible', devices });
      rows.push({ edits, devices, one });
      say(lineOf(rows[rows.length - 1] as Row, rows[0] as Row));
    };
    say(HEADING);
    for (const edits of numbers('BINDERY_BENCH_EDITS', '1000,3000,10000,30000,100000')) await take(edits, 1);
    rows.length = 0;
    say('');
    say(HEADING);
    for (const devices of numbers('BINDERY_BENCH_DEVICES', '1,5,20,50')) await take(OF_MANY_DEVICES, devices);
    return [];
  },
};

const numbers = (name: string, usual: string) => (process.env[name] ?? usual).split(',').map(Number);
const OF_MANY_DEVICES = 3000;

interface Row {
  readonly edits: number;
  readonly devices: number;
  readonly one: Exchange;
}

const COLUMNS = [9, 8, 9, 9, 12, 7, 12, 7, 13, 11];
const cells = (row: readonly string[]) => row.map((text, i) => text.padStart(COLUMNS[i] ?? 0)).join('');
const HEADING = cells([
  ...['entries', 'devices', 'push s', 'pull s', 'push CPU µs', 'ratio', 'pull CPU µs', 'ratio'],
  ...['bytes/entry', 'peak MB'],
]);

/** Of an entry: CPU of client and server together, as a busy machine tells least of seconds, and beside the first row. */
function lineOf({ edits, devices, one }: Row, first: Row): string {
  const each = (row: Row, way: 'push' | 'pull') =>
    ((row.one[way].clientCpu + row.one[way].serverCpu) * 1e6) / row.edits;
  const ratio = (way: 'push' | 'pull') => (each({ edits, devices, one }, way) / each(first, way)).toFixed(2);
  const cpu = (way: 'push' | 'pull') => each({ edits, devices, one }, way).toFixed(0);
  return cells([
    ...[edits.toLocaleString('en'), String(devices), one.push.s.toFixed(2), one.pull.s.toFixed(2)],
    ...[cpu('push'), ratio('push'), cpu('pull'), ratio('pull')],
    ((one.pull.wireMB * 1e6) / edits).toFixed(0),
    `${one.push.clientRssMB}, ${one.pull.clientRssMB}`,
  ]);
}
