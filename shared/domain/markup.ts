/**
 * Reduces the Markdown that OSCAL allows in prose (CommonMark without HTML) to plain text for one line: emphasis and code
 * marks go, links keep their words, escapes and entities become characters. Every pattern is linear.
 */
export function plainText(markup: string): string {
  return markup
    .replace(/!?\[([^[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)/g, '$1')
    .replace(/(?<!\\)`([^`]+)`/g, '$1')
    .replace(/(?<!\\)\*\*(?=\S)([^*]*[^*\s\\])\*\*/g, '$1')
    .replace(/(?<![\\*])\*(?=[^\s*])([^*]*[^*\s\\])\*(?!\*)/g, '$1')
    .replace(/(?<![\\\w])__(?=\S)([^_]*[^_\s\\])__(?!\w)/g, '$1')
    .replace(/(?<![\\\w])_(?=[^\s_])([^_]*[^_\s\\])_(?!\w)/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, entity);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

function entity(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return NAMED[name] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const isCharacter = code >= 0x20 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : whole;
}

/** Breaks prose into the lines a reader sees: paragraphs, list entries, headings, table rows. */
export function proseLines(prose: string): string[] {
  const lines: string[] = [];
  let open = false;
  let counted: Counted | null = null;
  for (const raw of prose.split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    const starts = /^(?:[-*+]\s+|#{1,6}\s+|\||\d{1,4}[.)]\s)/.test(line);
    if (line === '') open = false;
    else if (open && !starts) lines.push(`${lines.pop() ?? ''} ${line}`);
    else {
      counted = countOn(line, counted);
      lines.push(counted === null ? withoutMark(line) : counted.text);
    }
    if (line !== '') open = !/^[#|]/.test(line);
  }
  return lines;
}

interface Counted {
  readonly first: number;
  readonly number: number;
  readonly text: string;
}

/** Many writers put "1." before every entry and leave the counting to Markdown; numbers that differ are the author's. */
function countOn(line: string, before: Counted | null): Counted | null {
  const found = /^(\d{1,4})([.)]\s+)/.exec(line);
  if (found === null) return null;
  const [mark, digits = '', after = ''] = found;
  const written = Number(digits);
  const number = written === before?.first ? before.number + 1 : written;
  return { first: before?.first ?? written, number, text: `${number}${after}${line.slice(mark.length)}` };
}

function withoutMark(line: string): string {
  return line.replace(/^[-*+]\s+/, '• ').replace(/^#{1,6}\s+/, '');
}
