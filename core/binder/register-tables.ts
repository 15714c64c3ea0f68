import { frameworkById } from '../../db/queries/frameworks.ts';
import { recordLabel } from '../../db/queries/history.ts';
import {
  bySeverity,
  programmeTitles,
  type RegisterRow,
  registerRows,
  sectionTexts,
} from '../../db/queries/programme-register.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
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

const list = (value: unknown) => (Array.isArray(value) ? value.map(text).join('; ') : text(value));

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
    cells: (row) => [row.title, span(row), list(row.body.scope)],
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
    kind: 'risk',
    title: 'Risks',
    columns: [
      ['Risk', 4],
      ['Severity', 1],
      ['Remediation', 4],
      ['Owner', 2],
      ['Due', 1.4],
      ['Exit criteria', 3],
    ],
    cells: ({ title, body }) => [
      title,
      text(body.severity) || 'not rated',
      text(body.remediation),
      text(body.owner),
      text(body.due),
      text(body.exit),
    ],
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

/** The registers of an engagement as they stand now, each row with every other word its plan says about it. */
export function registerTables(ws: OpenWorkspace, engagement: string): RegisterTable[] {
  const titles = programmeTitles(ws.db, engagement);
  const titleOf: TitleOf = (record) =>
    typeof record === 'string' && record !== '' ? (titles.get(record) ?? recordLabel(ws.db, record)) : '';
  return REGISTERS.flatMap((shape) => {
    const found = registerRows(ws.db, engagement, shape.kind);
    return found.length === 0 ? [] : [tableOf(shape, found, titleOf)];
  });
}

function tableOf(shape: RegisterShape, found: readonly RegisterRow[], titleOf: TitleOf): RegisterTable {
  const ordered = shape.kind === 'risk' ? bySeverity(found) : found;
  const severalPlans = new Set(found.map(({ plan }) => plan?.title)).size > 1;
  const rows = ordered.map((row) => {
    const cells = shape.cells(row, titleOf);
    const from = severalPlans ? [row.plan === null ? 'Added by hand' : `Plan: ${row.plan.title}`] : [];
    return { cells, notes: [...from, ...wordsElsewhere(row, cells), ...row.notes] };
  });
  return { title: shape.title, columns: shape.columns.map(([title, share]) => ({ title, share })), rows };
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
function wordsElsewhere({ plan }: RegisterRow, cells: readonly string[]): string[] {
  const shown = cells.join('\n').toLowerCase();
  return Object.entries(plan?.body ?? {}).flatMap(([field, value]) => {
    const words = list(value);
    if (OURS.has(field) || words === '' || shown.includes(words.toLowerCase())) return [];
    return [`In the plan, ${field === 'exit' ? 'exit criteria' : field}: ${words}`];
  });
}

/** The sections of every plan in scope with the lines that belong to no record; of catalogs those that say something. */
export function sectionTables(
  ws: OpenWorkspace,
  frameworks: readonly { readonly id: string; readonly kind: string }[],
): RegisterTable[] {
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
          notes: section.lines,
          depth: section.depth,
        })),
      },
    ];
  });
}
