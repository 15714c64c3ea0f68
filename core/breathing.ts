/** How long work keeps the thread before it lets others in. */
const BREATH_MS = 40;

/** Runs long work step by step and lets the thread answer others in between; `watch` is told of steps now and then. */
export async function breathing<Step, Result>(
  work: Generator<Step, Result>,
  watch: (step: Step) => void = () => {},
): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < BREATH_MS) continue;
    watch(step.value);
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}
