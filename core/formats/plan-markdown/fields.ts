/** The small facts plans write in a line: who, until when, from when to when, how far. */

const OWNER =
  /^(?:(?:pillar|workstream|section|phase|executive|primary)\s+)?(?:owners?|owned by|leads?|accountable|responsible|dri|担当者?|責任者|オーナー|负责人|負責人|verantwortlich(?:e[rn]?)?|responsables?|propietari[oa]|ответственн(?:ый|ая|ые)|담당자?|المسؤول)$/i;
const DUE =
  /^(?:due(?: date)?|deadline|target date|by when|clear[- ]by(?: date)?|complete by|期限|締切|截止(?:日期)?|fällig(?:keit)?|échéance|vencimiento|срок)$/i;

/** The owner a labelled line names (`Owner: CISO`), or null. */
export function ownerIn(label: string, rest: string): string | null {
  return rest !== '' && OWNER.test(label) ? rest : null;
}

/** The owner named inside a text: `(Owner: CISO)`, `[owner: CISO]`, `@name`. */
export function ownerWithin(text: string): string | null {
  const inside = /[([（【]\s*(?:owners?|lead|dri|担当者?|負責人|负责人)\s*[:：]\s*([^)\]）】;；,]+)/i.exec(
    text,
  );
  if (inside?.[1]) return inside[1].trim();
  const trailing = /(?:^|[\s.;,—–-])owners?\s*[:：]\s*([^.;,()]+?)\s*(?:[.;,(]|$)/i.exec(text);
  if (trailing?.[1]) return trailing[1].trim();
  const mention = /(?:^|[\s(,])@([\p{L}\p{N}][\p{L}\p{N}_/-]*(?:\.[\p{L}\p{N}_-]+)*)(?=$|[\s),.;:])/u.exec(
    text,
  );
  return mention?.[1] ?? null;
}

/** The due date a labelled line names, in ISO form where it is a calendar day, else as written. */
export function dueIn(label: string, rest: string): string | null {
  return rest !== '' && DUE.test(label) ? (firstDate(rest) ?? rest) : null;
}

/** The due date named inside a text: `(due 2026-03-06)`, `by March 6, 2026`, `期限: 2026-03-06`. */
export function dueWithin(text: string): string | null {
  const named =
    /(?:\bdue\b|\bdeadline\b|\bby\b|\bbefore\b|\buntil\b|期限|締切|截止|📅|⏰)\s*(?:date|on)?\s*[:：]?\s*/giu;
  for (const match of text.matchAll(named)) {
    const start = match.index + match[0].length;
    const rest = text.slice(start, start + LONGEST_DATE);
    const date = firstDate(rest);
    if (date !== null && datePosition(rest) === 0) return date;
  }
  return null;
}

const LONGEST_DATE = 24;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const DATE = new RegExp(
  [
    '(?<y1>\\d{4})[-/.](?<m1>\\d{1,2})[-/.](?<d1>\\d{1,2})(?!\\d)',
    '(?<y2>\\d{4})年\\s*(?<m2>\\d{1,2})月\\s*(?<d2>\\d{1,2})日',
    `\\b(?<m3>${MONTH})\\s+(?<d3>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?<y3>\\d{4})`,
    `\\b(?<d4>\\d{1,2})(?:st|nd|rd|th)?\\.?\\s+(?<m4>${MONTH}),?\\s+(?<y4>\\d{4})`,
  ].join('|'),
  'giu',
);

/** Calendar days in a text, in ISO form, in their order. */
export function datesIn(text: string): string[] {
  if (!/\d{4}/.test(text)) return [];
  return [...text.matchAll(DATE)].flatMap((match) => isoOf(match.groups ?? {}) ?? []);
}

export function firstDate(text: string): string | null {
  return datesIn(text)[0] ?? null;
}

function datePosition(text: string): number {
  return text.search(new RegExp(DATE.source, 'iu'));
}

function isoOf(groups: Record<string, string | undefined>): string | null {
  const pick = (name: string) => [1, 2, 3, 4].map((n) => groups[`${name}${n}`]).find((value) => value);
  const month = pick('m') ?? '';
  const number = /^\d/.test(month) ? Number(month) : MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const iso = `${pick('y')}-${String(number).padStart(2, '0')}-${(pick('d') ?? '').padStart(2, '0')}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso ? null : iso;
}

/** When a block of a timeline runs: days as ISO dates, or as offsets from the start of the programme. */
export interface Span {
  readonly from?: string;
  readonly to?: string;
  readonly fromDay?: number;
  readonly toDay?: number;
}

const DAYS_IN: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 90 };

/** `2026-02-17 to 2026-03-13`, `Days 0–14`, `Week 1-2` (days 0 to 14); null where the text names no span. */
export function spanOf(text: string): Span | null {
  const dates = datesIn(text);
  const [from, to] = dates;
  if (from !== undefined) return to === undefined ? { from } : { from, to };
  const match =
    /(?:^|[\s(（[*_])(day|week|month|quarter)s?\s*(\d{1,4})(?:\s*(?:[-–—~〜]|to|through)\s*(?:(?:day|week|month)s?\s*)?(\d{1,4}))?/iu.exec(
      text,
    );
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const unit = DAYS_IN[match[1].toLowerCase()] ?? 1;
  const first = Number(match[2]);
  const last = Number(match[3] ?? match[2]);
  if (unit === 1) return { fromDay: first, toDay: last };
  return { fromDay: Math.max(0, first - 1) * unit, toDay: last * unit };
}

/** True for the head of a timeline's block: `Days 0–14 …`, `Week 1: …`, `Q1 2026`, `… (2026-01-01 to 2026-02-01)`. */
export function startsTimelineBlock(text: string): boolean {
  if (
    /^\W*(?:(?:day|week|month|quarter|sprint)s?\s*\d|q[1-4]\b|\d{4}\s*q[1-4]\b|第?\d+\s*(?:週|日|ヶ月|か月|周|个月|四半期))/iu.test(
      text,
    )
  ) {
    return true;
  }
  return datesIn(text).length > 0;
}

/** `(Priority: HIGH)`, `[P1]`: the priority a heading names. */
export function priorityIn(text: string): string | null {
  return (
    /(?:priority|優先度|优先级)\s*[:：]\s*([\p{L}\p{N}]+)/iu.exec(text)?.[1] ??
    /[([]\s*(P[0-4])\s*[)\]]/.exec(text)?.[1] ??
    null
  );
}

/** `P1`, `High`, `Critical` … where a text names a severity in brackets, or null. */
export function severityIn(text: string): string | null {
  return (
    /(?:[([]\s*|severity\s*[:：]\s*)(P[0-4]|critical|high|medium|moderate|low|sev\s?-?[0-4])\s*(?:[)\],;.]|$)/i.exec(
      text,
    )?.[1] ?? null
  );
}

export function cadenceIn(text: string): string | undefined {
  return /\b(hourly|daily|weekly|fortnightly|biweekly|monthly|quarterly|annually|yearly)\b/i
    .exec(text)?.[1]
    ?.toLowerCase();
}

/** A dimension's score: where it stands, where it should be, out of how many. */
export interface Score {
  readonly dimension: string;
  readonly current?: number;
  readonly target: number;
  readonly scale: number;
}

const NUMBER = '(\\d{1,2}(?:\\.\\d+)?)';
const OUT_OF = '(?:\\s*/\\s*(\\d{1,2}))?';
const SCORE = new RegExp(
  `^(.{1,200}?)\\s*[:：—–|-]\\s*(?:(?:from\\s+|current(?:ly)?\\s*[:：]?\\s*)?(?:level\\s*|l)?${NUMBER}${OUT_OF}\\s*(?:→|⇒|->|=>|➜|\\bto\\b|,?\\s*target\\s*[:：]?)\\s*)?(?:target\\s*[:：]?\\s*)?(?:level\\s*|l)?${NUMBER}${OUT_OF}\\s*(?:[.(（;,].*|by\\b.*)?$`,
  'iu',
);
const DEFAULT_SCALE = 5;

/** Reads `Security: 4.5/5`, `Testing: 2/5 → 4/5`, `Testing — current 2, target 4`. */
export function scoreOf(text: string): Score | null {
  const match = SCORE.exec(text.length > 400 ? '' : text);
  if (match === null) return null;
  const [, dimension, current, currentScale, target, targetScale] = match;
  const scale = Number(targetScale ?? currentScale ?? DEFAULT_SCALE);
  return scored(dimension ?? '', current, target, scale);
}

/** A score from the cells of a table; null where the target is no number. */
export function scored(
  dimension: string,
  current: string | undefined,
  target: string | undefined,
  scale?: number,
): Score | null {
  const [value, outOf] = /(\d{1,2}(?:\.\d+)?)(?:\s*\/\s*(\d{1,2}))?/.exec(target ?? '')?.slice(1) ?? [];
  if (value === undefined) return null;
  const full = scale ?? Number(outOf ?? DEFAULT_SCALE);
  const now = /\d{1,2}(?:\.\d+)?/.exec(current ?? '')?.[0];
  if (full <= 0 || Number(value) > full) return null;
  return {
    dimension: dimension.trim(),
    ...(now === undefined ? {} : { current: Number(now) }),
    target: Number(value),
    scale: full,
  };
}

const MARK = /^\[([ xX✓✔~/>!?*✗✘•-]?)\](?:\s+|$)/u;
const GLYPHS: Readonly<Record<string, boolean>> = {
  '☐': false,
  '☑': true,
  '☒': false,
  '⬜': false,
  '🔲': false,
  '□': false,
};

/** A check box that GFM does not know: `[~] …`, `[] …`, `☐ …`, `☑ …`; undefined where the text starts with none. */
export function boxAt(text: string): { readonly checked: boolean } | undefined {
  const mark = MARK.exec(text);
  if (mark !== null) return { checked: /[xX✓✔]/u.test(mark[1] ?? '') };
  const first = [...text.slice(0, 2)][0] ?? '';
  const glyph = GLYPHS[first];
  return glyph === undefined ? undefined : { checked: glyph };
}
