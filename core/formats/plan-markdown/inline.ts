import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/**
 * Inline Markdown is read line by line, apart from the blocks: emphasis and brackets cost quadratic time in
 * the parser, so text that is hostile or very long keeps its marks instead of being parsed.
 */
const LONGEST = 8_000;
const MOST_MARKS = 400;
const MARKS = /[*_`[\]<>!\\&~]/g;

const FLOW = [
  'thematicBreak',
  'table',
  'setextUnderline',
  'list',
  'htmlFlow',
  'headingAtx',
  'gfmFootnoteDefinition',
  'definition',
  'codeIndented',
  'codeFenced',
  'blockQuote',
  'tasklistCheck',
  'wwwAutolink',
  'protocolAutolink',
  'emailAutolink',
];

const OPTIONS = {
  extensions: [gfm(), { disable: { null: FLOW } }],
  mdastExtensions: gfmFromMarkdown().filter((extension) => !('transforms' in extension)),
};

/** A bold or plain label in front of a text: `**Owner:** CISO` is `Owner` and `CISO`. */
export interface Labelled {
  readonly label: string;
  readonly rest: string;
  readonly bold: boolean;
}

/** Plain text of inline Markdown: marks removed, links as `text (address)`, line breaks as spaces. */
export function plainText(raw: string): string {
  const nodes = parseInline(raw);
  return tidy(nodes === null ? raw : nodes.map(textOf).join(''));
}

/** Splits `**Label:** rest`, `**Label** — rest`, `**Label**` and `Label: rest`; null where there is no label. */
export function splitLabel(raw: string): Labelled | null {
  return boldLabel(raw) ?? plainLabel(plainText(raw));
}

function boldLabel(raw: string): Labelled | null {
  if (!/^\s*(?:(?:\p{So}|\p{Sk}|\uFE0F|\u200D)+\s*)?(?:\*\*|__)/u.test(raw)) return null;
  const nodes = parseInline(raw);
  if (nodes === null) return null;
  const at = nodes.findIndex((node) => node.type === 'strong');
  const strong = nodes[at];
  if (strong === undefined || at > 1) return null;
  const label = tidy(nodes.slice(0, at).map(textOf).join('') + textOf(strong));
  const rest = tidy(
    nodes
      .slice(at + 1)
      .map(textOf)
      .join(''),
  );
  const separated = /[:：]$/.test(label) || rest === '' || /^[:：—–-]/.test(rest);
  if (!separated) return null;
  return {
    label: label.replace(/\s*[:：]$/, ''),
    rest: rest.replace(/^[:：—–-]\s*/, ''),
    bold: true,
  };
}

function plainLabel(text: string): Labelled | null {
  const match = /^([^:：.!?。]{1,80}?)\s*(?:：\s*|:(?:\s+|$))(.*)$/su.exec(text);
  if (match === null) return null;
  const label = match[1] ?? '';
  if (label.split(/\s+/).length > 8) return null;
  return { label, rest: match[2] ?? '', bold: false };
}

/** The same line is asked for its label, its text and its owner; parsing it once is enough. */
const parsed = new Map<string, Nodes[]>();
const MOST_PARSED = 20_000;

function parseInline(raw: string): Nodes[] | null {
  const marks = raw.match(MARKS)?.length ?? 0;
  if (marks === 0 || marks > MOST_MARKS || raw.length > LONGEST) return null;
  const known = parsed.get(raw);
  if (known !== undefined) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const nodes = inlineNodes(raw);
  parsed.set(raw, nodes);
  return nodes;
}

function inlineNodes(raw: string): Nodes[] {
  const root = fromMarkdown(raw.replace(/\s*(?:\r\n|\n|\r)\s*/g, '\n').trim(), OPTIONS);
  return root.children.flatMap((child) => ('children' in child ? (child.children as Nodes[]) : [child]));
}

function textOf(node: Nodes): string {
  switch (node.type) {
    case 'link':
      return linkText(childText(node.children), node.url, node.title);
    case 'image':
      return linkText(node.alt ?? '', node.url, node.title);
    case 'break':
      return ' ';
    case 'footnoteReference':
      return `[^${node.label ?? node.identifier}]`;
    default:
      if ('children' in node) return childText(node.children);
      return 'value' in node ? node.value : '';
  }
}

function childText(children: readonly Nodes[]): string {
  return children.map(textOf).join('');
}

function linkText(text: string, url: string, title: string | null | undefined): string {
  const address = title ? `${url} "${title}"` : url;
  if (text === '' || text === url || `mailto:${text}` === url) return address;
  return `${text} (${address})`;
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
