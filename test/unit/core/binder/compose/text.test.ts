import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { PdfFile } from '../../../../../core/binder/compose/pdfkit-internals.ts';
import { linesOf, oneLine } from '../../../../../core/binder/compose/text/lines.ts';
import { Typefaces } from '../../../../../core/binder/compose/text/typefaces.ts';
import { readable, readableName } from '../../../../../shared/domain/spell-out.ts';
import { assessmentOf, controlOf, sampleBinderModel } from '../../../../support/binder-model.ts';
import { composedIn, folder, run, textOf } from './composed.ts';

function typefaces(): Typefaces {
  const at = new Date('2026-01-01T00:00:00Z');
  const names = { language: 'en', title: '', author: '', subject: '', creator: '' };
  return new Typefaces(new PdfFile({ width: 595, height: 842, fileId: new Uint8Array(16), at, ...names }));
}

/** What the lines say, taken from the glyphs themselves. */
function said(text: string, limit: number): string[] {
  return linesOf(typefaces(), 'regular', text, limit).map((line) =>
    line.runs
      .map((run) => run.says ?? String.fromCodePoint(...run.glyphs.flatMap((glyph) => glyph.codePoints)))
      .join('')
      .trimEnd(),
  );
}

/** Every assigned letter, mark and sign outside of the ideographs. */
function everyLetter(): string[] {
  const ranges = [
    [0x20, 0x3100],
    [0xa000, 0xac00],
    [0xfb00, 0xfffe],
  ] as const;
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, i) => String.fromCodePoint(from + i)).filter((letter) =>
      /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(letter),
    ),
  );
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));

async function notePrinted(note: string): Promise<string> {
  await using dir = await folder();
  const controls = [controlOf('AC-2', 'Accounts', { assessments: [assessmentOf({ note })] })];
  return textOf(await composedIn(dir.path, sampleBinderModel({ groups: [{ title: 'All', controls }] })));
}

describe('text in a binder', () => {
  test.each([
    ['Latin', 'Straße naïve Łódź Þór Đà Nẵng'],
    ['Greek', 'Η ασφάλεια των πληροφοριών'],
    ['Cyrillic', 'Проверка учётных записей'],
    ['Japanese', '情報セキュリティ監査「四半期」'],
    ['Chinese', '審計證據 中文'],
    ['emoji', '😀 ✅ 🔒 👩‍💻 🇪🇺 👍🏽'],
    ['marks and arrows', '☑ ✓ ✔ ✗ → ← ≥ ≠ ∞'],
    ['Hindi, which reorders its letters', 'हिन्दी में लिखा'],
    ['Thai', 'การตรวจสอบบัญชีเสร็จสมบูรณ์แล้ว ๒๕๖๙ น้ำ'],
    ['a character beside its compatibility twin', 'ﬁ fi Å ⼀ 一'],
  ])('in %s comes out as it went in', async (_, words) => {
    expect(await notePrinted(`BEGIN ${words} END`)).toContain(`BEGIN ${words} END`);
  });

  test('in Arabic is shaped, runs from right to left, and comes out in reading order', async () => {
    const text = await notePrinted('تمت مراجعة الحسابات بنجاح');
    expect(text.replace(/[\u202a-\u202e]/g, '')).toContain('تمت مراجعة الحسابات بنجاح');
  });

  test('in Thai has a tone mark above the ring of the vowel it stands with', () => {
    const glyphs = linesOf(typefaces(), 'regular', 'น้ำ', 9000)[0]?.runs[0]?.glyphs ?? [];
    const drawn = glyphs.flatMap((glyph) => glyph.codePoints);
    expect(drawn.indexOf(0x0e4d)).toBeLessThan(drawn.indexOf(0x0e49));
    expect(drawn).toContain(0x0e4d);
  });

  test('of any script, each letter beside its neighbours and under every mark, is laid out and lost nowhere', () => {
    const faces = typefaces();
    const marks = everyLetter().filter((letter) => /\p{M}/u.test(letter));
    const texts = [
      ...chunks(everyLetter(), 64).map((letters) => letters.join('')),
      ...['a', 'Ω', 'и', 'ب', 'ก', 'क', '한', '字', '1', '☐'].map((base) =>
        marks.map((mark) => base + mark).join(' '),
      ),
    ];
    for (const text of texts) {
      const glyphs = linesOf(faces, 'regular', text, 9e9).flatMap((line) =>
        line.runs.flatMap((run) => run.glyphs),
      );
      expect(glyphs.length, text).toBeGreaterThan(0);
    }
  });

  test('that no font covers stands there as its code point', async () => {
    expect(await notePrinted('a \u{1d49c} b \u1a00')).toContain('a [U+1D49C] b [U+1A00]');
  });

  test('never hides a mark that makes it read other than it is stored', () => {
    expect(readable('in\u202efdp.exe \u0007 \ud800 \u2066')).toBe(
      'in[U+202E]fdp.exe [U+0007] [U+D800] [U+2066]',
    );
    expect(readable('tab\tand\nline, joined\u200d, well-formed 😀')).toBe(
      'tab\tand\nline, joined\u200d, well-formed 😀',
    );
    expect(readableName('a\nb\u200fc\u200b')).toBe('a[U+000A]b[U+200F]c[U+200B]');
  });

  test('keeps its letters when a thousand marks are piled on one of them', () => {
    const text = `a${'\u0301'.repeat(1000)}b`;
    expect(said(text, Number.POSITIVE_INFINITY).join('').normalize('NFD')).toBe(text);
  });
});

