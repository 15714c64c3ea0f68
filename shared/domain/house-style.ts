import { z } from 'zod';
import { ALLOWED, type Verdict } from '../fault.ts';

/** The letters a house prints Latin, Greek and Cyrillic text in; other scripts keep their own. */
export const HOUSE_FACES = ['sans', 'serif'] as const;
export type HouseFace = (typeof HOUSE_FACES)[number];

/** What a logo may weigh and measure: it travels in the ledger, and is drawn at most 160 by 44 points. */
export const LOGO_LIMIT = { bytes: 64 * 1024, pixels: 1600 } as const;

/** How an organisation wants its binders and packets to look. It changes no word and no mark of a result. */
export const HouseStyle = z.strictObject({
  /** Shown on the cover; empty for none. */
  organisation: z.string().max(120),
  /** `#rrggbb` of rules, links and the line above the title; null for the colour this comes with. */
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/)
    .nullable(),
  face: z.enum(HOUSE_FACES),
  /** A PNG in base64. */
  logo: z
    .string()
    .max(Math.ceil((LOGO_LIMIT.bytes * 4) / 3) + 4)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .nullable(),
});
export type HouseStyle = z.infer<typeof HouseStyle>;

export const PLAIN_HOUSE: HouseStyle = { organisation: '', accent: null, face: 'sans', logo: null };

/** Red, green and blue of `#rrggbb`, each from 0 to 1. */
export function channelsOf(accent: string): [number, number, number] {
  const at = (from: number) => Number.parseInt(accent.slice(from, from + 2), 16) / 255;
  return [at(1), at(3), at(5)];
}

/** Relative luminance (WCAG 2.2) of a colour given from 0 to 1. */
export function luminanceOf(channels: readonly [number, number, number]): number {
  const [r, g, b] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

/** How much two luminances stand apart (WCAG 2.2), from 1 to 21. */
export function contrastOf(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** The palest ground that words of the accent stand on. */
const WASH = luminanceOf([0.957, 0.965, 0.961]);
const READABLE = 4.5;

/** Words are printed in the accent: it has to be dark enough to read, also in grey (WCAG 2.2, 1.4.3). */
export function mayBeAccent(accent: string): Verdict {
  const contrast = contrastOf(luminanceOf(channelsOf(accent)), WASH);
  if (contrast >= READABLE) return ALLOWED;
  return {
    allowed: false,
    rule: 'accent-readable',
    because: `The colour ${accent} has a contrast of ${contrast.toFixed(1)} on paper; words need ${READABLE}. Choose a darker one.`,
  };
}
