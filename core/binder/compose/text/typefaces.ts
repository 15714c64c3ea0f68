import { createRequire } from 'node:module';
import type { HouseFace } from '../../../../shared/domain/house-style.ts';
import { type Font, keepCodePoints } from '../fontkit-internals.ts';
import type { EmbeddedFace } from '../pdfkit-internals.ts';

/** The three voices of the document. */
export type Voice = 'regular' | 'strong' | 'mono';

const require = createRequire(import.meta.url);

const FILES = {
  sans: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf',
  sansStrong: '@expo-google-fonts/noto-sans/600SemiBold/NotoSans_600SemiBold.ttf',
  serif: '@expo-google-fonts/noto-serif/400Regular/NotoSerif_400Regular.ttf',
  serifStrong: '@expo-google-fonts/noto-serif/600SemiBold/NotoSerif_600SemiBold.ttf',
  arabic: '@expo-google-fonts/noto-sans-arabic/400Regular/NotoSansArabic_400Regular.ttf',
  arabicStrong: '@expo-google-fonts/noto-sans-arabic/600SemiBold/NotoSansArabic_600SemiBold.ttf',
  japanese: '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  japaneseStrong: '@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf',
  chinese: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  chineseStrong: '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
  korean: '@expo-google-fonts/noto-sans-kr/400Regular/NotoSansKR_400Regular.ttf',
  koreanStrong: '@expo-google-fonts/noto-sans-kr/700Bold/NotoSansKR_700Bold.ttf',
  thai: '@expo-google-fonts/noto-sans-thai/400Regular/NotoSansThai_400Regular.ttf',
  thaiStrong: '@expo-google-fonts/noto-sans-thai/600SemiBold/NotoSansThai_600SemiBold.ttf',
  emoji: '@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf',
  wide: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  mono: 'dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf',
} as const;
type FaceName = keyof typeof FILES;

/** Which faces are asked for a character, in this order. */
const CHAINS: Readonly<Record<Voice, readonly FaceName[]>> = {
  regular: ['sans', 'arabic', 'thai', 'japanese', 'chinese', 'korean', 'emoji', 'wide'],
  strong: [
    'sansStrong',
    'arabicStrong',
    'thaiStrong',
    'japaneseStrong',
    'chineseStrong',
    'koreanStrong',
    'emoji',
    'wide',
  ],
  mono: ['mono', 'sans', 'arabic', 'thai', 'japanese', 'chinese', 'korean', 'emoji', 'wide'],
};

/** A serif for what it has letters for; the rest, and all code, as ever. */
const SERIF_CHAINS: typeof CHAINS = {
  ...CHAINS,
  regular: ['serif', ...CHAINS.regular],
  strong: ['serifStrong', ...CHAINS.strong],
};

export interface Glyph {
  readonly id: number;
  /** Thousandths of an em. */
  readonly advance: number;
  /** The advance the font states; differs where shaping moved the next glyph. */
  readonly nominal: number;
  readonly codePoints: readonly number[];
  readonly dx: number;
  readonly dy: number;
}

export interface Shaped {
  readonly glyphs: readonly Glyph[];
  readonly exact: boolean;
}

/** Words that are kept shaped: a language repeats its own, and shaping is what costs. */
const SHAPED_KEPT = 20_000;

/** One font of the document; each has the glyphs of plain text at hand without shaping. */
export class Face {
  readonly embedded: EmbeddedFace;
  readonly #plain = new Map<number, Glyph | null>();
  readonly #shaped = new Map<string, Shaped>();

  constructor(embedded: EmbeddedFace) {
    this.embedded = embedded;
    keepCodePoints(embedded.font);
  }

  /** The glyph of a code point taken alone, or null where the font has none. */
  glyph(codePoint: number): Glyph | null {
    const known = this.#plain.get(codePoint);
    if (known !== undefined) return known;
    const { font, scale } = this.embedded;
    const found = font.hasGlyphForCodePoint(codePoint) ? font.glyphForCodePoint(codePoint) : null;
    const glyph = found && {
      id: found.id,
      advance: found.advanceWidth * scale,
      nominal: found.advanceWidth * scale,
      codePoints: [codePoint],
      dx: 0,
      dy: 0,
    };
    this.#plain.set(codePoint, glyph);
    return glyph;
  }

