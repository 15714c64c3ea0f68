// npm run bench: what the product costs beside the least it could cost, measured in one run on one machine.
// With words, only what is named so: npm run bench -- sync.
// Absolute times say little on a shared machine; the ratio to the floor beside each is what to read.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCHES } from './benches.ts';
import { type Row, row, table } from './report.ts';

const wanted = process.argv.slice(2);
const benches = BENCHES.filter(
  ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);
const root = mkdtempSync(join(tmpdir(), 'bindery-bench-'));
const rows: Row[] = [];
try {
  for (const bench of benches) {
    process.stderr.write(`${bench.name} …\n`);
    const dir = join(root, bench.name.replace(/\W+/g, '-'));
    mkdirSync(dir);
    rows.push(...(await bench.run(dir)).map((figures) => row(figures)));
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.stdout.write(table(rows));
const out = fileURLToPath(new URL('../../test-results', import.meta.url));
mkdirSync(out, { recursive: true });
const file = join(out, 'bench.json');
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? '' };
writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2)}\n`);
process.stdout.write(`\nKept in test-results/bench.json\n`);