describe('breaking lines', () => {
  test('happens between words, and no line is wider than it may be', () => {
    const text = 'The quick brown fox jumps over the lazy dog';
    const lines = linesOf(typefaces(), 'regular', text, 8000);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.width).toBeLessThanOrEqual(8000);
    expect(said(text, 8000).join(' ')).toBe(text);
  });

  test('happens anywhere in a word that is wider than a line, and loses nothing', () => {
    const hash = '0123456789abcdef'.repeat(16);
    expect(said(hash, 10_000).join('')).toBe(hash);
    const japanese = '監査の結果、すべてのアカウントに所有者がいることを確認しました。';
    expect(said(japanese, 5000).join('')).toBe(japanese);
    const emoji = '👩‍💻'.repeat(40);
    expect(said(emoji, 5000).join('')).toBe(emoji);
  });

  test('happens between the words of Thai, which writes no spaces between them', () => {
    const words = ['การ', 'ตรวจ', 'สอบ', 'บัญชี', 'เสร็จ', 'สมบูรณ์', 'แล้ว'];
    const lines = said(words.join(''), 3000);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('')).toBe(words.join(''));
    // Never before a vowel or tone mark, and never inside of the word for an account.
    expect(lines.some((line) => line.includes('บัญชี'))).toBe(true);
  });

  test('happens after a hyphen before a letter, not in the label of a control', () => {
    expect(said('self-assessment', 5000)[0]).toBe('self-');
    expect(said('xx AC-2', 2600)).toEqual(['xx', 'AC-2']);
  });

  test('keeps closing brackets and full stops off the beginning of a line', () => {
    for (const limit of [3000, 4000, 5000, 6000]) {
      for (const line of said('「監査」「証拠」。「記録」、確認。', limit))
        expect(line).not.toMatch(/^[」。、]/);
    }
  });

  test('leaves a space behind each word that ends a line, and none inside a word it had to divide', () => {
    const last = (text: string) =>
      linesOf(typefaces(), 'regular', text, 5000).map(
        (line) => line.runs.at(-1)?.glyphs.at(-1)?.codePoints[0] === 0x20,
      );
    expect(last('some words that take more lines').every(Boolean)).toBe(true);
    expect(last('0123456789abcdef')).toEqual([false, true]);
  });

  test('keeps empty lines and makes line ends of every kind alike', () => {
    expect(said('a\r\nb\rc\n\nd', 10_000)).toEqual(['a', 'b', 'c', '', 'd']);
  });

  test('gives way to an ellipsis where only one line is allowed', () => {
    const faces = typefaces();
    const line = oneLine(faces, 'regular', 'A title that is far too long for its place', 8000);
    expect(line.width).toBeLessThanOrEqual(8000);
    const text = String.fromCodePoint(...line.runs.flatMap((r) => r.glyphs.flatMap((g) => g.codePoints)));
    expect(text.trimEnd()).toMatch(/^A title.*…$/);
    expect(oneLine(faces, 'regular', 'short', 8000).width).toBeLessThan(8000);
  });
});

describe('fonts', () => {
  test('are embedded as subsets, and only those that are used', async () => {
    await using dir = await folder();
    const plain = run('pdffonts', await composedIn(dir.path, sampleBinderModel(), 'plain.pdf'));
    expect(plain.match(/Noto\S+|DejaVu\S+/g)).toHaveLength(3);
    expect(plain.match(/yes yes yes/g)).toHaveLength(3);
    const japanese = await composedIn(dir.path, sampleBinderModel({ title: '監査' }), 'japanese.pdf');
    expect(run('pdffonts', japanese)).toContain('NotoSansJP');
    expect((await readFile(japanese)).length).toBeLessThan(400_000);
  });
});
