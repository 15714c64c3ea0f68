import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Columns, fromColumns, toColumns } from '../../../../core/ledger/columns.ts';
import { canonicalText, type Json } from '../../../../shared/ledger/canonical.ts';
import { type CarriedSegment, readSegment, SEGMENT_MAX_ENTRIES } from '../../../../shared/ledger/segment.ts';
import { hybridTime } from '../../../../shared/ledger/time.ts';

const ROOM = 64 * 1024 * 1024;
const canonical = (value: unknown) => canonicalText(value as Json);

/** What is written, read again through its bytes, as it is when it was packed. */
function again({ table, text }: Columns): unknown {
  const throughBytes = (one: string) => Buffer.from(one, 'utf8').toString('utf8');
  return fromColumns({ table: throughBytes(table), text: throughBytes(text) }, ROOM);
}

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((all) => Buffer.from(all).toString('hex'));
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    '',
    '\uFEFFmarked',
    '\u0000',
    '"',
    '\\u0041',
    '😀',
    '😁',
    '__proto__',
    'constructor',
    'é'.repeat(200),
  ),
);
const name = fc.oneof(
  anyText,
  fc.nat(12).map((n) => `evidence:ctl-${n}`),
  fc.nat(3).map((n) => `x:😀${n}`),
);
const number = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.constantFrom(-0, 0, 5e-324, 1.7976931348623157e308, 2 ** 53, -(2 ** 53), 1e21, 1e-7),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const seq = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.constant(Number.MAX_SAFE_INTEGER));
const parents = fc.array(fc.tuple(fc.oneof(hex(16), name), seq), { maxLength: 4 });
const operation = fc.oneof(
  { arbitrary: fc.record({ record: name, field: name, parents, value }), weight: 4 },
  { arbitrary: fc.record({ record: name, field: name, parents, hash: hex(32) }), weight: 1 },
);
const time = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: 1_795_000_000_000, max: 1_795_000_000_009 }),
      fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
      fc.constantFrom(0, -1, 59_999, 60_000, -60_001),
    ),
    fc.oneof(fc.nat(3), fc.nat(0xffff)),
  )
  .map(([ms, counter]) => hybridTime(ms, counter));
const entries = fc.array(
  fc.record({
    time,
    action: fc.oneof(fc.constantFrom('assess@1', 'undo@1'), name),
    ops: fc.array(operation, { maxLength: 12 }),
  }),
  { maxLength: 20 },
);
const segment = fc.record({
  header: fc.record({
    schema: fc.constant('bindery.segment/1' as const),
    workspace: hex(16),
    writer: hex(16),
    member: name,
    device: name,
    incarnation: name,
    keyId: hex(16),
    from: seq,
    count: seq,
    previous: hex(32),
    head: hex(32),
    admin: fc.dictionary(hex(16), seq, { maxKeys: 3, noNullPrototype: true }),
    receipt: fc.option(anyText),
  }),
  signature: hex(64),
  seed: hex(32),
  entries,
}) as fc.Arbitrary<CarriedSegment>;

const op = (record: string, said: Json) => ({ record, field: 'note', parents: [], value: said });

function segmentOf(ops: CarriedSegment['entries'][number]['ops'], at = hybridTime(0)): CarriedSegment {
  const digits = (count: number) => 'a'.repeat(count);
  const names = {
    workspace: 'w',
    writer: 'w',
    member: 'm',
    device: 'd',
    incarnation: '1',
    keyId: digits(32),
  };
  const numbers = { from: 1, count: 1, previous: digits(64), head: digits(64), admin: {}, receipt: null };
  const header = { schema: 'bindery.segment/1' as const, ...names, ...numbers };
  return {
    header,
    signature: digits(128),
    seed: digits(64),
    entries: [{ time: at, action: 'assess@1', ops }],
  };
}

const sample = segmentOf([
  op('check:1', 'one'),
  op('check:2', ['two']),
  { record: 'check:2', field: 'state', parents: [['w', 7]], hash: 'b'.repeat(64) },
]);
const columns = () => JSON.parse((toColumns(sample) as Columns).table) as Json[];
const text = (toColumns(sample) as Columns).text;

