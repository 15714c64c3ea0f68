/** The part of fontkit's font that is used here. */
export interface Font {
  readonly unitsPerEm: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  glyphForCodePoint(codePoint: number): { readonly id: number; readonly advanceWidth: number };
  layout(
    text: string,
    features?: Record<string, boolean>,
    script?: string,
    language?: string,
    direction?: 'ltr' | 'rtl',
  ): {
    readonly glyphs: readonly {
      readonly id: number;
      readonly codePoints: number[];
      readonly advanceWidth: number;
    }[];
    readonly positions: readonly {
      readonly xAdvance: number;
      readonly xOffset: number;
      readonly yOffset: number;
    }[];
  };
}

const keeping = new WeakSet<Font>();

/**
 * fontkit keeps one object a glyph, with the code points it was first made for; while shaping it hands over the
 * right ones and they are lost. From here on every request gets its own.
 */
export function keepCodePoints(font: Font): void {
  if (keeping.has(font)) return;
  keeping.add(font);
  const inner = font as unknown as { getGlyph(id: number, codePoints?: number[]): object };
  const shared = inner.getGlyph.bind(font);
  inner.getGlyph = (id, codePoints = []) => Object.create(shared(id), { codePoints: { value: codePoints } });
}
