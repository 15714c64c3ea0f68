import { frameworkById } from '../../db/queries/frameworks.ts';
import { recordLabel } from '../../db/queries/history.ts';
import { type Pointer, type Pointers, pointerKey, pointersOf } from '../../db/queries/plan-pointers.ts';
import {
  programmeTitles,
  type RegisterRow,
  registerRows,
  sectionTexts,
} from '../../db/queries/programme-register.ts';
import { type RatedRisk, scoreOf, severityOfRisk } from '../../shared/domain/programme/risk-score.ts';
import { bodyShape, type ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { RegisterTable } from './model.ts';

type Body = Readonly<Record<string, unknown>>;
/** The title of the record that a ledger name stands for. */
type TitleOf = (record: unknown) => string;

interface RegisterShape {
  readonly kind: ProgrammeKind;
  readonly title: string;
  readonly columns: readonly (readonly [title: string, share: number])[];
  cells(row: RegisterRow, titleOf: TitleOf): string[];
}

const text = (value: unknown) =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const days = (body: Body) => [text(body.from), text(body.to)].filter((day) => day !== '').join(' to ');

function span({ body, plan }: RegisterRow): string {
  const { fromDay, toDay } = plan?.body ?? {};
  const counted = typeof fromDay === 'number' ? `day ${fromDay} to ${text(toDay)}` : '';
  return [days(body), counted].filter((part) => part !== '').join(', ');
}

/** Each on a line of its own: they are sentences more often than words. */
const list = (value: unknown) => (Array.isArray(value) ? value.map(text).join('\n') : text(value));

/** The same in a running sentence. */
const inLine = (value: unknown) =>
  Array.isArray(value) ? value.map((one) => text(one).replace(/[.;]$/, '')).join('; ') : text(value);

/** A plan's heading may name the days that stand in the next column; said once is enough. */
const undated = (title: string, body: Body) =>
  title.replace(` (${days(body)})`, (dates) => (days(body) !== '' && title.endsWith(dates) ? '' : dates));

/** The registers of a programme as tables; adding one is one entry. */
const REGISTERS: readonly RegisterShape[] = [
  {
    kind: 'phase',
    title: 'Phases',
    columns: [
      ['Phase', 3],
      ['When', 2],
      ['Scope', 5],
    ],
    cells: (row) => [undated(row.title, row.body), span(row), list(row.body.scope)],
  },
  {
    kind: 'milestone',
    title: 'Milestones',
    columns: [
      ['Milestone', 5],
      ['Due', 1.4],
      ['Done', 1.4],
    ],
    cells: ({ title, body }) => [title, text(body.due), text(body.done)],
  },
  {
    kind: 'pillar',
    title: 'Pillars',
    columns: [
      ['Pillar', 4],
      ['Owner', 2],
      ['Scope', 4],
    ],
    cells: ({ title, body }) => [title, text(body.owner), text(body.scope)],
  },
  {
    kind: 'gate',
    title: 'Gates',
    columns: [
      ['Gate', 6],
      ['Closes', 3],
      ['Owner', 2],
    ],
    cells: ({ title, body }, titleOf) => [title, titleOf(body.phase), text(body.owner)],
  },
  {
    kind: 'action',
    title: 'Actions',
    columns: [
      ['Action', 5],
      ['State', 1],
      ['Owner', 2],
      ['Due', 1.4],
      ['For', 3],
    ],
    cells: ({ title, body }, titleOf) => [
      title,
      text(body.state),
      text(body.owner),
      text(body.due),
      titleOf(body.for),
    ],
  },
  {
    kind: 'kpi',
    title: 'KPIs',
    columns: [
      ['KPI', 6],
      ['Target', 1.4],
      ['How often', 2],
    ],
    cells: ({ title, body }) => [title, `${text(body.target)} ${text(body.unit)}`.trim(), text(body.cadence)],
  },
  {
    kind: 'maturity',
    title: 'Maturity',
    columns: [
      ['Dimension', 3],
      ['Current', 1],
      ['Target', 1],
    ],
    cells: ({ title, body }) => [
      title,
      text(body.current) || 'not stated',
      `${text(body.target)} of ${text(body.scale)}`,
    ],
  },
  {
    kind: 'criterion',
    title: 'Criteria',
    columns: [
      ['Criterion', 6],
      ['Kind', 1.4],
      ['For', 3],
    ],
    cells: ({ title, body }, titleOf) => [title, text(body.kind), titleOf(body.for)],
  },
];

/** Risks stand in the chapter of findings. */
const RISKS: RegisterShape = {
  kind: 'risk',
  title: 'Risks',
  columns: [
    ['Risk', 3.2],
    ['Severity', 1.75],
    ['State', 1.5],
    ['Remediation', 3.6],
    ['Owner', 1.8],
    ['Due', 1.4],
    ['Exit criteria', 3.2],
  ],
  cells: ({ title, body }) => [
    title,
    severityWords(body),
    '',
    text(body.remediation),
    text(body.owner),
    text(body.due),
    text(body.exit),
  ],
};

/** The severity somebody gave, or the one its score stands for, over likelihood × impact where both are known. */
function severityWords(body: Body): string {
  const rated = ratingOf(body);
  const known = severityOfRisk(rated);
  const score = scoreOf(rated.likelihood, rated.impact);
  const told = score === null ? [] : [`${rated.likelihood} × ${rated.impact} = ${score}`];
  return [known.severity ?? 'not rated', ...told, ...(known.computed ? ['by its score'] : [])].join('\n');
}

const Rating = bodyShape('risk').pick({ severity: true, likelihood: true, impact: true });
const ratingOf = (body: Body): RatedRisk =>
  Rating.safeParse(body).data ?? { severity: null, likelihood: null, impact: null };

/** The risks of an engagement, the gravest first and the closed last; null where it names none. */
export function riskTable(
  ws: OpenWorkspace,
  engagement: string,
  stateOf: (risk: RegisterRow) => { readonly words: string; readonly closed: boolean },
): RegisterTable | null {
  const rank = (row: RegisterRow) => {
    const rated = severityOfRisk(ratingOf(row.body));
    return `${stateOf(row).closed ? 1 : 0}${rated.severity ?? '~'}`;
  };
  const found = registerRows(ws.db, engagement, 'risk').toSorted((a, b) =>
    rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0,
  );
  if (found.length === 0) return null;
  const cells: RegisterShape['cells'] = (row, titleOf) =>
    RISKS.cells(row, titleOf).with(STATE_COLUMN, stateOf(row).words);
  return tableOf({ ...RISKS, cells }, found, () => '', leadsOf(ws));
}

const STATE_COLUMN = RISKS.columns.findIndex(([title]) => title === 'State');

/** The registers of an engagement as they stand now, each row with every other word its plan says about it. */
export function registerTables(ws: OpenWorkspace, engagement: string): RegisterTable[] {
  const titles = programmeTitles(ws.db, engagement);
  const titleOf: TitleOf = (record) =>
    typeof record === 'string' && record !== '' ? (titles.get(record) ?? recordLabel(ws.db, record)) : '';
  return REGISTERS.flatMap((shape) => {
    const found = registerRows(ws.db, engagement, shape.kind);
    return found.length === 0 ? [] : [tableOf(shape, found, titleOf, leadsOf(ws))];
  });
}

function tableOf(
  shape: RegisterShape,
  found: readonly RegisterRow[],
  titleOf: TitleOf,
  leads: Leads,
): RegisterTable {
  const severalPlans = new Set(found.map(({ plan }) => plan?.title)).size > 1;
  const titles = shape.columns.map(([title]) => title);
  const rows = found.map((row) => {
    const cells = shape.cells(row, titleOf);
    const from = severalPlans ? [row.plan === null ? 'Added by hand' : `Plan: ${row.plan.title}`] : [];
    return {
      cells,
      notes: [...from, ...wordsElsewhere(row, cells), ...notesOf(row, leads, shape.title, titles, cells)],
    };
  });
  const columns = shape.columns.map(([title, share]) => ({ title, share }));
  return withoutEmptyColumns({ title: shape.title, columns, rows });
}

/** A column that no row says anything in is not printed. */
function withoutEmptyColumns({ title, columns, rows }: RegisterTable): RegisterTable {
  const said = columns.map((_, i) => i === 0 || rows.some(({ cells }) => cells[i] !== ''));
  return {
    title,
    columns: columns.filter((_, i) => said[i]),
    rows: rows.map((row) => ({ ...row, cells: row.cells.filter((_, i) => said[i]) })),
  };
}

/** What a line of a plan leads into, where that stands in a register. */
type Leads = (framework: string, path: string, line: string) => Pointer | undefined;

function leadsOf(ws: OpenWorkspace): Leads {
  const known = new Map<string, Pointers>();
  return (framework, path, line) => {
    const pointers = known.get(framework) ?? pointersOf(ws.db, framework);
    known.set(framework, pointers);
    return pointers.get(pointerKey(path, line));
  };
}

/** A line that leads into records names the register they stand in, lest it be a sentence without an end. */
function ledOn(line: string, pointer: Pointer | undefined): string {
  const register = [...REGISTERS, RISKS].find(({ kind }) => kind === pointer?.kind)?.title;
  if (pointer === undefined || register === undefined) return line;
  return pointer.table
    ? `Table of ${line.replaceAll(' | ', ', ')}: see ${register}`
    : `${line} see ${register}`;
}

const wordsIn = (words: string) => words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The plan's lines about a record, but for what the columns say already: `Owner: Bea`, the label above a scope. */
function notesOf(
  row: RegisterRow,
  leads: Leads,
  register: string,
  titles: readonly string[],
  cells: readonly string[],
): string[] {
  const { plan } = row;
  if (plan === null) return [...row.notes];
  const said = new Set([register, ...titles, ...cells].flatMap(wordsIn));
  return row.notes.flatMap((note) => {
    if (titles.some((title, i) => note === `${title}: ${cells[i]}`)) return [];
    const pointer = leads(plan.framework, plan.path, note);
    if (pointer?.kind !== null) return [ledOn(note, pointer)];
    const label = note.replace(/\s*[:：]$/, '');
    return wordsIn(label).every((word) => said.has(word)) ? [] : [`In the plan under “${label}”`];
  });
}

/** Fields of a plan's node that are ours, and say nothing that the plan said. */
const OURS = new Set([
  'path',
  'order',
  'group',
  'line',
  'parent',
  'of',
  'kind',
  'of_kind',
  'phase',
  'fromDay',
  'toDay',
]);

/** What the plan says about a record and its cells do not: words that were changed since, or read as others. */
function wordsElsewhere({ title, plan }: RegisterRow, cells: readonly string[]): string[] {
  const shown = [title, ...cells].join('\n').toLowerCase();
  return Object.entries(plan?.body ?? {}).flatMap(([field, value]) => {
    const words = list(value);
    if (OURS.has(field) || words === '' || shown.includes(words.toLowerCase())) return [];
    return [`In the plan, ${field === 'exit' ? 'exit criteria' : field}: ${inLine(value)}`];
  });
}

/** The sections of every plan in scope with the lines that belong to no record; of catalogs those that say something. */
export function sectionTables(
  ws: OpenWorkspace,
  frameworks: readonly { readonly id: string; readonly kind: string }[],
): RegisterTable[] {
  const leads = leadsOf(ws);
  return frameworks.flatMap(({ id, kind }) => {
    const title = frameworkById(ws.db, id)?.title ?? '';
    const sections = sectionTexts(ws.db, id, title).filter(
      ({ lines }) => kind === 'plan' || lines.length > 0,
    );
    if (sections.length === 0) return [];
    return [
      {
        title: `Text of ${title}`,
        columns: [{ title: 'Section, and what it says beside its records', share: 1 }],
        rows: sections.map((section) => ({
          cells: [section.title],
          notes: section.lines.map((line) => ledOn(line, leads(id, section.path, line))),
          depth: section.depth,
        })),
      },
    ];
  });
}
