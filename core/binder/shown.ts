import { onLine } from '../../db/queries/branches.ts';
import { fieldHistory, type SegmentRow, segmentOf } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import type { LedgerExtract } from '../../shared/domain/binder.ts';
import { REVOKED } from '../../shared/ledger/authority.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

type Form = LedgerExtract['between'][number];
type Seal = LedgerExtract['seals'][number];

/** Names one entry: the chain it stands in, and its number there. */
export interface Place {
  readonly writer: string;
  readonly seq: number;
}

/** A place as text, so that texts stand in the order of places. */
export const textOf = ({ writer, seq }: Place): string => `${writer}:${String(seq).padStart(12, '0')}`;

/** A seal as text, in the order of the first entries that seals cover. */
export const sealText = ({ header, signature }: Seal): string =>
  `${textOf({ writer: header.writer, seq: header.from })}:${header.count}:${signature}`;

export const inOrder = <T>(byPlace: ReadonlyMap<string, T>): T[] =>
  [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);

/** What an extract shows: entries, of which records and fields the values, and what proves who wrote them. */
export class Shown {
  readonly #db: OpenWorkspace['db'];
  readonly #records: ReadonlySet<string>;
  readonly #hides: (record: string, field: string) => boolean;
  readonly #fields = new Set<string>();
  readonly #places = new Map<string, Place>();
  readonly #links = new Set<string>();
  readonly #segments = new Map<string, SegmentRow>();

  constructor(
    db: OpenWorkspace['db'],
    records: readonly string[],
    hides: (record: string, field: string) => boolean,
  ) {
    this.#db = db;
    this.#hides = hides;
    this.#records = new Set(records);
  }

  /** How much is shown so far: it only grows. */
  get size(): number {
    return this.#places.size + this.#links.size + this.#segments.size;
  }

  /** Takes an entry in that its author sealed. What a crash left open waits for its author, and proves nothing yet. */
  add({ writer, seq }: Place): void {
    const segment = segmentOf(this.#db, writer, seq);
    if (segment === undefined) return;
    this.addSegment(segment);
    this.#places.set(textOf({ writer, seq }), { writer, seq });
  }

  /** Takes in every value that a field of a record ever had. */
  addField(record: string, field: string, from = this.#db): void {
    this.#fields.add(`${record} ${field}`);
    for (const place of placesOf(from, record, field)) this.add(place);
  }

  /** The same, with what was set aside since its author's access had ended: whoever did not know leant on it. */
  addEver(record: string, field: string): void {
    this.#fields.add(`${record} ${field}`);
    for (const { writer, seq } of fieldHistory(this.#db, record, field, REVOKED)) this.add({ writer, seq });
  }

  addSegment(segment: SegmentRow): void {
    this.#segments.set(sealText(segment), segment);
  }

  /** Takes in what leads from an entry to the end of its segment, and nothing of what it says. */
  link(place: Place): void {
    this.#links.add(textOf(place));
  }

  has({ record, field }: { readonly record: string; readonly field: string }): boolean {
    if (this.#hides(record, field)) return false;
    return this.#records.has(record) || this.#fields.has(`${record} ${field}`);
  }

  places(): Place[] {
    return inOrder(this.#places);
  }

  segments(): SegmentRow[] {
    return inOrder(this.#segments);
  }

  /** The segments as they were signed, and what leads from the entries to their ends. */
  sealed(formOf: (place: Place) => Form, isForked: (header: Seal['header']) => boolean) {
    const between = new Map<string, Form>();
    const segments = this.segments();
    for (const { writer, fromSeq, count, header } of segments) {
      const forked = isForked(header);
      let leading = false;
      for (let seq = fromSeq; seq < fromSeq + count; seq += 1) {
        const [chain] = forked ? onLine(this.#db, [writer, fromSeq + count - 1], seq) : [writer];
        const place = { writer: chain, seq };
        const text = textOf(place);
        if (this.#places.has(text)) leading = true;
        else if (leading || this.#links.has(text)) {
          leading = true;
          between.set(text, formOf(place));
        }
      }
    }
    const seals = segments.map(({ header, signature }) => ({ header, signature }));
    return { seals, between: inOrder(between) } satisfies Pick<LedgerExtract, 'seals' | 'between'>;
  }
}

/** Where a record, or one field of it, was ever written. */
export function placesOf(db: OpenWorkspace['db'], record: string, field: string | null = null): Place[] {
  return all<Place>(
    db,
    `SELECT DISTINCT o.writer, o.seq FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
      WHERE o.record = ?1 AND (?2 IS NULL OR o.field = ?2)`,
    record,
    field,
  );
}
