import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeBinder } from '../../core/binder/compose/compose-binder.ts';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { composePacket } from '../../core/packets/compose/compose-packet.ts';
import { findPreflight } from '../run/tools.mjs';
import { sampleBinderModel } from '../support/binder-model.ts';
import { packetModelOf } from '../support/packet-model.ts';
import { memberSigner } from '../support/signers.ts';
import { Pdf } from '../tamper/pdf.ts';

const preflight = findPreflight();
if (preflight === null) console.log('PDFBox preflight is not run: Java or its jars are not on this machine.');

/** What a binder never says of itself, because nobody has confirmed it for PDF/A-3: here it makes PDFBox look. */
const NAMESPACE = 'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"';
const MARKER = '<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>';

let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-preflight-'));
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * PDFBox knows PDF/A-1 alone, which has no embedded files, wants a list of the glyphs of each font that PDF/A-3 does
 * without, and is claimed by a marker: both are added here, behind what the composer wrote.
 */
async function claimed(file: string): Promise<void> {
  const pdf = new Pdf(await readFile(file));
  const text = pdf.bytes.toString('latin1');
  const metadata = pdf.refIn(pdf.catalog, 'Metadata');
  const marked = pdf
    .text(metadata)
    .replace('rdf:about=""', `rdf:about="" ${NAMESPACE}`)
    .replace('<dc:format>', `${MARKER}<dc:format>`)
    .replace(
      /\/Length (\d+)/,
      (_, bytes) => `/Length ${Number(bytes) + MARKER.length + NAMESPACE.length + 1}`,
    );
  const updates: Record<number, Buffer | string> = { [metadata]: Buffer.from(marked, 'latin1') };
  const glyphs = new Map(
    [...text.matchAll(/\/FontDescriptor (\d+) 0 R[\s\S]*?\/W ?\[((?:\s*\d+\s*\[[^\]]*\])+)/g)].map(
      ([, descriptor, widths = '']) => [Number(descriptor), glyphsIn(widths)],
    ),
  );
  let free = pdf.free;
  for (const [descriptor, count] of glyphs) {
    const bits = Buffer.alloc(Math.ceil(count / 8));
    for (let glyph = 0; glyph < count; glyph++)
      bits[glyph >> 3] = (bits[glyph >> 3] ?? 0) | (0x80 >> (glyph & 7));
    updates[free] = Buffer.concat([
      Buffer.from(`<< /Length ${bits.length} >>\nstream\n`),
      bits,
      Buffer.from('\nendstream'),
    ]);
    updates[descriptor] = pdf.with(descriptor, ` /CIDSet ${free} 0 R`);
    free++;
  }
  pdf.update(updates);
  await writeFile(file, pdf.bytes);
}

/** One more than the last glyph that a list of widths names. */
function glyphsIn(widths: string): number {
  const parts = [...widths.matchAll(/(\d+)\s*\[([^\]]*)\]/g)];
  return Math.max(...parts.map(([, from, each = '']) => Number(from) + each.trim().split(/\s+/).length));
}

/** What PDFBox says of a file. */
async function verdict(file: string): Promise<string> {
  const [java = '', ...args] = preflight ?? [];
  return new Promise((resolve) => {
    execFile(java, [...args, file], (_error, stdout, stderr) => resolve(`${stdout}${stderr}`.trim()));
  });
}

describe.runIf(preflight !== null)('PDFBox preflight', () => {
  test.each(['A4', 'Letter'] as const)(
    'finds a binder without attached files on %s a valid PDF/A-1b',
    async (size) => {
      const file = path(`${size}.pdf`);
      await composeBinder(sampleBinderModel({ attachments: [] }), file, { pageSize: size });
      await claimed(file);
      expect(await verdict(file)).toBe(`The file ${size}.pdf is a valid PDF/A-1b file`);
    },
  );

  test('finds it as valid after two signatures', async () => {
    const file = path('signed.pdf');
    await composeBinder(sampleBinderModel({ attachments: [] }), file);
    for (const field of ['Preparer', 'Reviewer'] as const) {
      const { signer } = memberSigner(field);
      const request = { capacityText: field, reason: 'I stand for it.', at: new Date() };
      await signPdf(file, { ...request, field, signer, certification: field === 'Preparer' });
    }
    await claimed(file);
    expect(await verdict(file)).toBe('The file signed.pdf is a valid PDF/A-1b file');
  });

  test.each(['release', 'weekly-summary', 'handover'])('finds a %s as valid', async (template) => {
    const file = path(`${template}.pdf`);
    await composePacket(packetModelOf(template), file, 'A4');
    await claimed(file);
    expect(await verdict(file)).toBe(`The file ${template}.pdf is a valid PDF/A-1b file`);
  });

  test('finds a binder with attached files to be no PDF/A-1b', async () => {
    const file = path('attached.pdf');
    await composeBinder(sampleBinderModel(), file);
    await claimed(file);
    expect(await verdict(file)).toContain('EmbeddedFile entry is present in the Names dictionary');
  });
});
