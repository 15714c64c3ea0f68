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

/** Breaks prose into the lines a reader sees: paragraphs, list entries, headings and table rows. */
export function proseLines(prose: string): string[] {
  const lines: string[] = [];
  let open = false;
  for (const raw of prose.split(/\r\n|\r|\n/)) {
    const line = raw.trim();
    const mark = /^(?:[-*+]\s+|#{1,6}\s+|\||\d{1,4}[.)]\s)/.exec(line);
    if (line === '') open = false;
    else if (open && mark === null) lines.push(`${lines.pop() ?? ''} ${line}`);
    else lines.push(withoutMark(line));
    if (line !== '') open = !/^[#|]/.test(line);
  }
  return lines;
}

function withoutMark(line: string): string {
  return line.replace(/^[-*+]\s+/, '• ').replace(/^#{1,6}\s+/, '');
}