describe('a segment by columns', () => {
  test('is the same again, to the byte, whatever is in it', () => {
    fc.assert(
      fc.property(segment, (given) => {
        const read = again(toColumns(given) as Columns);
        expect(canonical(read)).toBe(canonical(given));
        expect(readSegment(read)).not.toBeNull();
      }),
      { numRuns: 600 },
    );
  });

  test('is written alike from whatever order its keys have', () => {
    fc.assert(
      fc.property(segment, (given) => {
        const shuffled = JSON.parse(canonical(given)) as CarriedSegment;
        expect(toColumns(shuffled)).toEqual(toColumns(given));
      }),
      { numRuns: 100 },
    );
  });

  test('keeps values apart from all else, and says a name once', () => {
    const { table } = toColumns(
      segmentOf([op('evidence:one', 'first'), op('evidence:one', 'second')]),
    ) as Columns;
    expect(text).toBe('one');
    expect(table).not.toContain('first');
    expect(table.split('evidence:one').length).toBe(2);
  });

  test('keeps what only looks like a member of every object', () => {
    const said = JSON.parse('{"__proto__":{"role":"owner"},"constructor":1}') as Json;
    const read = again(toColumns(segmentOf([op('__proto__', said)])) as Columns);
    expect(canonical(read)).toBe(canonical(segmentOf([op('__proto__', said)])));
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  test.each([
    'not a time',
    '',
    '2026-11-21T09:30:00.000Z',
    '2026-11-21t09:30:00.000Z-0000',
    '2026-02-30T09:30:00.000Z-0000',
    '2026-11-21T24:00:00.000Z-0000',
    '2026-11-21T09:30:75.000Z-0000',
    '2026-11-21T09:30:00.000Z-00AB',
    '2026-11-21T09:30:00.0  Z-0000',
    '+12026-11-21T09:30:00.000Z-0000',
    `${'9'.repeat(400)}`,
  ])('has none for the time %s', (at) => {
    expect(toColumns(segmentOf([], at))).toBeNull();
  });

  test('has none for more entries than a segment may have', () => {
    const [entry] = segmentOf([]).entries as [CarriedSegment['entries'][number]];
    const many = (count: number) => ({ ...segmentOf([]), entries: new Array(count).fill(entry) });
    expect(toColumns(many(SEGMENT_MAX_ENTRIES))).not.toBeNull();
    expect(toColumns(many(SEGMENT_MAX_ENTRIES + 1))).toBeNull();
  });

  test.each(['\ud800', 'a\udc00b'])('refuses what no bytes can say', (half) => {
    expect(() => toColumns(segmentOf([op('check:1', half)]))).toThrow(TypeError);
    expect(() => toColumns(segmentOf([op(half, 'said')]))).toThrow(TypeError);
    expect(() => toColumns(segmentOf([op('check:1', [half])]))).toThrow(TypeError);
    expect(() => toColumns(segmentOf([op('check:1', half), op('check:1', '\udc00')]))).toThrow(TypeError);
  });
});

describe('columns that somebody made up', () => {
  test('of a sound segment are read, as the measure of what follows', () => {
    expect(canonical(fromColumns({ table: JSON.stringify(columns()), text }, ROOM))).toBe(canonical(sample));
  });

  const wrong: Json[] = [
    null,
    [],
    {},
    -1,
    1.5,
    1e300,
    Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
    'text',
    [1e9],
    [[]],
    [null],
    ['__proto__'],
    { length: 5 },
  ];

  test('are a segment of the same shape or nothing, whatever stands anywhere in them', () => {
    const places = (list: Json, path: number[] = []): number[][] =>
      Array.isArray(list) ? [path, ...list.flatMap((one: Json, at) => places(one, [...path, at]))] : [path];
    const put = (list: Json, [at, ...rest]: number[], one: Json): Json =>
      at === undefined ? one : (list as Json[]).map((old, i) => (i === at ? put(old, rest, one) : old));
    for (const path of places(columns())) {
      for (const one of wrong) {
        const table = JSON.stringify(put(columns(), path, one));
        let read: unknown;
        try {
          read = fromColumns({ table, text }, ROOM);
        } catch {
          continue;
        }
        expect(Object.keys(read as object)).toEqual(['header', 'signature', 'seed', 'entries']);
        expect(() => readSegment(read)).not.toThrow();
        // Nothing is made of more than was said.
        expect(JSON.stringify(read).length).toBeLessThan(10 * table.length);
      }
    }
  });

  test.each([
    ['a text cut short', () => ({ table: JSON.stringify(columns()), text: text.slice(1) })],
    ['more text than its lengths say', () => ({ table: JSON.stringify(columns()), text: `${text}!` })],
    ['a column too many', () => ({ table: JSON.stringify([...columns(), []]), text })],
    ['a column too few', () => ({ table: JSON.stringify(columns().slice(0, -1)), text })],
    ['no JSON', () => ({ table: '[', text })],
    ['no list', () => ({ table: 'null', text })],
    ['lists in lists without end', () => ({ table: '['.repeat(1e6), text })],
  ])('with %s are nothing', (_what, made) => {
    expect(() => fromColumns(made(), ROOM)).toThrow();
  });

  test('cannot say more entries than a segment has', () => {
    const many = (count: number) => {
      const list = columns();
      const numbers = list[4] as Json[];
      const zeros = new Array(count - 1).fill(0);
      for (const at of [1, 2, 3]) numbers[at] = [...(numbers[at] as Json[]), ...zeros];
      numbers[4] = [...(numbers[4] as Json[]), ...zeros];
      return { table: JSON.stringify(list), text };
    };
    expect((fromColumns(many(SEGMENT_MAX_ENTRIES), ROOM) as CarriedSegment).entries.length).toBe(500);
    expect(() => fromColumns(many(SEGMENT_MAX_ENTRIES + 1), ROOM)).toThrow();
  });

  test.each([
    ['record that is meant often', () => op('r'.repeat(200), 1)],
    ['record that begins like the one before', (n: number) => op(`${'r'.repeat(200)}${n}`, 1)],
    [
      'writer that is meant often',
      () => ({ ...op('r', 1), parents: [['w'.repeat(200), 1]] as [string, number][] }),
    ],
    ['parent', () => ({ ...op('r', 1), parents: new Array(100).fill(['', 1]) as [string, number][] })],
    ['operation', () => op('', 1)],
  ])('cannot make much of little: every %s counts', (_what, made) => {
    const size = canonical(segmentOf(Array.from({ length: 1000 }, (_, n) => made(n)))).length;
    const given = toColumns(segmentOf(Array.from({ length: 1000 }, (_, n) => made(n)))) as Columns;
    expect(canonical(fromColumns(given, size)).length).toBe(size);
    expect(() => fromColumns(given, size / 2)).toThrow();
  });
});
