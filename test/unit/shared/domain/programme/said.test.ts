import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Word, weighWords, wordFor } from '../../../../../shared/domain/programme/said.ts';

const TODAY = '2026-06-30';
const word = (id: string, said: Partial<Word> = {}): Word => ({
  ...{
    id,
    member: id,
    writer: id,
    seq: 1,
    after: [],
    at: '2026-06-01T09:00:00.000Z',
    met: true,
    until: null,
  },
  ...said,
});
const weighed = (words: readonly Word[], today = TODAY) => {
  const { met, deciding, beside, lapsed } = weighWords(words, today);
  const ids = (some: readonly Word[]) => some.map(({ id }) => id);
  return { met, deciding: ids(deciding), beside: ids(beside), lapsed: lapsed?.id ?? null };
};

describe('words on one record', () => {
  test('are superseded by later ones of their own writer, whatever the clocks say', () => {
    const words = [
      word('yes', { writer: 'w', seq: 3, at: '2026-06-29T00:00:00.000Z' }),
      word('no', { writer: 'w', seq: 4, met: false, at: '2026-06-02T00:00:00.000Z' }),
    ];
    expect(weighed(words)).toMatchObject({ met: false, deciding: ['no'], beside: [] });
  });

  test('are superseded by those of others who knew them, and by no others', () => {
    const yes = word('yes', { seq: 7 });
    const no = (after: Word['after']) => word('no', { met: false, after });
    expect(weighed([yes, no([['yes', 7]])])).toMatchObject({ met: false, beside: [] });
    expect(weighed([yes, no([['yes', 6]])])).toMatchObject({ met: false, beside: ['yes'] });
    expect(
      weighed([
        { ...yes, met: false },
        { ...no([['yes', 9]]), met: true },
      ]),
    ).toMatchObject({ met: true });
  });

  test('that are said apart are not met as long as one of them says so', () => {
    expect(weighed([word('a'), word('b')])).toMatchObject({ met: true, deciding: ['b', 'a'] });
    expect(weighed([word('a'), word('b', { met: false })])).toMatchObject({
      met: false,
      deciding: ['b'],
      beside: ['a'],
    });
  });

  test('neither count nor take one away before their own day', () => {
    const ahead = word('ahead', { at: '2026-07-01T00:00:00.000Z', after: [['now', 1]] });
    const words = [word('now', { met: false }), ahead];
    expect(weighed(words)).toMatchObject({ met: false });
    expect(weighed(words, '2026-07-01')).toMatchObject({ met: true });
  });

  test('neither count nor take one away once they lapsed', () => {
    const words = [
      word('no', { met: false }),
      word('mia', { member: 'mia' }),
      word('forged', { until: '2020-01-01', after: [['no', 1]] }),
    ];
    expect(weighed(words)).toMatchObject({ met: false, deciding: ['no'], lapsed: null });
  });

  test('of one author do not come back as met behind one that was given a last day', () => {
    const open = word('open', { member: 'ada', writer: 'desk' });
    const limited = word('limited', {
      ...{ member: 'ada', writer: 'laptop', after: [['desk', 1]] },
      until: '2026-06-10',
    });
    expect(weighed([open, limited])).toEqual({ met: null, deciding: [], beside: [], lapsed: 'limited' });
    expect(weighed([{ ...open, met: false }, limited])).toMatchObject({ met: false, deciding: ['open'] });
    expect(weighed([{ ...open, member: 'mia' }, limited])).toMatchObject({ met: true, deciding: ['open'] });
    expect(wordFor(weighWords([open, limited], TODAY))?.id).toBe('limited');
  });

  test('say nothing where there are none', () => {
    expect(weighed([])).toEqual({ met: null, deciding: [], beside: [], lapsed: null });
  });
});

/** What happened: who spoke, of whose chains how much they knew, with which clock and until when. */
const history = fc.array(
  fc.record({
    writer: fc.integer({ min: 0, max: 4 }),
    knows: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
    met: fc.boolean(),
    day: fc.integer({ min: 1, max: 40 }),
    until: fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }),
  }),
  { maxLength: 25 },
);
const dayNamed = (day: number) => new Date(Date.UTC(2026, 5, day)).toISOString().slice(0, 10);

