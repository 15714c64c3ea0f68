import { describe, expect, it } from 'vitest';
import { decide, type Question } from '../../../../shared/ledger/circles.ts';

/** Each holds unless one that it hangs on does. */
const unless = (hangs: Record<string, string>): Question<string> => ({
  dependsOn: (one) => hangs[one] ?? '',
  answer(one, decided) {
    const others = [...(hangs[one] ?? '')].map(decided);
    if (others.includes(true)) return false;
    return others.includes(undefined) ? undefined : true;
  },
  inCircle: () => true,
});

function answers(hangs: Record<string, string>, order = Object.keys(hangs)): Record<string, boolean> {
  const decided = new Map<string, boolean>();
  for (const one of order) decide(one, unless(hangs), decided);
  return Object.fromEntries([...decided].sort(([a], [b]) => a.localeCompare(b)));
}

describe('what hangs on others', () => {
  it('is answered from those that hang on nothing', () => {
    expect(answers({ a: 'b', b: 'c', c: 'd', d: '' })).toEqual({ a: false, b: true, c: false, d: true });
  });

  it('in a circle is answered as circles are, unless something outside answers it', () => {
    expect(answers({ a: 'b', b: 'a' })).toEqual({ a: true, b: true });
    expect(answers({ a: 'bc', b: 'a', c: '' })).toEqual({ a: false, b: true, c: true });
  });

  it('on a circle waits for it', () => {
    expect(answers({ x: 'y', y: 'a', a: 'b', b: 'c', c: 'a' })).toEqual({
      ...{ a: true, b: true, c: true },
      ...{ x: true, y: false },
    });
    expect(answers({ p: 'qa', q: 'p', a: 'b', b: 'a' })).toEqual({ a: true, b: true, p: false, q: true });
  });

  it('comes to the same wherever it is begun', () => {
    const names = [...'abcdefgh'];
    let state = 7;
    const roll = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let n = 0; n < 400; n += 1) {
      const hangs = Object.fromEntries(
        names.map((one) => [one, names.filter((other) => other !== one && roll(5) === 0).join('')]),
      );
      const all = answers(hangs);
      for (let turn = 0; turn < 4; turn += 1) {
        const from = names[roll(names.length)] as string;
        expect(all).toMatchObject(answers(hangs, [from]));
        expect(answers(hangs, [from, ...names])).toEqual(all);
      }
    }
  });

  it('is answered in a chain of a hundred thousand', () => {
    const decided = new Map<number, boolean>();
    const chain: Question<number> = {
      dependsOn: (one) => (one === 0 ? [] : [one - 1]),
      answer: (one, of) => (one === 0 ? true : of(one - 1)),
      inCircle: () => false,
    };
    expect(decide(100_000, chain, decided)).toBe(true);
  });
});
