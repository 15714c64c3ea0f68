import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Attachment } from '../../../../../core/binder/model.ts';
import { attachmentOf, sampleBinderModel } from '../../../../support/binder-model.ts';
import { composedIn, folder, run } from './composed.ts';

const NOISE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2654435761) >>> 24);

const ODD: readonly (readonly [string, string | Uint8Array, string])[] = [
  ['plain.txt', 'plain', 'text/plain'],
  ['empty.bin', '', 'application/octet-stream'],
  ['empty.txt', '', 'text/plain'],
  ['Prüfung (final) [2].pdf', NOISE, 'application/pdf'],
  ['報告 😀.csv', 'a,b\n'.repeat(5000), 'text/csv'],
  ['تقرير.json', '{"a":1}', 'application/json'],
  ['invoice\u202efdp.exe', 'x', 'application/x-msdownload'],
  [`${'n'.repeat(246)}.txt`, 'long', 'text/plain'],
  ['back\\slash (and) parens', 'y', 'weird/type with spaces (and parens)#'],
];

function attachmentsOf(): Attachment[] {
  return ODD.map(([name, content, mediaType]) => attachmentOf(name, content, { mediaType }));
}

/** pdfdetach 22.12 writes each half of a surrogate pair by itself (CESU-8), which is no fault of the file's. */
function nameByPoppler(name: string): Buffer {
  const units = [...name].flatMap((character) =>
    character.length === 1
      ? [Buffer.from(character)]
      : [...Array(2).keys()].map((i) => {
          const unit = character.charCodeAt(i);
          return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
        }),
  );
  return Buffer.concat(units);
}

describe('attachments', () => {
  test('come back byte for byte under their own names, however odd', async () => {
    await using dir = await folder();
    const file = await composedIn(dir.path, sampleBinderModel({ attachments: attachmentsOf() }));
    expect(run('qpdf', '--check', file)).toContain('No syntax');
    const out = join(dir.path, 'out');
    await mkdir(out);
    run('pdfdetach', '-enc', 'UTF-8', '-saveall', '-o', out, file);
    for (const [name, content] of ODD) {
      const back = await readFile(Buffer.concat([Buffer.from(`${out}/`), nameByPoppler(name)]));
      expect(back.equals(Buffer.from(content)), name).toBe(true);
    }
    expect((await readdir(out)).length).toBe(ODD.length);
  });

  test('stand in the order of the model and beyond the tenth as well', async () => {
    await using dir = await folder();
    const names = Array.from({ length: 140 }, (_, i) => `file ${140 - i}${i % 2 ? '' : ' é'}.txt`);
    const attachments = names.map((name) => attachmentOf(name, name));
    const file = await composedIn(dir.path, sampleBinderModel({ attachments }));
    const listed = run('pdfdetach', '-enc', 'UTF-8', '-list', file).matchAll(/^\d+: (.*)$/gm);
    expect([...listed].map((match) => match[1])).toEqual(names);
  });

  test('state size, date, MD5 as bytes, relationship and description', async () => {
    await using dir = await folder();
    const attachments = [
      attachmentOf('a.bin', 'hello', { relationship: 'Supplement', description: 'Grüße' }),
    ];
    const file = await composedIn(dir.path, sampleBinderModel({ attachments }));
    const { qpdf } = JSON.parse(run('qpdf', '--json=2', '--json-key=qpdf', file));
    const objects = Object.values(qpdf[1]) as {
      value?: Record<string, unknown>;
      stream?: { dict: object };
    }[];
    const md5 = createHash('md5').update('hello').digest('hex');
    expect(objects.find((object) => object.value?.['/CheckSum'])?.value).toEqual({
      '/Size': 5,
      '/CheckSum': `b:${md5}`,
      '/ModDate': 'u:D:20260203100000Z',
    });
    expect(objects.find((object) => object.value?.['/Type'] === '/Filespec')?.value).toMatchObject({
      '/UF': 'u:a.bin',
      '/F': 'u:a.bin',
      '/Desc': 'u:Grüße',
      '/AFRelationship': '/Supplement',
    });
    const catalog = objects.find((object) => object.value?.['/Type'] === '/Catalog')?.value;
    expect(catalog?.['/AF']).toHaveLength(1);
  });

  test('are written in the order of the model, text packed and the rest as it is', async () => {
    await using dir = await folder();
    const attachments = attachmentsOf();
    const bytes = await readFile(await composedIn(dir.path, sampleBinderModel({ attachments })));
    const text = bytes.toString('latin1');
    const packed = [...text.matchAll(/\/Type \/EmbeddedFile .*?\/Length/g)].map(([head]) =>
      head.includes('Flate'),
    );
    expect(packed).toEqual([true, false, true, false, true, true, false, true, false]);
    expect(bytes.includes(Buffer.from(NOISE))).toBe(true);
  });

  test('may reuse the buffer they are read with', async () => {
    await using dir = await folder();
    const expected = Buffer.concat([Buffer.alloc(1000, 1), Buffer.alloc(1000, 2)]);
    const reusing = {
      ...attachmentOf('r.bin', expected),
      async *open() {
        const buffer = new Uint8Array(1000);
        for (const value of [1, 2]) yield buffer.fill(value);
      },
    };
    const bytes = await readFile(await composedIn(dir.path, sampleBinderModel({ attachments: [reusing] })));
    expect(bytes.includes(expected)).toBe(true);
  });
});
