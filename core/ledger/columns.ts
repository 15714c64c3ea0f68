import { canonicalText, type Json, refuseIllFormed } from '../../shared/ledger/canonical.ts';
import { type CarriedSegment, SEGMENT_MAX_ENTRIES } from '../../shared/ledger/segment.ts';

/**
 * A segment by columns, as it is packed: what is alike stands together and packs to next to nothing, and texts that say
 * nothing twice stand apart from everything else.
 */
export interface Columns {
  /** JSON: `[header, signature, seed, names, numbers, hashes, values that are no texts]`. */
  readonly table: string;
  /** All values that are texts, one behind the other. */
  readonly text: string;
}

/** The columns of numbers, in the order in which they stand in the table. */
const NUMBERS = [
  // Of each record how much of its name is that of the one before.
  'shared',
  // Of each entry: milliseconds since the one before, its counter beyond what is to be expected, its action's number
  // among the names, and how many operations it has.
  'times',
  'counters',
  'actions',
  'ops',
  // Of each operation: record, as the difference to the one before, and field by their numbers among the names, how many
  // parents it has, and how long its value is.
  'records',
  'fields',
  'parents',
  'lengths',
  // Of each parent: its writer's number among the names, and its own as the difference to the parent before.
  'writers',
  'seqs',
] as const;
type Numbers<T> = Record<(typeof NUMBERS)[number], T>;

/** Instead of its length, for a value that is no text, and for one that was redacted and left its hash. */
const NO_TEXT = -1;
const REDACTED = -2;

/**
 * The columns of a segment, or null where it has none: with a time that is no time or too many entries nobody would take
 * it in anyway. Throws `TypeError` on what has no canonical form.
 */
export function toColumns({ header, signature, seed, entries }: CarriedSegment): Columns | null {
  if (entries.length > SEGMENT_MAX_ENTRIES) return null;
  const numbers = byName((): number[] => []);
  const [actions, fields, writers, records] = [new Names(), new Names(), new Names(), new Names()];
  const hashes: string[] = [];
  const others: string[] = [];
  const texts: string[] = [];
  const clock = new Clock();
  let now = BEGINNING;
  let [lastRecord, lastSeq] = [0, 0];
  for (const { time, action, ops } of entries) {
    const at = clock.read(time);
    if (at === null) return null;
    numbers.times.push(at.ms - now.ms);
    numbers.counters.push(at.counter - expected(now, at.ms));
    now = at;
    numbers.actions.push(actions.numberOf(action));
    numbers.ops.push(ops.length);
    for (const op of ops) {
      const record = records.numberOf(op.record);
      numbers.records.push(record - lastRecord);
      lastRecord = record;
      numbers.fields.push(fields.numberOf(op.field));
      numbers.parents.push(op.parents.length);
      for (const [writer, seq] of op.parents) {
        numbers.writers.push(writers.numberOf(writer));
        numbers.seqs.push(seq - lastSeq);
        lastSeq = seq;
      }
      if (!('value' in op)) {
        numbers.lengths.push(REDACTED);
        hashes.push(op.hash);
      } else if (typeof op.value === 'string') {
        refuseIllFormed(op.value);
        numbers.lengths.push(op.value.length);
        texts.push(op.value);
      } else {
        numbers.lengths.push(NO_TEXT);
        others.push(canonicalText(op.value));
      }
    }
  }
  refuseIllFormed([signature, seed, hashes, ...[actions, fields, writers, records].map(({ all }) => all)]);
  const endings = records.all.map((name, index) => {
    const shared = alike(records.all[index - 1] ?? '', name);
    numbers.shared.push(shared);
    return name.slice(shared);
  });
  const table = [
    canonicalText(header as unknown as Json),
    JSON.stringify(signature),
    JSON.stringify(seed),
    JSON.stringify([actions.all, fields.all, writers.all, endings]),
    JSON.stringify(NUMBERS.map((name) => numbers[name])),
    JSON.stringify(hashes),
    `[${others.join(',')}]`,
  ];
  return { table: `[${table.join(',')}]`, text: texts.join('') };
}

/**
 * The segment that columns say, as its JSON would be parsed. Throws where columns disagree with one another or would make
 * more than so many characters: a name is said once there, however often it is meant.
 */
export function fromColumns({ table, text }: Columns, atMost: number): unknown {
  const [header, signature, seed, names, columns, hashed, other, ...more] = listOf(JSON.parse(table));
  const [actions = [], fields = [], writers = [], endings = [], ...furtherNames] = listOf(names).map(textsOf);
  const lists = listOf(columns);
  demand(more.length + furtherNames.length === 0 && lists.length === NUMBERS.length);
  const numbers = byName((_, index) => new Column(numbersOf(lists[index])));
  const hashes = new Column(textsOf(hashed));
  const others = new Column(listOf(other));
  const [room, roomForRecords] = [new Room(atMost), new Room(atMost)];
  const records = endings.reduce<string[]>((whole, ending, index) => {
    const shared = numbers.shared.next();
    const before = whole[index - 1] ?? '';
    demand(shared >= 0 && shared <= before.length);
    roomForRecords.take(shared + ending.length);
    whole.push(before.slice(0, shared) + ending);
    return whole;
  }, []);
  const texts = new Texts(text);
  const clock = new Clock();
  let now = BEGINNING;
  let [lastRecord, lastSeq] = [0, 0];
  const parent = () => {
    const writer = named(writers, numbers.writers.next());
    lastSeq += numbers.seqs.next();
    room.take(writer.length + PARENT);
    return [writer, lastSeq];
  };
  const operation = () => {
    lastRecord += numbers.records.next();
    const record = named(records, lastRecord);
    const field = named(fields, numbers.fields.next());
    room.take(record.length + field.length + OPERATION);
    const parents = times(numbers.parents.next(), numbers.writers.left, parent);
    const length = numbers.lengths.next();
    if (length === REDACTED) return { record, field, parents, hash: hashes.next() };
    return { record, field, parents, value: length === NO_TEXT ? others.next() : texts.next(length) };
  };
  const entry = () => {
    const ms = now.ms + numbers.times.next();
    now = { ms, counter: expected(now, ms) + numbers.counters.next() };
    const action = named(actions, numbers.actions.next());
    room.take(action.length + ENTRY);
    const ops = times(numbers.ops.next(), numbers.records.left, operation);
    return { time: clock.write(now), action, ops };
  };
  const entries = times(numbers.times.left, SEGMENT_MAX_ENTRIES, entry);
  const left = [hashes, others, texts, ...Object.values(numbers)];
  demand(left.every((column) => column.left === 0));
  return { header, signature, seed, entries };
}

