/** What held from the end of which day on, the oldest first. Days are `YYYY-MM-DD`. */
export type Past<T> = readonly { readonly day: string; readonly value: T }[];

/** What held at the end of a day; undefined before anything did. */
export function heldOn<T>(past: Past<T>, day: string): T | undefined {
  return past.findLast((one) => one.day <= day)?.value;
}

/** Days on which something held, from the first to before the last; `to` is null while it holds on. */
export interface Span {
  readonly from: string;
  readonly to: string | null;
}

/** So many more of something from a day on; negative where they went away again. */
export interface DayCount {
  readonly day: string;
  readonly count: number;
}

const ended = (span: Span, by: string) => span.to !== null && span.to <= by;
const begun = (span: Span, by: string | null) => by === null || span.from < by;

/** Spans in the order of their days, those that overlap or meet as one. */
export function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const span of [...spans].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = out.at(-1);
    if (last === undefined || (last.to !== null && last.to < span.from)) out.push(span);
    else if (last.to !== null && !ended(span, last.to)) out[out.length - 1] = { ...last, to: span.to };
  }
  return out;
}

/** What is left of a span without the days of others, which come as `joined` gives them. */
export function without(span: Span, others: readonly Span[]): Span[] {
  const out: Span[] = [];
  let from: string | null = span.from;
  for (const other of others) {
    if (from === null || !begun(other, span.to)) break;
    if (ended(other, from)) continue;
    if (from < other.from) out.push({ from, to: other.from });
    from = other.to;
  }
  if (from !== null && (span.to === null || from < span.to)) out.push({ from, to: span.to });
  return out;
}

/** How many there were at the end of a day. */
export function sumUpTo(changes: readonly DayCount[], day: string): number {
  return changes.reduce((sum, change) => (change.day <= day ? sum + change.count : sum), 0);
}
