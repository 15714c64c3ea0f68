import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BagWorld, edit, openBagWorld, resum } from './bag-world.ts';

let world: BagWorld;
const verify: BagWorld['verify'] = (folder) => world.verify(folder);
const copyWith: BagWorld['copyWith'] = (change) => world.copyWith(change);
beforeAll(async () => {
  world = await openBagWorld(['list.csv']);
});
afterAll(() => world.test.close());

const SEEN = /its name holds signs that are not seen\.$/;

describe('bag-info.txt', () => {
  it.each<[string, RegExp, string, RegExp]>([
    ['another organisation', /^Source-Organization: .*$/m, 'Source-Organization: Harbour', /: Payroll\.$/],
    [
      'another binder',
      /^External-Identifier: .*$/m,
      'External-Identifier: 0001',
      /says: [0-9a-zA-Z-]{20,}\.$/,
    ],
    ['another title', /^External-Description: .*$/m, 'External-Description: All is well', /says: .*\.$/],
    [
      'another engagement, with a small letter and on two lines',
      /^Internal-Sender-Identifier: .*$/m,
      'internal-sender-identifier: Audit\n of 2031',
      /internal-sender-identifier: Audit of 2031\. The signed binder says: /,
    ],
    [
      'other signers',
      /(signed by ).*$/m,
      '$1the auditor general',
      /signed by the auditor general\. The signed binder says: Composed .*, signed by Ada\.$/,
    ],
    [
      'a day before the binder was composed',
      /^Bagging-Date: .*$/m,
      'Bagging-Date: 2019-01-01',
      /2019-01-01\. The signed binder inside was composed later/,
    ],
    ['a day that is none', /^Bagging-Date: .*$/m, 'Bagging-Date: soon', /soon\. That is no day\.$/],
    ['another organisation behind a byte order mark', /^/, '\uFEFFSource-Organization: Evil\n', SEEN],
    [
      'another one on a first line with a blank',
      /^/,
      ' Source-Organization: Evil\n',
      /Line 1 .* no line before it/,
    ],
    ['something without a name', /$/, 'Approved by the auditor general\n', /^Line 9 .* no colon/],
    ['something with an empty name', /$/, ': approved\n', /no name before its colon/],
    [
      'another organisation under a name with a sign nobody sees',
      /$/,
      'Source-Organization\u200B: Evil\n',
      SEEN,
    ],
    [
      'another organisation that ends in a line separator',
      /^Source-Organization: .*$/m,
      'Source-Organization: Evil\u2028',
      /^bag-info.txt says Source-Organization: Evil\. /,
    ],
  ])('tells of %s is no good, though the checksums were made to fit', async (...row) => {
    const [, was, is, said] = row;
    const folder = copyWith((at) => {
      const file = join(at, 'bag-info.txt');
      expect(readFileSync(file, 'utf8')).toMatch(was);
      edit(file, (text) => text.replace(was, is));
      resum(at);
    });
    const { verdict, problems } = await verify(folder);
    expect({ verdict, problems }).toEqual({
      verdict: 'invalid',
      problems: [{ code: 'bag-info', where: 'bag-info.txt', message: expect.stringMatching(said) }],
    });
  });

  it('says of what else stands in bag-info.txt that nobody proves it', async () => {
    const folder = copyWith((at) => {
      appendFileSync(join(at, 'bag-info.txt'), 'Contact-Name: The auditor general\n');
      resum(at);
    });
    const { verdict, notes } = await verify(folder);
    expect(verdict).toBe('valid-unknown-signer');
    expect(notes[0]).toContain('as Bagging-Date, Bag-Software-Agent and Contact-Name.');
  });

  it('may say more under the same names, as an archive does: each is told as not proven, and the verdict stays', async () => {
    const folder = copyWith((at) => {
      edit(join(at, 'bag-info.txt'), (text) => `Source-Organization: City Archive\n${text}`);
      appendFileSync(join(at, 'bag-info.txt'), 'External-Identifier: CA 2031/17\u2028\n');
      resum(at);
    });
    const { valid, verdict, problems, notes } = await verify(folder);
    expect({ valid, verdict, problems }).toEqual({
      valid: true,
      verdict: 'valid-unknown-signer',
      problems: [],
    });
    expect(notes).toEqual([
      'Not proven: bag-info.txt also says Source-Organization: City Archive. The signed binder says: Payroll.',
      expect.stringMatching(
        /^Not proven: bag-info.txt also says External-Identifier: CA 2031\/17\. The signed/,
      ),
      expect.stringContaining('Bagging-Date'),
    ]);
  });
});