/** What an entry, an operation and a parent take at least in the text of a segment beside the names in them. */
const [ENTRY, OPERATION, PARENT] = [60, 40, 5];

const DISAGREE = new Error('columns that disagree with one another');

function demand(sound: boolean): void {
  if (!sound) throw DISAGREE;
}

const byName = <T>(make: (name: string, index: number) => T) =>
  Object.fromEntries(NUMBERS.map((name, index) => [name, make(name, index)])) as Numbers<T>;

/** Names by number, in the order in which they come first. */
class Names {
  readonly all: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.all.length);
    return this.all.push(name) - 1;
  }
}

/** Beyond so many characters names are not compared. */
const LONG = 256;

/** How many characters two names begin alike. */
function alike(one: string, other: string): number {
  const atMost = Math.min(one.length, other.length, LONG);
  let count = 0;
  while (count < atMost && one.charCodeAt(count) === other.charCodeAt(count)) count += 1;
  return count;
}

/** A hybrid time in its parts. */
interface Moment {
  readonly ms: number;
  readonly counter: number;
}

const BEGINNING: Moment = { ms: 0, counter: -1 };

/** The counter of an entry at `ms` that comes right after another. */
const expected = (before: Moment, ms: number) => (ms === before.ms ? before.counter + 1 : 0);

const MINUTE = 60_000;

/** Reads and writes times that follow one another closely: no date is taken apart twice for one minute. */
class Clock {
  /** As it begins, `2026-11-21T09:30:`, and its first millisecond. */
  #minute = '';
  #from = Number.NaN;

  /** Null for what would not be written from its parts as it stands. */
  read(time: string): Moment | null {
    const minute = time.slice(0, 17);
    if (minute !== this.#minute) this.#turnTo(Date.parse(`${minute}00.000Z`));
    if (minute !== this.#minute) return null;
    const ms = this.#from + 1000 * Number(time.slice(17, 19)) + Number(time.slice(20, 23));
    const moment = { ms, counter: Number.parseInt(time.slice(25), 16) };
    return !Number.isNaN(ms) && this.write(moment) === time ? moment : null;
  }

  /** Throws `RangeError` on what is no time. */
  write({ ms, counter }: Moment): string {
    if (!(ms >= this.#from && ms < this.#from + MINUTE)) this.#turnTo(Math.floor(ms / MINUTE) * MINUTE);
    const digits = String(100_000 + ms - this.#from);
    const count = counter === 0 ? '0000' : counter.toString(16).padStart(4, '0');
    return `${this.#minute}${digits.slice(1, 3)}.${digits.slice(3)}Z-${count}`;
  }

  #turnTo(from: number): void {
    if (Number.isNaN(from)) return;
    this.#from = from;
    this.#minute = new Date(from).toISOString().slice(0, 17);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw DISAGREE;
  return value;
}

function textsOf(value: unknown): readonly string[] {
  const list = listOf(value);
  demand(list.every((item) => typeof item === 'string'));
  return list as readonly string[];
}

function numbersOf(value: unknown): readonly number[] {
  const list = listOf(value);
  demand(list.every(Number.isSafeInteger));
  return list as readonly number[];
}

function named(names: readonly string[], number: number): string {
  const name = names[number];
  if (name === undefined) throw DISAGREE;
  return name;
}

/** So many things one after the other, which may be no more than there can be. */
function times<T>(count: number, atMost: number, make: () => T): T[] {
  demand(count >= 0 && count <= atMost);
  const made: T[] = [];
  for (let i = 0; i < count; i += 1) made.push(make());
  return made;
}

/** A column that is read from its beginning to its end. */
class Column<T> {
  readonly #items: readonly T[];
  #at = 0;

  constructor(items: readonly T[]) {
    this.#items = items;
  }

  get left(): number {
    return this.#items.length - this.#at;
  }

  next(): T {
    if (this.#at >= this.#items.length) throw DISAGREE;
    this.#at += 1;
    return this.#items[this.#at - 1] as T;
  }
}

/** Texts that stand one behind the other, by their lengths. */
class Texts {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get left(): number {
    return this.#text.length - this.#at;
  }

  next(length: number): string {
    demand(length >= 0 && length <= this.left);
    this.#at += length;
    return this.#text.slice(this.#at - length, this.#at);
  }
}

/** How much may still be made. */
class Room {
  #left: number;

  constructor(atMost: number) {
    this.#left = atMost;
  }

  take(size: number): void {
    this.#left -= size;
    demand(this.#left >= 0);
  }
}
