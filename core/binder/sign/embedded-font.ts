import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { create, type Font } from 'fontkit';
import { glyphCode } from '../compose/pdf-objects.ts';
import type { EmbeddedFace } from '../compose/pdfkit-internals.ts';
import { addDeflated, type Increment } from './increment.ts';
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

/** What fontkit's subset really offers; its published types are older than it. */
interface GlyphSubset {
  includeGlyph(id: number): number;
  encode(): Uint8Array;
  readonly cff?: unknown;
}

interface UsedGlyph {
  readonly cid: number;
  readonly code: string;
  readonly says: readonly number[];
  readonly advance: number;
}

/**
 * The glyphs of one font that a panel uses, embedded in the same increment. PDF/A allows no font that is not embedded,
 * the standard fourteen included, and the fonts of the pages are subsets that may lack the signer's letters.
 */
export class EmbeddedFont implements EmbeddedFace {
  readonly resource: string;
  readonly font: Font;
  readonly scale: number;
  readonly #subset: GlyphSubset;
  readonly #used = new Map<number, UsedGlyph>();
  readonly #increment: Increment;
  #ref: PdfRef | undefined;

  constructor(increment: Increment, path: string, resource: string) {
    const font = create(readFileSync(path));
    if ('fonts' in font) throw new Error(`${path} is a collection of fonts, not one font.`);
    this.#increment = increment;
    this.resource = resource;
    this.font = font;
    this.scale = 1_000 / font.unitsPerEm;
    this.#subset = font.createSubset() as unknown as GlyphSubset;
  }

  /** The font dictionary; its number is taken only now, as a font may be asked for a letter and not have it. */
  get ref(): PdfRef {
    this.#ref ??= this.#increment.reserve();
    return this.#ref;
  }

  get object(): number {
    return this.ref.number;
  }

  use(glyph: number, codePoints: readonly number[], advance: number): UsedGlyph {
    const cid = this.#subset.includeGlyph(glyph);
    const known = this.#used.get(cid) ?? { cid, code: glyphCode(cid), says: codePoints, advance };
    this.#used.set(cid, known);
    return known;
  }

  /** Writes the Type0 font and all it leads to (ISO 32000-1, 9.7). */
  write(): void {
    const increment = this.#increment;
    const file = Buffer.from(this.#subset.encode());
    const isCff = this.#subset.cff !== undefined;
    const baseFont = name(`${subsetTag(file)}+${this.font.postscriptName.replaceAll(' ', '')}`);
    const used = [...this.#used.values()].sort((a, b) => a.cid - b.cid);
    const descendant = typed('Font', {
      Subtype: name(isCff ? 'CIDFontType0' : 'CIDFontType2'),
      BaseFont: baseFont,
      CIDSystemInfo: dict({ Registry: text('Adobe'), Ordering: text('Identity'), Supplement: number(0) }),
      FontDescriptor: increment.add(this.#descriptor(baseFont, isCff, addFontFile(increment, file, isCff))),
      CIDToGIDMap: isCff ? undefined : name('Identity'),
      DW: number(1_000),
      W: array(...used.flatMap(({ cid, advance }) => [number(cid), array(number(hundredths(advance)))])),
    });
    const type0 = typed('Font', {
      Subtype: name('Type0'),
      BaseFont: baseFont,
      Encoding: name('Identity-H'),
      DescendantFonts: array(increment.add(descendant)),
      ToUnicode: addDeflated(increment, dict({}), Buffer.from(toUnicode(used), 'latin1')),
    });
    increment.put(this.ref, type0);
  }

  #descriptor(fontName: PdfValue, isCff: boolean, file: PdfRef): PdfDict {
    const { bbox, ascent, descent, capHeight, italicAngle } = this.font;
    const scaled = (value: number) => number(Math.round(value * this.scale));
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

/** Six capital letters that differ from subset to subset (9.6.4). */
function subsetTag(file: Buffer): string {
  const digits = createHash('sha256').update(file).digest('hex').slice(0, 6);
  return digits.replace(/./g, (digit) => String.fromCharCode(65 + Number.parseInt(digit, 16)));
}

function addFontFile(increment: Increment, file: Buffer, isCff: boolean): PdfRef {
  const head = isCff ? { Subtype: name('CIDFontType0C') } : { Length1: number(file.length) };
  return addDeflated(increment, dict(head), file);
}

/** The largest number of mappings one `beginbfchar` may hold. */
const BFCHAR_LIMIT = 100;

/** Back from glyphs to text, for copying, searching and screen readers (9.10.3). */
function toUnicode(glyphs: readonly UsedGlyph[]): string {
  const mapped = glyphs.filter(({ says }) => says.length > 0);
  const blocks: string[] = [];
  for (let at = 0; at < mapped.length; at += BFCHAR_LIMIT) {
    const part = mapped.slice(at, at + BFCHAR_LIMIT);
    const lines = part.map(({ cid, says }) => `<${hex4(cid)}> <${utf16(says)}>\n`);
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

function hundredths(width: number): number {
  return Math.round(width * 100) / 100;
}
