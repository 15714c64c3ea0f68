/** Operators of a content stream with their operands, as ISO 32000-1, 7.8.2 and 8.2 have them. */
export interface Operation {
  readonly operator: string;
  readonly operands: readonly string[];
}

const TOKEN =
  /%[^\r\n]*|\((?:[^()\\]|\\[\s\S]|\((?:[^()\\]|\\[\s\S])*\))*\)|<<|>>|<[0-9A-Fa-f\s]*>|[[\]]|\/[^\s()<>[\]{}/%]*|[^\s()<>[\]{}/%]+/g;

/** The operators that PDF 1.7 defines and that a page of text and vectors may need. */
const OPERATOR = /^(?:[A-Za-z]+\*?|'|"|T\*|d[01])$/;

/** Reads a content stream; a dictionary or an array is one operand. */
export function operationsOf(content: string): Operation[] {
  const operations: Operation[] = [];
  let operands: string[] = [];
  const open: string[][] = [];
  for (const [token] of content.matchAll(TOKEN)) {
    if (token.startsWith('%')) continue;
    if (token === '<<' || token === '[') open.push([token]);
    else if (token === '>>' || token === ']') {
      const whole = [...(open.pop() ?? []), token].join(' ');
      (open.at(-1) ?? operands).push(whole);
    } else if (open.length === 0 && OPERATOR.test(token) && !/^(?:true|false|null)$/.test(token)) {
      operations.push({ operator: token, operands });
      operands = [];
    } else (open.at(-1) ?? operands).push(token);
  }
  return operations;
}

const KNOWN = new Set(
  'q Q cm w J j M d ri i gs m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* Tj TJ \' " CS cs SC SCN sc scn G g RG rg K k sh Do MP DP BMC BDC EMC'.split(
    ' ',
  ),
);

export const isOperator = (name: string): boolean => KNOWN.has(name);

const PAINTS = new Set('S s f F f* B B* b b* sh Do Tj TJ \' "'.split(' '));

/** One stretch of marked content on a page. */
export interface Marked {
  readonly tag: string;
  readonly mcid: number | null;
}

export interface Walked {
  readonly marked: readonly Marked[];
  /** What paints outside of any marked content. */
  readonly bare: readonly string[];
  /** Marked content that is within an artifact, or artifacts within what is tagged. */
  readonly mixed: readonly string[];
  readonly depth: number;
  /** Whether every stretch and every saved state ends on the page. */
  readonly balanced: boolean;
  /** Glyph numbers shown, by the name of the font. */
  readonly shown: ReadonlyMap<string, ReadonlySet<number>>;
  readonly operators: ReadonlySet<string>;
}

/** What a page shows and under which tags. */
export function walk(operations: readonly Operation[]): Walked {
  const marked: Marked[] = [];
  const [bare, mixed]: [string[], string[]] = [[], []];
  const shown = new Map<string, Set<number>>();
  const open: string[] = [];
  let [saved, depth, font, balanced] = [0, 0, '', true];
  for (const { operator, operands } of operations) {
    if (operator === 'BDC' || operator === 'BMC') {
      const tag = operands[0]?.slice(1) ?? '';
      const mcid = /\/MCID (\d+)/.exec(operands[1] ?? '')?.[1];
      // A span that only says how its letters are read may stand anywhere.
      const within = open.find((one) => one !== 'Span');
      if (within !== undefined && (mcid !== undefined || tag === 'Artifact'))
        mixed.push(`${tag} within ${within}`);
      open.push(tag);
      marked.push({ tag, mcid: mcid === undefined ? null : Number(mcid) });
    } else if (operator === 'EMC') balanced = open.pop() !== undefined && balanced;
    else if (operator === 'q') depth = Math.max(depth, ++saved);
    else if (operator === 'Q') saved--;
    else if (operator === 'Tf') font = operands[0]?.slice(1) ?? '';
    else if (operator === 'Tj' || operator === 'TJ') {
      const glyphs = shown.get(font) ?? new Set<number>();
      shown.set(font, glyphs);
      for (const [, hex = ''] of (operands[0] ?? '').matchAll(/<([0-9A-Fa-f]*)>/g))
        for (let i = 0; i + 4 <= hex.length; i += 4) glyphs.add(Number.parseInt(hex.slice(i, i + 4), 16));
    }
    if (PAINTS.has(operator) && open.length === 0) bare.push([...operands, operator].join(' ').slice(0, 80));
  }
  const operators = new Set(operations.map(({ operator }) => operator));
  return {
    marked,
    bare,
    mixed,
    depth,
    balanced: balanced && saved === 0 && open.length === 0,
    shown,
    operators,
  };
}
