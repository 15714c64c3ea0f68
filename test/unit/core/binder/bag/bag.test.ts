import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../../../support/workspaces.ts';
import { type BagWorld, edit, inside, manifestOf, openBagWorld, resum, sha256 } from './bag-world.ts';

let world: BagWorld;
let test: BagWorld['test'];
let binder: string;
let bag: string;
const bagOf: BagWorld['bagOf'] = (file, out) => world.bagOf(file, out);
const verify: BagWorld['verify'] = (folder) => world.verify(folder);
const copyWith: BagWorld['copyWith'] = (change) => world.copyWith(change);
beforeAll(async () => {
  // The last one holds a sign that ends a line in some programs, and in no manifest.
  world = await openBagWorld(['100% ä.csv', 'list.csv', 'two\u2028lines.csv']);
  ({ test, binder, bag } = world);
});
afterAll(() => test.close());

const UNPROVEN =
  'Not proven: what bag-info.txt says as Bagging-Date and Bag-Software-Agent. The signed binder does not say it, and anybody can write it there.';

describe('a binder in a bag', () => {
  it('stands beside the files embedded in it by their references, each named with its checksum, signs of line ends and per cent told by code', async () => {
    expect(readFileSync(join(bag, 'bagit.txt'), 'utf8')).toBe(
      'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n',
    );
    const lines = readFileSync(manifestOf(bag), 'utf8').trimEnd().split('\n');
    const { rows } = await test.api.evidence.list({});
    const evidence = rows.map(
      ({ reference, title }) => `data/files/${reference} ${title.replace('%', '%25')}`,
    );
    expect(lines.map((line) => line.slice(66))).toEqual([
      'data/100%25 ready.pdf',
      // References are drawn by chance, and the register goes by them.
      ...evidence.sort(),
      'data/files/assessment-results.json',
      'data/files/register.csv',
      'data/files/ledger-extract.json',
      'data/files/proofs.json',
      'data/files/checkpoint.json',
      'data/files/manifest.json',
    ]);
    for (const line of lines) {
      const path = join(bag, line.slice(66).replaceAll('%25', '%'));
      expect(sha256(readFileSync(path))).toBe(line.slice(0, 64));
    }
    expect(readFileSync(join(bag, 'data/100% ready.pdf'))).toEqual(readFileSync(binder));
  });

  it('tells its size, and its other files in a manifest of their own', () => {
    const info = readFileSync(join(bag, 'bag-info.txt'), 'utf8');
    const files = ['100% ready.pdf', ...readdirSync(join(bag, 'data/files')).map((name) => `files/${name}`)];
    const bytes = files.reduce((sum, file) => sum + readFileSync(join(bag, 'data', file)).length, 0);
    expect(info).toContain(`Payload-Oxum: ${bytes}.${files.length}\n`);
    expect(info).toMatch(/^Source-Organization: Payroll$/m);
    const tags = readFileSync(join(bag, 'tagmanifest-sha256.txt'), 'utf8').trimEnd().split('\n');
    expect(tags).toEqual(
      ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'].map(
        (name) => `${sha256(readFileSync(join(bag, name)))}  ${name}`,
      ),
    );
  });

  it('is complete and valid, the binder inside verified, and every file beside it the one embedded', async () => {
    const report = await verify(bag);
    expect(report).toMatchObject({
      verdict: 'valid-unknown-signer',
      complete: true,
      valid: true,
      payload: { files: 10 },
      algorithms: ['sha256'],
      beside: { files: 9, equal: 9 },
      binder: { verdict: 'valid-unknown-signer', sha256: sha256(readFileSync(binder)) },
      problems: [],
      notes: [UNPROVEN],
    });
  });

  it('is valid in a folder that another program may have touched: other line ends, and a star before the path', async () => {
    const folder = copyWith((at) => {
      edit(manifestOf(at), (text) => text.replaceAll('\n', '\r\n').replace('  data', ' *data'));
      resum(at);
    });
    expect(await verify(folder)).toMatchObject({ valid: true, problems: [] });
  });

  it('takes no folder in which something is, and leaves nothing of a bag that came to nothing', async () => {
    expect(await faultOf(bagOf(binder, bag))).toMatchObject({ code: 'conflict' });
    expect(await faultOf(bagOf(binder, join(test.home, 'no/such/place')))).toMatchObject({
      code: 'not-found',
    });
    const broken = test.file('broken.pdf', Buffer.concat([readFileSync(binder), Buffer.from('more')]));
    expect(await faultOf(bagOf(broken, join(test.home, 'never')))).toMatchObject({
      code: 'invalid-input',
      detail: 'This binder is not valid, so it is not put into a bag.',
    });
    expect(existsSync(join(test.home, 'never'))).toBe(false);
    expect(readdirSync(test.home).filter((name) => name.startsWith('.bindery-'))).toEqual([]);
  });

  it('is refused where the folder is none, or of another version', async () => {
    expect(await faultOf(verify(join(test.home, 'nowhere')))).toMatchObject({ code: 'not-found' });
    expect(await faultOf(verify(test.dir))).toMatchObject({ code: 'invalid-input' });
    const newer = copyWith((at) => edit(join(at, 'bagit.txt'), (text) => text.replace('1.0', '2.0')));
    expect(await faultOf(verify(newer))).toMatchObject({ code: 'invalid-input' });
  });
});

