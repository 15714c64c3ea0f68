// `npm run fuzz`: many seeded histories of copies edited apart. BINDERY_HISTORIES says how many, BINDERY_SEED where to begin.
import { runHistory } from '../fuzz/history.ts';

const histories = Number(process.env.BINDERY_HISTORIES || 300);
const first = Number(process.env.BINDERY_SEED || 1000);
const begun = Date.now();
const failed = [];
let entries = 0;
let conflicts = 0;

for (let seed = first; seed < first + histories; seed += 1) {
  try {
    const report = runHistory(seed);
    entries += report.entries;
    conflicts += report.conflicts;
  } catch (error) {
    failed.push(seed);
    console.error(`History ${seed}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
}

const seconds = ((Date.now() - begun) / 1000).toFixed(1);
console.log(
  `${histories} histories (seeds ${first} to ${first + histories - 1}), ${entries} entries, ${conflicts} conflicts left open and shown, ${failed.length} failed, ${seconds} s`,
);
if (failed.length > 0)
  console.log(`Failed: ${failed.join(', ')}; run one again with BINDERY_SEED=… BINDERY_HISTORIES=1`);
process.exitCode = failed.length === 0 ? 0 : 1;
