/** What there is to decide, where one answer may hang on others. */
export interface Question<T> {
  /** What the answer about one may hang on. */
  dependsOn(one: T): Iterable<T>;
  /** The answer, or undefined as long as what is not decided yet may change it. */
  answer(one: T, decided: (other: T) => boolean | undefined): boolean | undefined;
  /** The answer about each of those that hang on one another in a circle, and on nothing else that is open. */
  inCircle(one: T): boolean;
}

/**
 * Answers a question about one and all that it hangs on, and keeps the answers in `decided`: first whatever no open
 * answer can change, then the circles that wait for nothing outside themselves, and so on. As long as more answers never
 * change one that was given, it comes to the same wherever it begins.
 */
export function decide<T>(one: T, question: Question<T>, decided: Map<T, boolean>): boolean {
  const known = decided.get(one);
  if (known !== undefined) return known;
  let open = inOrder(one, (each) => question.dependsOn(each), decided);
  while (open.length > 0) {
    const left = open.filter((each) => {
      const answer = question.answer(each, (other) => decided.get(other));
      if (answer !== undefined) decided.set(each, answer);
      return answer === undefined;
    });
    if (left.length === open.length)
      for (const each of circleIn(left, question)) decided.set(each, question.inCircle(each));
    open = left.filter((each) => !decided.has(each));
  }
  return decided.get(one) ?? question.inCircle(one);
}

/** What is not decided of all that one hangs on and itself, each after what it hangs on, circles apart. */
export function inOrder<T>(
  one: T,
  dependsOn: (one: T) => Iterable<T>,
  decided: Pick<ReadonlyMap<T, unknown>, 'has'>,
): T[] {
  const order: T[] = [];
  const seen = new Set([one]);
  const path = [{ at: one, rest: [...dependsOn(one)] }];
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = last.rest.pop();
    if (next === undefined) {
      order.push(last.at);
      path.pop();
    } else if (!seen.has(next) && !decided.has(next)) {
      seen.add(next);
      path.push({ at: next, rest: [...dependsOn(next)] });
    }
  }
  return order;
}

/** Of what is open those who hang on one another and on nothing else that is. */
function circleIn<T>(open: readonly T[], question: Question<T>): readonly T[] {
  const all = new Set(open);
  const leads = new Map(
    open.map((each) => [each, [...question.dependsOn(each)].filter((to) => all.has(to))]),
  );
  const back = new Map<T, T[]>(open.map((each) => [each, []]));
  for (const [from, to] of leads) for (const each of to) back.get(each)?.push(from);
  let within = open;
  for (;;) {
    const [first] = within;
    if (first === undefined) return [];
    const reached = reachable(first, leads);
    const returning = reachable(first, back);
    const beyond = [...reached].filter((each) => !returning.has(each));
    if (beyond.length === 0) return [...reached];
    within = beyond;
  }
}

function reachable<T>(from: T, edges: ReadonlyMap<T, readonly T[]>): Set<T> {
  const seen = new Set([from]);
  for (const each of seen) for (const to of edges.get(each) ?? []) seen.add(to);
  return seen;
}
