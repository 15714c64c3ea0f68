import { setFlagsFromString } from 'node:v8';

/** By how many per cent the heap may grow beyond what lives in it before it is collected; nought is V8's own measure. */
const grow = (percent: number) => setFlagsFromString(`--heap-growing-percent=${percent}`);
const LITTLE = 30;

let running = 0;

/**
 * Runs work that makes and drops much more than it holds. V8 lets the heap grow to several times what lives there before
 * it looks, and keeps the pages; meanwhile it looks more often, which costs next to nothing where little lives.
 */
export async function withSmallHeap<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  grow(LITTLE);
  try {
    return await work();
  } finally {
    running -= 1;
    if (running === 0) grow(0);
  }
}
