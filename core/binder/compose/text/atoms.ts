import bidiFactory from 'bidi-js';
import { spelledOut } from '../../../../shared/domain/spell-out.ts';
import type { Face, Glyph, Typefaces, Voice } from './typefaces.ts';
import { isInvisible } from './typefaces.ts';

/** A stretch of one font and one direction that no line is broken inside of, unless it is wider than a line. */
export interface Atom {
  readonly face: Face;
  readonly text: string;
  /** Embedding level of the Unicode bidirectional algorithm; odd is right to left. */
  readonly level: number;
  readonly glyphs: readonly Glyph[];
  /** Whether each glyph says for itself which character it is. */
  readonly exact: boolean;
  /** Thousandths of an em. */
  readonly width: number;
  readonly space: boolean;
  readonly breakAfter: boolean;
}

// The package declares a default export and is CommonJS: Node hands over the factory itself, TypeScript a module.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

interface Cluster {
  readonly text: string;
  readonly level: number;
  readonly face: Face;
  readonly space: boolean;
  /** The last of a word, in a script that writes none of its spaces between words. */
  readonly endsWord: boolean;
}

/** Divides a paragraph into atoms in the order it is read, and says whether it runs from right to left. */
export function atomsOf(
  faces: Typefaces,
  voice: Voice,
  paragraph: string,
): { readonly atoms: Atom[]; readonly rtl: boolean } {
  const embedding = bidi.getEmbeddingLevels(paragraph);
  const clusters = clustersOf(faces, voice, paragraph, embedding.levels);
  return { atoms: joined(clusters), rtl: ((embedding.paragraphs[0]?.level ?? 0) & 1) === 1 };
}

function clustersOf(faces: Typefaces, voice: Voice, paragraph: string, levels: Uint8Array): Cluster[] {
  const clusters: Cluster[] = [];
  const ends = wordEnds(paragraph);
  for (const { segment, index } of segmentsOf(paragraph)) {
    const level = levels[index] ?? 0;
    const text = level & 1 ? mirrored(segment) : segment;
    const face = faces.choose(voice, text);
    const endsWord = ends.has(index + segment.length);
    if (face) clusters.push({ text, level, face, space: /^\s$/u.test(text) && text !== '\u00a0', endsWord });
    else clusters.push(...spelledClusters(faces, voice, text, level));
  }
  return clusters;
}

const UNSPACED = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const unspacedWords = new Intl.Segmenter('th', { granularity: 'word' });

/** Where words of Thai and its like end; a dictionary knows, the text does not say. */
function wordEnds(paragraph: string): ReadonlySet<number> {
  const ends = new Set<number>();
  if (!UNSPACED.test(paragraph)) return ends;
  for (const { segment, index } of unspacedWords.segment(paragraph))
    if (UNSPACED.test(segment)) ends.add(index + segment.length);
  return ends;
}

function mirrored(segment: string): string {
  return bidi.getMirroredCharacter(segment) ?? segment;
}

/** A hostile text can pile a million marks on one letter, or write a word without end; shaping takes it in parts. */
const LONGEST = 96;

function* segmentsOf(paragraph: string): Iterable<{ segment: string; index: number }> {
  for (const { segment, index } of graphemes.segment(paragraph)) {
    if (segment.length <= LONGEST) yield { segment, index };
    else {
      const characters = [...segment];
      let at = index;
      for (let from = 0; from < characters.length; from += LONGEST) {
        const part = characters.slice(from, from + LONGEST).join('');
        yield { segment: part, index: at };
        at += part.length;
      }
    }
  }
}

/** The fonts may have parts of a cluster: only the characters that none has are spelled out. */
function spelledClusters(faces: Typefaces, voice: Voice, text: string, level: number): Cluster[] {
  return [...text].flatMap((character) => {
    if (isInvisible(character)) return [];
    const own = faces.choose(voice, character);
    if (own) return [{ text: character, level, face: own, space: false, endsWord: false }];
    const face = faces.primary(voice);
    return [...spelledOut(character)].map((c) => ({
      text: c,
      level: level + (level & 1),
      face,
      space: false,
      endsWord: false,
    }));
  });
}

function joined(clusters: readonly Cluster[]): Atom[] {
  const atoms: Atom[] = [];
  let from = 0;
  for (let i = 0; i < clusters.length; i++) {
    const here = clusters[i];
    const next = clusters[i + 1];
    if (!here) continue;
    const breakAfter = next === undefined || mayBreakBetween(here, next);
    const ends =
      breakAfter ||
      here.space ||
      next.space ||
      here.face !== next.face ||
      here.level !== next.level ||
      i - from >= LONGEST;
    if (!ends) continue;
    const text = clusters.slice(from, i + 1).map((c) => c.text);
    atoms.push(shapedAtom(here, text.join(''), breakAfter));
    from = i + 1;
  }
  return atoms;
}

function shapedAtom(like: Cluster, text: string, breakAfter: boolean): Atom {
  const { glyphs, exact } = like.face.shape(text, (like.level & 1) === 1);
  return {
    face: like.face,
    text,
    level: like.level,
    glyphs,
    exact,
    width: glyphs.reduce((sum, glyph) => sum + glyph.advance, 0),
    space: like.space,
    breakAfter,
  };
}

const IDEOGRAPHIC =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]|\p{Extended_Pictographic}/u;
/** May not begin a line, and may not end one (the short list of JIS X 4051). */
const NOT_FIRST =
  /^[\])}>,.:;!?%、。，．・：；？！’”）〕］｝〉》」』】ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶーゝゞヽヾ々〜]/u;
const NOT_LAST = /[([{<‘“（〔［｛〈《「『【]$/u;

function mayBreakBetween(here: Cluster, next: Cluster): boolean {
  if (here.space) return !next.space;
  if (next.space) return false;
  if (mayBreakAfterCharacter(here.text, next.text)) return true;
  if (here.endsWord && UNSPACED.test(next.text)) return true;
  if (!IDEOGRAPHIC.test(here.text) && !IDEOGRAPHIC.test(next.text)) return false;
  return !NOT_FIRST.test(next.text) && !NOT_LAST.test(here.text);
}

/** After dashes and slashes inside a word, and after a hyphen before a letter: `AC-2` stays whole. */
export function mayBreakAfterCharacter(here: string, next: string): boolean {
  if (here === '-') return /\p{L}/u.test(next);
  return (here === '/' || here === '_' || here === '–' || here === '—') && /[\p{L}\p{N}]/u.test(next);
}

/** Divides an atom that is wider than a line into its grapheme clusters. */
export function pieces(atom: Atom): Atom[] {
  return [...graphemes.segment(atom.text)].map(({ segment }) =>
    shapedAtom(
      { text: segment, level: atom.level, face: atom.face, space: atom.space, endsWord: false },
      segment,
      true,
    ),
  );
}

/** Rule L2: from the highest level down, reverse every run at that level or above. */
export function visualOrder(atoms: readonly Atom[]): Atom[] {
  const order = [...atoms];
  const highest = Math.max(0, ...order.map((a) => a.level));
  for (let level = highest; level > 0; level--) reverseRuns(order, level);
  return order;
}

function reverseRuns(order: Atom[], level: number): void {
  let from = 0;
  while (from < order.length) {
    let to = from;
    while (to < order.length && (order[to]?.level ?? 0) >= level) to++;
    if (to > from) order.splice(from, to - from, ...order.slice(from, to).reverse());
    from = to + 1;
  }
}
