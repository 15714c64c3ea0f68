import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import PDFDocument from 'pdfkit';
import { describe, expect, test } from 'vitest';
import { PDFKIT_VERSION, PdfFile, srgbProfile } from '../../../../../core/binder/compose/pdfkit-internals.ts';

function startFile(): PdfFile {
  return new PdfFile({
    width: 595,
    height: 842,
    fileId: new Uint8Array(16).fill(7),
    language: 'en',
    title: 'T',
    author: 'A',
    subject: 'S',
    creator: 'C',
    at: new Date('2026-01-01T00:00:00Z'),
  });
}

function bytesOf(pdf: PdfFile): string {
  return Buffer.concat(pdf.takePending()).toString('latin1');
}

function closed(pdf: PdfFile): string {
  pdf.writeOutlineRoot('/Type /Outlines');
  pdf.names('/Dests << /Names [] >>');
  pdf.finish();
  return bytesOf(pdf);
}

describe('what is relied on inside pdfkit', () => {
  test('is the inside of exactly the version that was read', () => {
    const entry = createRequire(import.meta.url).resolve('pdfkit');
    const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
    expect(version).toBe(PDFKIT_VERSION);
  });

  test('are the members that are taken over', () => {
    const doc = new PDFDocument({ autoFirstPage: false }) as unknown as Record<string, unknown>;
    for (const name of ['push', '_write', 'endOutline', 'endMetadata', 'endAcroForm', 'endMarkings'])
      expect(typeof doc[name], name).toBe('function');
    expect(doc).toMatchObject({ _offset: expect.any(Number), _offsets: expect.any(Array), outline: {} });
  });

  test('gives out object numbers without gaps, and offsets that lead to the objects', () => {
    const pdf = startFile();
    const [first, second] = [pdf.reserve(), pdf.reserve()];
    expect(second).toBe(first + 1);
    pdf.write(second, '(second)');
    pdf.write(first, '(first)');
    pdf.startPage();
    pdf.fillPage({ content: '', fonts: [], forms: {}, annotations: [], structParents: 0 });
    const text = closed(pdf);
    const table = /xref\n0 (\d+)\n([\s\S]*?)trailer/.exec(text);
    const offsets = (table?.[2] ?? '')
      .trim()
      .split('\n')
      .map((line) => Number(line.slice(0, 10)));
    expect(offsets).toHaveLength(Number(table?.[1]));
    offsets.slice(1).forEach((offset, i) => {
      expect(text.slice(offset, offset + 12)).toMatch(new RegExp(`^${i + 1} 0 obj\n`));
    });
    expect(text).toContain(`/ID [<${'07'.repeat(16)}> <${'07'.repeat(16)}>]`);
  });

  test('lets pages written last stand first', () => {
    const pdf = startFile();
    const pages = [1, 2, 3, 4].map(() => {
      const id = pdf.startPage();
      pdf.fillPage({ content: '', fonts: [], forms: {}, annotations: [], structParents: 0 });
      return `${id} 0 R`;
    });
    pdf.movePages(3, 1);
    expect(pdf.pageCount).toBe(4);
    expect(closed(pdf)).toContain(`/Kids [${[0, 3, 1, 2].map((i) => pages[i]).join(' ')}]`);
  });

  test('refuses to finish while an object that was given out is missing', () => {
    const pdf = startFile();
    const missing = pdf.reserve();
    expect(() => closed(pdf)).toThrow(`PDF object ${missing} was reserved and never written`);
  });

  test('carries an sRGB profile', () => {
    expect(Buffer.from(srgbProfile()).toString('latin1', 36, 40)).toBe('acsp');
  });
});
