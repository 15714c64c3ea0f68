import type { z } from 'zod';
import type { Json } from '../../shared/ledger/canonical.ts';
import { pick, type Roll } from './history.ts';

/** What fields may hold and no honest copy writes: the ends of what each shape allows. */
const TEXTS = ['', 'a', '\u0000', '\u202e𝟙', '"', '%', "'", '__proto__', 'x'.repeat(300), '|#<b>', '../../x'];
const DAYS = ['0000-01-01', '0001-01-01', '1969-12-31', '2026-03-01', '9999-12-31'];
const WHOLE = [1, 5, 2 ** 31, Number.MAX_SAFE_INTEGER, 0, -1, Number.MIN_SAFE_INTEGER];
const NUMBERS = [0, -0, 1, -1, 0.1, 1e308, -1e308, 5e-324, 2 ** 53];

/** How often chance may miss a shape before it is left. */
const THROWS = 30;

/** What a shape is made of, as zod has it. */
interface Parts {
  readonly type: string;
  readonly [part: string]: unknown;
}

/** A value that a shape takes; undefined where chance found none. */
export function valueFor(roll: Roll, shape: z.ZodType, words: readonly string[]): Json | undefined {
  for (let n = 0; n < THROWS; n += 1) {
    const value = made(roll, shape, words);
    if (value !== undefined && shape.safeParse(value).success) return value;
  }
  return undefined;
}

function made(roll: Roll, shape: z.ZodType, words: readonly string[]): Json | undefined {
  const def = shape.def as unknown as Parts;
  const inner = () => made(roll, def.innerType as z.ZodType, words);
  switch (def.type) {
    case 'string':
      return text(roll, words);
    case 'number':
      return roll(2) === 0 ? pick(roll, WHOLE) : pick(roll, NUMBERS);
    case 'boolean':
      return roll(2) === 0;
    case 'literal':
      return pick(roll, def.values as Json[]);
    case 'enum':
      return pick(roll, Object.values(def.entries as Record<string, string>));
    case 'nullable':
      return roll(3) === 0 ? null : inner();
    case 'optional':
      return roll(2) === 0 ? undefined : inner();
    case 'union':
      return made(roll, pick(roll, def.options as z.ZodType[]), words);
    case 'array':
      return several(roll, () => made(roll, def.element as z.ZodType, words));
    case 'tuple':
      return (def.items as z.ZodType[]).map((item) => made(roll, item, words) ?? null);
    case 'record':
      return Object.fromEntries(
        several(roll, (): [string, Json] => [
          text(roll, words),
          made(roll, def.valueType as z.ZodType, words) ?? null,
        ]),
      );
    case 'object':
      return Object.fromEntries(
        Object.entries(def.shape as Record<string, z.ZodType>).flatMap(([key, of]) => {
          const value = made(roll, of, words);
          return value === undefined ? [] : [[key, value]];
        }),
      );
    case 'unknown':
      return pick<Json>(roll, [null, 5, [], {}, { sections: [null] }, { sections: 5, evidence: {} }]);
    case 'default':
      return inner();
    default:
      throw new Error(`Nothing is made up for the shape ${def.type} yet.`);
  }
}

function several<T>(roll: Roll, one: () => T | undefined): T[] {
  return Array.from({ length: pick(roll, [0, 1, 1, 2, 3]) }, one).filter((item) => item !== undefined);
}

function text(roll: Roll, words: readonly string[]): string {
  const kind = roll(10);
  if (kind < 5 && words.length > 0) return pick(roll, words);
  if (kind < 7) return pick(roll, DAYS);
  if (kind === 7) return 'ab'.repeat(32);
  return kind === 8 ? '2026-03-01T09:00:00.000Z' : pick(roll, TEXTS);
}
