import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The largest heap, in megabytes, of work that holds some tens of megabytes and drops many times as much. */
function largestHeap(how: 'alone' | 'small'): number {
  const module = fileURLToPath(new URL('../../core/small-heap.ts', import.meta.url));
  const program = `
    const { withSmallHeap } = await import(${JSON.stringify(module)});
    const fill = (n) => Array.from({ length: n }, (_, i) => [i, i + 0.5]);
    const held = fill(300_000);
    let dropped = [];
    let largest = 0;
    const work = async () => {
      for (let round = 0; round < 250; round += 1) {
        dropped.push(fill(20_000));
        if (dropped.length === 10) dropped = [];
        largest = Math.max(largest, process.memoryUsage().heapTotal);
        await null;
      }
    };
    await (${JSON.stringify(how)} === 'small' ? withSmallHeap(work) : work());
    process.stdout.write(String(largest / 2 ** 20) + ' ' + held.length);`;
  const flags = ['--max-semi-space-size=1', '--input-type=module', '-e', program];
  return Number.parseFloat(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

test('work in a small heap takes less memory than the same work alone', () => {
  // On a busy machine the collector comes late, and then a run says more of the machine than of the heap.
  const least = (how: 'alone' | 'small') => Math.min(...[1, 2, 3].map(() => largestHeap(how)));
  expect(least('small')).toBeLessThan(least('alone') * 0.8);
});