describe('a bag that was tampered with', () => {
  const line = (path: string, sum = 'a'.repeat(64)) => `${sum}  ${path}\n`;
  const added = (text: string) => (at: string) => {
    appendFileSync(manifestOf(at), text);
    resum(at);
  };

  it.each<[string, (folder: string) => void, string]>([
    ['a missing file', (at) => rmSync(inside(at, 'list.csv')), 'bag-missing data/files/E- list.csv'],
    [
      'a file more',
      (at) => writeFileSync(join(at, 'data/files/more.txt'), 'x'),
      'bag-extra data/files/more.txt',
    ],
    [
      'a file changed',
      (at) => appendFileSync(inside(at, 'list.csv'), 'x'),
      'bag-changed data/files/E- list.csv',
    ],
    [
      'the binder changed',
      (at) => appendFileSync(join(at, 'data/100% ready.pdf'), 'x'),
      'bag-changed data/100% ready.pdf',
    ],
    [
      'the tag files changed',
      (at) => appendFileSync(join(at, 'bag-info.txt'), 'X: y\n'),
      'bag-changed bag-info.txt',
    ],
    [
      'another size told',
      (at) => edit(join(at, 'bag-info.txt'), (text) => text.replace(/Oxum: \d/, 'Oxum: 9')),
      'bag-info bag-info.txt',
    ],
    [
      'two sizes told',
      (at) => edit(join(at, 'bag-info.txt'), (text) => `${text}${/Payload-Oxum.*\n/.exec(text)}`),
      'bag-info bag-info.txt',
    ],
    ['a path that leads upwards', added(line('data/../../secret')), 'bag-manifest manifest-sha256.txt'],
    ['a path from the root', added(line('/etc/passwd')), 'bag-manifest manifest-sha256.txt'],
    ['a path from a disk', added(line('C:/x')), 'bag-manifest manifest-sha256.txt'],
    ['a path from a home', added(line('~/x')), 'bag-manifest manifest-sha256.txt'],
    ['a path with a backslash', added(line('data\\x')), 'bag-manifest manifest-sha256.txt'],
    ['a path that is not of the payload', added(line('bagit.txt')), 'bag-manifest manifest-sha256.txt'],
    [
      'a line twice',
      (at) => edit(manifestOf(at), (text) => text + text.slice(0, text.indexOf('\n') + 1)),
      'bag-manifest manifest-sha256.txt',
    ],
    [
      'a checksum too short',
      (at) => edit(manifestOf(at), (text) => text.slice(1)),
      'bag-manifest manifest-sha256.txt',
    ],
    [
      'a checksum of other letters',
      added(line('data/x', 'z'.repeat(64))),
      'bag-manifest manifest-sha256.txt',
    ],
    ['a line that is none', added('nothing\n'), 'bag-manifest manifest-sha256.txt'],
    [
      'a manifest that is no text',
      (at) => writeFileSync(manifestOf(at), Buffer.from([0xff, 0xfe])),
      'bag-manifest manifest-sha256.txt',
    ],
    ['the manifest taken out', (at) => rmSync(manifestOf(at)), 'bag-manifest bag'],
    [
      'checksums of an unknown kind',
      (at) => writeFileSync(join(at, 'manifest-crc32.txt'), ''),
      'bag-manifest manifest-crc32.txt',
    ],
    [
      'a manifest more that names nothing',
      (at) => writeFileSync(join(at, 'manifest-md5.txt'), ''),
      'bag-extra data/100% ready.pdf',
    ],
    [
      'a tag manifest that speaks of the payload',
      (at) => appendFileSync(join(at, 'tagmanifest-sha256.txt'), line('data/x')),
      'bag-manifest tagmanifest-sha256.txt',
    ],
    [
      'a tag manifest without the manifest',
      (at) => edit(join(at, 'tagmanifest-sha256.txt'), (text) => text.replace(/.*manifest-sha256.txt\n/, '')),
      'bag-manifest tagmanifest-sha256.txt',
    ],
    [
      'a link in place of a file',
      (at) => {
        rmSync(inside(at, 'list.csv'));
        symlinkSync('/etc/hostname', join(at, 'data/files/list.csv'));
      },
      'bag-no-file data/files/list.csv',
    ],
    ['a link to a folder', (at) => symlinkSync('/etc', join(at, 'data/etc')), 'bag-no-file data/etc'],
    [
      'no binder',
      (at) => renameSync(join(at, 'data/100% ready.pdf'), join(at, 'data/100% ready.txt')),
      'bag-no-binder data',
    ],
  ])('%s is found and named', async (_, change, found) => {
    const report = await verify(copyWith(change));
    expect(report.verdict).toBe('invalid');
    const told = report.problems.map(({ code, where }) => `${code} ${where.replace(/E-[0-9A-Z]+/, 'E-')}`);
    expect(told).toContain(found);
    // Nothing of another place was read on the way.
    expect(JSON.stringify(report)).not.toContain('root:');
  });

  it('with every checksum made to fit is still held against what the binder embeds', async () => {
    const folder = copyWith((at) => {
      const file = inside(at, 'list.csv');
      const was = sha256(readFileSync(file));
      writeFileSync(file, 'LIST.CSV\n');
      writeFileSync(join(at, 'data/files/more.txt'), 'x');
      edit(
        manifestOf(at),
        (text) => text.replace(was, sha256('LIST.CSV\n')) + line('data/files/more.txt', sha256('x')),
      );
      edit(join(at, 'bag-info.txt'), (text) =>
        text.replace(/Oxum: (\d+)\.10/, (_, n) => `Oxum: ${Number(n) + 1}.11`),
      );
      resum(at);
    });
    const report = await verify(folder);
    expect(report).toMatchObject({
      complete: true,
      valid: true,
      verdict: 'invalid',
      beside: { files: 10, equal: 8 },
    });
    expect(report.problems.map(({ code }) => code).sort()).toEqual(['bag-not-embedded', 'bag-not-equal']);
  });

  it('names an embedded file that was taken out of the payload and its manifest alike', async () => {
    const folder = copyWith((at) => {
      const name = inside(at, 'list.csv').split('/').at(-1) ?? '';
      rmSync(inside(at, 'list.csv'));
      edit(manifestOf(at), (text) =>
        text
          .split('\n')
          .filter((one) => !one.endsWith(name))
          .join('\n'),
      );
      edit(join(at, 'bag-info.txt'), (text) => text.replace(/Payload-Oxum.*\n/, ''));
      resum(at);
    });
    const report = await verify(folder);
    expect(report).toMatchObject({ valid: true, verdict: 'invalid' });
    expect(report.problems.map(({ code }) => code)).toEqual(['bag-not-beside']);
  });

  it('with a binder that was exchanged for a forgery says what is wrong with it', async () => {
    const folder = copyWith((at) => {
      const file = join(at, 'data/100% ready.pdf');
      const was = sha256(readFileSync(file));
      appendFileSync(file, 'x');
      edit(manifestOf(at), (text) => text.replace(was, sha256(readFileSync(file))));
      edit(join(at, 'bag-info.txt'), (text) => text.replace(/Payload-Oxum.*\n/, ''));
      resum(at);
    });
    const report = await verify(folder);
    expect(report).toMatchObject({ valid: true, verdict: 'invalid', binder: { verdict: 'invalid' } });
    expect(report.problems.map(({ code }) => code)).toContain('appended');
  });

  it('keeps a file that no manifest names as what it is: anybody’s', async () => {
    const folder = copyWith((at) => mkdirSync(join(at, 'meta')));
    writeFileSync(join(folder, 'meta/readme.txt'), 'x');
    const { valid, notes } = await verify(folder);
    expect({ valid, notes }).toEqual({
      valid: true,
      notes: ['No manifest names meta/readme.txt: anybody may have put it there.', UNPROVEN],
    });
  });

  it.each(['data/readme.txt', 'data/more/other.pdf', 'data/Files/register.csv'])(
    'holds %s that nobody embedded: found, though every checksum was made to fit',
    async (path) => {
      const folder = copyWith((at) => {
        mkdirSync(join(at, path, '..'), { recursive: true });
        writeFileSync(join(at, path), 'x');
        appendFileSync(manifestOf(at), line(path, sha256('x')));
        edit(join(at, 'bag-info.txt'), (text) => text.replace(/Payload-Oxum.*\n/, ''));
        resum(at);
      });
      const { valid, verdict, problems } = await verify(folder);
      expect({ valid, verdict, problems }).toEqual({
        valid: true,
        verdict: 'invalid',
        problems: [
          {
            code: 'bag-not-embedded',
            where: path,
            message: `${path} is no file that is embedded in the binder.`,
          },
        ],
      });
    },
  );
});
