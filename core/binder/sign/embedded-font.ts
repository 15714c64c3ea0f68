import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { Font } from 'fontkit';
import type { Increment } from './increment.ts';
import {
  array,
  dict,
  name,
  number,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  text,
  typed,
} from './pdf-value.ts';
import type { PlacedGlyph } from './shaping.ts';

/** What fontkit's subset really offers; its published types are older than it. */
interface GlyphSubset {
  includeGlyph(id: number): number;
  encode(): Uint8Array;
  readonly cff?: unknown;
}

interface UsedGlyph {
  readonly code: number;
  readonly width: number;
  readonly codePoints: readonly number[];
}

/**
 * The glyphs of one font that the panel uses, embedded in the same increment. PDF/A allows no font that is not embedded,
 * the standard fourteen included, and the fonts of the pages are subsets that lack the signer's letters.
 */
export class EmbeddedFont {
  /** The name of the font in the panel's resources. */
  readonly key: string;
  readonly #font: Font;
  readonly #subset: GlyphSubset;
  readonly #used = new Map<number, UsedGlyph>();

  constructor(font: Font, key: string) {
    this.key = key;
    this.#font = font;
    this.#subset = font.createSubset() as unknown as GlyphSubset;
  }

  /** The four hexadecimal digits that show this glyph. */
  encode({ id, width, codePoints }: PlacedGlyph): string {
    const code = this.#subset.includeGlyph(id);
    if (!this.#used.has(code)) this.#used.set(code, { code, width, codePoints });
    return hex4(code);
  }

  /** Writes the Type0 font and all it leads to (ISO 32000-1, 9.7). */
  writeTo(increment: Increment): PdfRef {
    const file = Buffer.from(this.#subset.encode());
    const isCff = this.#subset.cff !== undefined;
    const tag = createHash('sha256').update(file).digest('hex').slice(0, 6);
    const letters = tag.replace(/./g, (digit) => String.fromCharCode(65 + Number.parseInt(digit, 16)));
    const baseFont = name(`${letters}+${this.#font.postscriptName.replaceAll(' ', '')}`);
    const descriptor = increment.add(this.#descriptor(baseFont, isCff, addFontFile(increment, file, isCff)));
    const descendant = typed('Font', {
      Subtype: name(isCff ? 'CIDFontType0' : 'CIDFontType2'),
      BaseFont: baseFont,
      CIDSystemInfo: dict({ Registry: text('Adobe'), Ordering: text('Identity'), Supplement: number(0) }),
      FontDescriptor: descriptor,
      CIDToGIDMap: isCff ? undefined : name('Identity'),
      DW: number(1_000),
      W: array(...this.#inOrder().flatMap(({ code, width }) => [number(code), array(number(round(width)))])),
    });
    const type0 = typed('Font', {
      Subtype: name('Type0'),
      BaseFont: baseFont,
      Encoding: name('Identity-H'),
      DescendantFonts: array(increment.add(descendant)),
      ToUnicode: addDeflated(increment, dict({}), Buffer.from(toUnicode(this.#inOrder()), 'latin1')),
    });
    return increment.add(type0);
  }

  #inOrder(): UsedGlyph[] {
    return [...this.#used.values()].sort((a, b) => a.code - b.code);
  }

  #descriptor(fontName: PdfValue, isCff: boolean, file: PdfValue): PdfDict {
    const { bbox, ascent, descent, capHeight, italicAngle, unitsPerEm } = this.#font;
    const scaled = (value: number) => number(Math.round((value * 1_000) / unitsPerEm));
    return typed('FontDescriptor', {
      FontName: fontName,
      // Symbolic: the glyphs are addressed by number, not by a Latin encoding.
      Flags: number(4),
      FontBBox: array(scaled(bbox.minX), scaled(bbox.minY), scaled(bbox.maxX), scaled(bbox.maxY)),
      ItalicAngle: number(italicAngle),
      Ascent: scaled(ascent),
      Descent: scaled(descent),
      CapHeight: scaled(capHeight || ascent),
      StemV: number(80),
      [isCff ? 'FontFile3' : 'FontFile2']: file,
    });
  }
}

function addFontFile(increment: Increment, file: Buffer, isCff: boolean): PdfRef {
  const head = isCff ? { Subtype: name('CIDFontType0C') } : { Length1: number(file.length) };
  return addDeflated(increment, dict(head), file);
}

/** A stream compressed with deflate. */
export function addDeflated(increment: Increment, entries: PdfDict, bytes: Buffer): PdfRef {
  const filtered = dict({ ...Object.fromEntries(entries.entries), Filter: name('FlateDecode') });
  return increment.addStream(filtered, deflateSync(bytes, { level: 9 }));
}

/** The largest number of mappings one `beginbfchar` may hold. */
const BFCHAR_LIMIT = 100;

/** Back from glyphs to text, for copying, searching and screen readers (ISO 32000-1, 9.10.3). */
function toUnicode(glyphs: readonly UsedGlyph[]): string {
  const mapped = glyphs.filter(({ codePoints }) => codePoints.length > 0);
  const blocks: string[] = [];
  for (let at = 0; at < mapped.length; at += BFCHAR_LIMIT) {
    const part = mapped.slice(at, at + BFCHAR_LIMIT);
    const lines = part.map(({ code, codePoints }) => `<${hex4(code)}> <${utf16(codePoints)}>\n`);
    blocks.push(`${part.length} beginbfchar\n${lines.join('')}endbfchar\n`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
}

function utf16(codePoints: readonly number[]): string {
  return Buffer.from(String.fromCodePoint(...codePoints), 'utf16le')
    .swap16()
    .toString('hex');
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0');
}

function round(width: number): number {
  return Math.round(width * 100) / 100;
}