/** The words of a history; two writers belong to one member. An honest author names all that they know. */
function spoken(
  events: readonly (typeof history extends fc.Arbitrary<infer T> ? T : never)[number][],
): Word[] {
  const lengths = [0, 0, 0, 0, 0];
  return events.map(({ writer, knows, met, day, until }, index) => {
    const after = lengths.flatMap((length, other) => {
      const known = Math.ceil((knows[other] ?? 0) * length);
      return other === writer || known === 0 ? [] : [[`w${other}`, known] as const];
    });
    lengths[writer] = (lengths[writer] ?? 0) + 1;
    return {
      ...{ id: `word ${index}`, writer: `w${writer}`, seq: lengths[writer] ?? 0, after, met },
      member: writer < 2 ? 'twice' : `m${writer}`,
      at: `${dayNamed(day)}T${String(index % 24).padStart(2, '0')}:00:00.000Z`,
      until: until === null ? null : dayNamed(until),
    };
  });
}

/** The rule as it is told, over every pair of words. */
function byPairs(words: readonly Word[], today: string): Set<string> {
  const come = words.filter(({ at }) => at.slice(0, 10) <= today);
  const counts = ({ until }: Word) => until === null || until >= today;
  const supersedes = (later: Word, earlier: Word) =>
    (later.writer === earlier.writer && later.seq > earlier.seq) ||
    later.after.some(([writer, seq]) => writer === earlier.writer && seq >= earlier.seq);
  const standing = come.filter(
    (word) =>
      counts(word) &&
      !come.some((later) => counts(later) && supersedes(later, word)) &&
      !come.some(
        (later) =>
          word.met && !counts(later) && later.met && later.member === word.member && supersedes(later, word),
      ),
  );
  const against = standing.filter(({ met }) => !met);
  return new Set((against.length > 0 ? against : standing).map(({ id }) => id));
}

describe('of any history', () => {
  test('the words that decide are those the rule tells, in whatever order they came', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 45 }), (events, on) => {
        const [words, today] = [spoken(events), dayNamed(on)];
        const { deciding } = weighWords(words, today);
        expect(new Set(deciding.map(({ id }) => id))).toEqual(byPairs(words, today));
        expect(weighed(words.toReversed(), today)).toEqual(weighed(words, today));
      }),
    );
  });

  test('a word of who knew all others decides', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (events, met) => {
        const last = { writer: 4, knows: [1, 1, 1, 1, 1], met, day: 1, until: null };
        const words = spoken([...events, last]);
        expect(weighed(words, dayNamed(40))).toMatchObject({ met, deciding: [words.at(-1)?.id], beside: [] });
      }),
    );
  });

  test('no clock changes what they come to but by days that have not come or are over', () => {
    fc.assert(
      fc.property(history, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 25 }), (events, days) => {
        const open = events.map((event) => ({ ...event, until: null }));
        const other = open.map((event, index) => ({ ...event, day: days[index] ?? 1 }));
        const [one, two] = [weighed(spoken(open), dayNamed(40)), weighed(spoken(other), dayNamed(40))];
        expect(two.met).toBe(one.met);
        expect(new Set(two.deciding)).toEqual(new Set(one.deciding));
      }),
    );
  });

  test('ten thousand words are looked at as often as one, not once for each other', () => {
    let reads = 0;
    const counted = (words: readonly Word[]) =>
      words.map(
        (one) =>
          new Proxy(one, {
            get(target, key) {
              reads += 1;
              return Reflect.get(target, key);
            },
          }),
      );
    const many = Array.from({ length: 10_000 }, (_, n) =>
      word(String(n), {
        ...{ writer: `w${n % 50}`, seq: n, met: n % 3 > 0 },
        after: [[`w${(n + 1) % 50}`, n - 1]],
      }),
    );
    weighWords(counted(many), TODAY);
    expect(reads).toBeLessThan(many.length * 20);
  });
});
