import type { List, Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { splitLines } from './source-text.ts';

/** The block structure of a plan; every node has its lines, and text nodes still carry their inline marks. */
export interface Blocks {
  readonly root: Root;
  /** `title`, `version` … of YAML or TOML front matter, keys in lower case. */
  readonly frontMatter: ReadonlyMap<string, string>;
  /** Lines of front matter, code and HTML, and lines too deeply nested to be parsed: kept word for word. */
  readonly verbatim: ReadonlySet<number>;
  /** Lines left out of the parse because they nest deeper than `DEEPEST`. */
  readonly tooDeep: readonly number[];
}

/** Nesting beyond this is no plan; each level costs stack and time in every reader of the tree. */
export const DEEPEST = 48;

const TEXT = [
  'attention',
  'autolink',
  'codeText',
  'hardBreakEscape',
  'htmlText',
  'labelStartImage',
  'labelStartLink',
  'labelEnd',
  'characterEscape',
  'characterReference',
  'strikethrough',
  'emailAutolink',
  'wwwAutolink',
  'protocolAutolink',
  'gfmFootnoteCall',
  'gfmPotentialFootnoteCall',
];

const OPTIONS = {
  extensions: [gfm(), { disable: { null: TEXT } }],
  // The autolink transform walks the tree recursively and is not needed: addresses are text here.
  mdastExtensions: gfmFromMarkdown().filter((extension) => !('transforms' in extension)),
};

/** Parses the blocks of a plan; line numbers stay those of the file. */
export function parseBlocks(lines: readonly string[]): Blocks {
  const front = frontMatterOf(lines);
  const verbatim = new Set<number>(front.lines);
  const tooDeep: number[] = [];
  const parsed = lines.map((line, index) => {
    if (verbatim.has(index + 1)) return '';
    if (nesting(line) <= DEEPEST) return line;
    tooDeep.push(index + 1);
    verbatim.add(index + 1);
    return '';
  });
  const root = parseLines(parsed);
  for (const line of codeLines(root)) verbatim.add(line);
  return { root, frontMatter: front.fields, verbatim, tooDeep };
}

const PIECE = 400;
/** A paragraph of more lines is read as several, since the parser takes time by the square of its lines. */
const LONGEST_PARAGRAPH = 2000;

/**
 * The parser copies all its events whenever a list or quote closes, which is quadratic over a long document.
 * So it is fed in pieces: a block (or list item) is final once another one follows it, and the next piece
 * begins with the last block of this one, whatever it turns out to be. A block longer than a piece is tried
 * again with twice the lines, so every line is parsed a bounded number of times.
 */
function parseLines(lines: readonly string[]): Root {
  const children: RootContent[] = [];
  let start = 0;
  let size = PIECE;
  while (start < lines.length) {
    const end = Math.min(lines.length, start + size);
    const piece = fromMarkdown(lines.slice(start, end).join('\n'), OPTIONS);
    shift(piece, start);
    const { kept, next } = end === lines.length || endless(piece) ? whole(piece, end) : finished(piece, end);
    size = next === start ? size * 2 : PIECE;
    if (next > start) children.push(...kept);
    start = next;
  }
  return { type: 'root', children };
}

/** Whether a piece ends within a paragraph too long to wait for its end; cut there, no line of it is lost. */
function endless(piece: Root): boolean {
  let node: Nodes | undefined = piece.children.at(-1);
  while (node !== undefined && node.type !== 'paragraph' && 'children' in node) node = node.children.at(-1);
  if (node?.type !== 'paragraph') return false;
  const { from, to } = linesOf(node);
  return to - from >= LONGEST_PARAGRAPH;
}

function whole(piece: Root, end: number): { kept: RootContent[]; next: number } {
  return { kept: piece.children, next: end };
}

/** The blocks of a piece that no later line can change, and the index of the line to go on from. */
function finished(piece: Root, end: number): { kept: RootContent[]; next: number } {
  const last = piece.children.at(-1);
  if (last === undefined) return { kept: [], next: end };
  const before = piece.children.slice(0, -1);
  const item = last.type === 'list' ? last.children.at(-1) : undefined;
  if (
    last.type === 'list' &&
    item?.position !== undefined &&
    item.position.start.column <= 4 &&
    last.children.length > 1
  ) {
    const list: List = { ...last, children: last.children.slice(0, -1) };
    return { kept: [...before, list], next: linesOf(item).from - 1 };
  }
  return { kept: before, next: linesOf(last).from - 1 };
}

function shift(node: Nodes, lines: number): void {
  if (node.position !== undefined) {
    node.position.start.line += lines;
    node.position.end.line += lines;
  }
  if ('children' in node) for (const child of node.children) shift(child, lines);
}

/** Code and HTML say something else than Markdown would read in them. */
function* codeLines(node: Nodes): Generator<number> {
  if (node.type === 'code' || node.type === 'html') {
    const { from, to } = linesOf(node);
    for (let line = from; line <= to; line += 1) yield line;
  } else if ('children' in node && node.type !== 'paragraph' && node.type !== 'table') {
    for (const child of node.children) yield* codeLines(child);
  }
}

/** First and last line of a node. */
export function linesOf(node: Nodes): { from: number; to: number } {
  return { from: node.position?.start.line ?? 1, to: node.position?.end.line ?? 1 };
}

/** The raw text of a paragraph, heading or cell: inline marks and line ends still in it. */
export function rawText(node: { readonly children: readonly Nodes[] }): string {
  return node.children.map((child) => ('value' in child ? child.value : '\n')).join('');
}

/** The raw lines of a paragraph with their numbers. */
export function rawLines(node: RootContent): { line: number; raw: string }[] {
  if (!('children' in node)) return [];
  const { from } = linesOf(node);
  return splitLines(rawText(node)).map((raw, index) => ({ line: from + index, raw }));
}

/** An upper bound of the containers a line opens: markers in its prefix, and indentation at two columns each. */
function nesting(line: string): number {
  const prefix = /^(?:[ \t]|>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))*/.exec(line)?.[0] ?? '';
  let markers = 0;
  let columns = 0;
  for (const character of prefix) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += 4;
    else if (character === '>' || /[-+*.)]/.test(character)) markers += 1;
  }
  return markers + Math.floor(columns / 2);
}

const LONGEST_FRONT_MATTER = 200;

function frontMatterOf(lines: readonly string[]): { lines: number[]; fields: Map<string, string> } {
  const fence = lines[0]?.trimEnd();
  const none = { lines: [], fields: new Map<string, string>() };
  if (fence !== '---' && fence !== '+++') return none;
  const end = lines.findIndex(
    (line, index) => index > 0 && (line.trimEnd() === fence || (fence === '---' && line.trimEnd() === '...')),
  );
  if (end < 1 || end > LONGEST_FRONT_MATTER) return none;
  const body = lines.slice(1, end);
  if (!body.every((line) => /^\s*(?:$|#|-\s|[\w.-]+\s*[:=]|\s+\S|[\]})"'])/.test(line))) return none;
  const fields = new Map<string, string>();
  for (const line of body) {
    const match = /^([\w.-]+)\s*[:=]\s*["']?(.*?)["']?\s*$/.exec(line);
    if (match?.[1] && match[2]) fields.set(match[1].toLowerCase(), match[2]);
  }
  return { lines: Array.from({ length: end + 1 }, (_, index) => index + 1), fields };
}