  /**
   * Shapes a run of one direction; right-to-left runs come back in visual order. `exact` says that the glyphs, one
   * after the other, stand for the characters as they were written; scripts that reorder letters do not.
   */
  shape(text: string, rtl: boolean): Shaped {
    const key = `${rtl}${text}`;
    const known = this.#shaped.get(key);
    if (known) return known;
    if (this.#shaped.size >= SHAPED_KEPT) this.#shaped.clear();
    const shaped = this.#shape(text, rtl);
    this.#shaped.set(key, shaped);
    return shaped;
  }

  /**
   * fontkit stumbles over marks on letters for which a font has no place for them (a null anchor): those are laid out
   * without placing marks, and what it cannot lay out at all, null, stands letter by letter.
   */
  #layout(text: string, direction: 'rtl' | 'ltr'): ReturnType<Font['layout']> | null {
    const { font } = this.embedded;
    for (const features of [undefined, { mark: false, mkmk: false }]) {
      try {
        return font.layout(text, features, undefined, undefined, direction);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
    }
    return null;
  }

  #unshaped(text: string, rtl: boolean): Shaped {
    const glyphs = [...text].flatMap((letter) => this.glyph(letter.codePointAt(0) ?? 0) ?? []);
    return { glyphs: rtl ? glyphs.reverse() : glyphs, exact: true };
  }

  #shape(text: string, rtl: boolean): Shaped {
    const { scale } = this.embedded;
    const run = this.#layout(inDrawingOrder(text), rtl ? 'rtl' : 'ltr');
    if (run === null) return this.#unshaped(text, rtl);
    const glyphs = run.glyphs.map((glyph, i) => ({
      id: glyph.id,
      advance: (run.positions[i]?.xAdvance ?? glyph.advanceWidth) * scale,
      nominal: glyph.advanceWidth * scale,
      codePoints: glyph.codePoints,
      dx: (run.positions[i]?.xOffset ?? 0) * scale,
      dy: (run.positions[i]?.yOffset ?? 0) * scale,
    }));
    // A reader puts right-to-left letters in order by itself, and reverses a span that says them in order already.
    const exact = rtl || String.fromCodePoint(...glyphs.flatMap((glyph) => glyph.codePoints)) === text;
    return { glyphs, exact };
  }
}

/** Thai writes the tone before the vowel AM and draws it above the ring of that vowel; fontkit does not know. */
function inDrawingOrder(text: string): string {
  return text.replace(/([\u0e48-\u0e4b])\u0e33/gu, '\u0e4d$1\u0e32');
}

/** The document that fonts are embedded in: a binder being written, or the panel of a signature added to one. */
export interface FontHost {
  embed(path: string): EmbeddedFace;
}

/** The fonts of one document, each opened when the first character needs it. */
export class Typefaces {
  readonly #pdf: FontHost;
  readonly #chains: typeof CHAINS;
  readonly #open = new Map<FaceName, Face>();
  readonly #chosen = new Map<string, Face | null>();

  constructor(pdf: FontHost, face: HouseFace = 'sans') {
    this.#pdf = pdf;
    this.#chains = face === 'sans' ? CHAINS : SERIF_CHAINS;
  }

  primary(voice: Voice): Face {
    return this.#face(this.#chains[voice][0] ?? 'sans');
  }

  /** The face for a cluster: the first that has all its characters. Null where none has. */
  choose(voice: Voice, cluster: string): Face | null {
    const key = `${voice}\n${cluster}`;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const face = this.#find(voice, cluster);
    this.#chosen.set(key, face);
    return face;
  }

  #find(voice: Voice, cluster: string): Face | null {
    const needed = [...cluster].filter((c) => !isInvisible(c)).map((c) => c.codePointAt(0) ?? 0);
    const chain = /\p{Emoji_Presentation}|\ufe0f/u.test(cluster)
      ? (['emoji', ...this.#chains[voice]] as const)
      : this.#chains[voice];
    for (const name of chain) {
      const face = this.#face(name);
      if (needed.every((codePoint) => face.glyph(codePoint) !== null)) return face;
    }
    return null;
  }

  #face(name: FaceName): Face {
    const known = this.#open.get(name);
    if (known) return known;
    const face = new Face(this.#pdf.embed(require.resolve(FILES[name])));
    this.#open.set(name, face);
    return face;
  }
}

/** Joiners, marks of direction and variation selectors shape their neighbours and have no picture of their own. */
export function isInvisible(character: string): boolean {
  return /^\p{Default_Ignorable_Code_Point}$/u.test(character);
}
