import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBinder } from '../../core/binder/verify/index.ts';
import { seededRandom } from '../support/random.ts';
import { Pdf } from './pdf.ts';
import { makeRealBinder, type RealBinder } from './real-binder.ts';

let folder = '';
let binder: RealBinder;
let places: Map<string, Stretch[]>;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-flips-'));
  binder = await makeRealBinder();
  places = placesIn(binder.twice);
});
afterAll(async () => {
  await binder.workspace.close();
  await rm(folder, { recursive: true });
});

/** What a byte can be part of. */
const KINDS: readonly [kind: string, of: RegExp][] = [
  ['catalog', /\/Type \/Catalog/],
  ['list of pages', /\/Type \/Pages\b/],
  ['page', /\/Type \/Page\b/],
  ['annotation', /\/Subtype \/Link/],
  ['signature field', /\/FT \/Sig/],
  ['signature', /\/Type \/Sig\b/],
  ['embedded file', /\/Type \/EmbeddedFile/],
  ['file specification', /\/Type \/Filespec/],
  ['font', /\/Type \/Font/],
  ['metadata', /\/Type \/Metadata/],
  ['structure', /\/Type \/Struct/],
  ['stream', /stream\n/],
];

/** Where in the file each kind of thing stands; every byte is in exactly one stretch. */
function placesIn(bytes: Buffer): Map<string, Stretch[]> {
  const text = bytes.toString('latin1');
  const found = new Map<string, Stretch[]>();
  const put = (kind: string, from: number, to: number) => {
    if (to > from) found.set(kind, [...(found.get(kind) ?? []), { from, to }]);
  };
  let at = 0;
  for (const { index, 0: object } of text.matchAll(/\n\d+ 0 obj\n[\s\S]*?endobj|\nxref\n[\s\S]*?%%EOF/g)) {
    put(at === 0 ? 'header' : 'white space', at, index);
    const end = index + object.length;
    const gap = object.indexOf('/Contents <');
    const zeros = /0{64,}>/.exec(object);
    if (object.startsWith('\nxref')) {
      const trailer = index + object.indexOf('trailer');
      put('table', index, trailer);
      put('trailer', trailer, end);
    } else if (gap > 0 && zeros) {
      put('signature', index, index + gap + 11);
      put('value of a signature', index + gap + 11, index + zeros.index);
      put('zeros behind a signature', index + zeros.index, index + zeros.index + zeros[0].length);
      put('signature', index + zeros.index + zeros[0].length, end);
    } else put(KINDS.find(([, of]) => of.test(object.slice(0, 400)))?.[0] ?? 'other object', index, end);
    at = end;
  }
  put('white space', at, bytes.length);
  return found;
}

async function judged(bytes: Buffer): Promise<string> {
  const path = join(folder, 'flipped.pdf');
  await writeFile(path, bytes);
  const { verdict, problems } = await verifyBinder(path, { trust: binder.trust });
  return problems.length > 0 ? verdict : `${verdict} with nothing named`;
}

describe('one bit, turned over anywhere in a countersigned binder', () => {
  it('can stand in every kind of place there is', () => {
    const kinds = [...KINDS.map(([kind]) => kind), 'header', 'white space', 'table', 'trailer'];
    const more = ['value of a signature', 'zeros behind a signature', 'other object'];
    expect([...places.keys()].sort()).toEqual([...kinds, ...more].sort());
    const covered = [...places.values()].flat().reduce((sum, { from, to }) => sum + to - from, 0);
    expect(covered).toBe(binder.twice.length);
    expect(new Pdf(binder.twice).pages.length).toBeGreaterThan(3);
  });

  it('is found, and something is named', { timeout: 3_600_000 }, async () => {
    expect(await judged(binder.twice)).toBe('valid with nothing named');
    const next = seededRandom(20_261_121);
    const kinds = [...places.keys()].sort();
    const rounds = Number(process.env.BINDERY_FLIPS ?? 500);
    const missed: string[] = [];
    for (let i = 0; i < rounds; i += 1) {
      // Every kind in turn, so that small ones are not lost beside fonts and files.
      const kind = kinds[i % kinds.length] ?? '';
      const stretches = places.get(kind) ?? [];
      const { from, to } = stretches[Math.floor(next() * stretches.length)] ?? { from: 0, to: 1 };
      const at = from + Math.floor(next() * (to - from));
      const bit = 1 << Math.floor(next() * 8);
      const bytes = Buffer.from(binder.twice);
      bytes[at] = (bytes[at] ?? 0) ^ bit;
      const verdict = await judged(bytes);
      if (verdict !== 'invalid') missed.push(`${kind}, byte ${at}, bit ${bit}: ${verdict}`);
    }
    expect(missed).toEqual([]);
  });
});
