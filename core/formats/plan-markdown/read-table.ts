import type { Table, TableRow } from 'mdast';
import { linesOf, rawText } from './blocks.ts';
import { boxAt, dueWithin, firstDate, ownerWithin, scored, spanOf, startsTimelineBlock } from './fields.ts';
import { plainText } from './inline.ts';
import { isCriteria } from './topics.ts';
import { type Context, checklistOf } from './walk.ts';

/** A row of a table as plain text, with the line it stands on. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

interface Grid {
  readonly header: readonly string[];
  readonly rows: readonly Row[];
}

/** What the columns of plans are called, by what they mean. */
const COLUMNS = {
  id: /^(?:#|id|no\.?|nr\.?|№|ref(?:erence)?|番号|编号|.*\bid)$/i,
  risk: /^(?:.*\b)?(?:risks?|threats?|hazards?|risiko|risque|riesgo|rischio)(?:\s+(?:description|title|name|event|statement|item))?$|リスク(?:名|内容)?$|^风险(?:描述|名称)?$|^風險|^риск$/i,
  severity:
    /severity|\bpriority\b|^(?:risk )?(?:level|rating|score|rank)$|重要度|深刻度|優先度|严重|优先级|schwere|gravit|severidad|приоритет/i,
  likelihood:
    /likelihood|probability|発生確率|可能性|概率|wahrscheinlich|probabilit|probabilidad|вероятность/i,
  impact: /\bimpact\b|consequence|影響|影响|auswirkung|impacto|последств|влияние/i,
  remediation:
    /remediation|mitigation|countermeasure|treatment|response|contingency|action plan|対策|対応|緩和|缓解|应对|措施|ma(?:ß|ss)nahme|att[ée]nuation|mitigaci|снижен|меры/i,
  owner:
    /\bowners?\b|assignee|assigned to|\blead\b|\bdri\b|^responsible|accountable|担当|責任者|オーナー|负责人|負責人|verantwortlich|responsab|ответствен/i,
  due: /\bdue\b|deadline|target date|by when|\beta\b|期限|締切|期日|截止|fällig|échéance|vencimiento|срок/i,
  exit: /\bexit\b|closure|close criteria|done when|acceptance crit|success crit|完了条件|终止条件/i,
  category: /category|^type$|\barea\b|分類|カテゴリ|类别|kategorie|catégorie|categoría|категория/i,
  workstream: /work ?stream|\bpillars?\b|\btracks?\b|ワークストリーム/i,
  dimension:
    /dimension|capabilit|domain|\barea\b|\bpillar\b|discipline|function|practice|category|次元|領域|维度|领域|観点/i,
  current: /^(?:current|today|baseline|as[- ]is|now)\b|現在|現状|当前|aktuell|^ist\b|actuel|actual/i,
  target: /\btarget\b|\bgoal\b|to[- ]be|desired|目標|目标|^ziel|^soll\b|cible|objetivo|цель/i,
  metric: /\bmetrics?\b|\bkpis?\b|indicator|指標|指标|kennzahl|indicateur|métrica|показатель/i,
  work: /\bchecks?\b|\btasks?\b|\bactions?\b|\bitems?\b|requirements?\b|\bcontrols?\b|\bcriteri(?:on|a)\b|\bactivit(?:y|ies)\b|\bsteps?\b|deliverables?\b|\bstor(?:y|ies)\b|タスク|項目|作業|要件|任务|检查项|aufgabe|prüfpunkt|tâche|tarea|задача/i,
  state: /^(?:status|state|done\??|complete[d]?\??|result|✓|✔|状態|ステータス|状态|estado|statut|статус)$/i,
  signature: /signature|signed|署名|签名|unterschrift|firma|подпись/i,
  author: /\bauthor\b|changed by|変更者|作成者|作者|autor|auteur/i,
} as const;
type Column = keyof typeof COLUMNS;

/** Reads a table by what its headers mean: risks, KPIs, gates, criteria, dimensions, pillars, phases or work. */
export function readTable(table: Table, context: Context): void {
  const grid = gridOf(table);
  const read =
    (isRiskTable(grid, context) && readRisks) ||
    (isMaturityTable(grid, context) && readMaturity) ||
    (isTextTable(grid, context) && readTexts) ||
    (isPillarTable(grid, context) && readPillars) ||
    (isTimelineTable(grid, context) && readTimeline) ||
    (isWorkTable(grid, context) && readWork);
  if (read) read(grid, context);
}

/** Body rows with their cells; `| a | | b |` keeps the empty cell. */
function gridOf(table: Table): Grid {
  const [head, ...body] = table.children;
  const cells = (row: TableRow) => row.children.map((cell) => plainText(rawText(cell)));
  return {
    header: head === undefined ? [] : cells(head),
    rows: body
      .map((row) => ({ line: linesOf(row).from, cells: cells(row) }))
      .filter((row) => row.cells.some((cell) => cell !== '')),
  };
}

function columnOf(grid: Grid, column: Column, except: readonly number[] = []): number {
  return grid.header.findIndex((name, index) => !except.includes(index) && COLUMNS[column].test(name));
}

function has(grid: Grid, column: Column): boolean {
  return columnOf(grid, column) >= 0;
}

/** A register: a risk column, or a risk heading above, and at least one thing that is said of a risk. */
function isRiskTable(grid: Grid, context: Context): boolean {
  const said = (['severity', 'likelihood', 'impact', 'remediation'] as const).filter((column) =>
    has(grid, column),
  );
  if (has(grid, 'risk')) return said.length > 0 || context.topic === 'risks';
  return context.topic === 'risks' && said.some((column) => column !== 'severity' || has(grid, 'owner'));
}

function readRisks(grid: Grid, context: Context): void {
  const fields = [
    'severity',
    'likelihood',
    'impact',
    'remediation',
    'owner',
    'due',
    'exit',
    'category',
  ] as const;
  const known = new Map<string, number>();
  const risk = columnOf(grid, 'risk');
  const used = risk < 0 ? [] : [risk];
  for (const field of fields) {
    const index = columnOf(grid, field, used);
    if (index < 0) continue;
    known.set(field, index);
    used.push(index);
  }
  const title = risk >= 0 ? risk : firstFree(grid, used);
  for (const row of grid.rows) {
    const values: Partial<Record<(typeof fields)[number], string>> = {};
    for (const field of fields) {
      const value = row.cells[known.get(field) ?? -1];
      if (value) values[field] = field === 'due' ? (firstDate(value) ?? value) : value;
    }
    const record = context.draft.risk(context, row.line, {
      title: row.cells[title] || firstText(row),
      ...values,
    });
    keepCells(
      grid,
      row,
      record.path,
      [title, ...used].filter((index) => !isRewritten(row, index, record.due)),
      context,
    );
  }
}

/** A due date in words becomes an ISO date; the cell then stays as a note too. */
function isRewritten(row: Row, index: number, due: string | undefined): boolean {
  const cell = row.cells[index] ?? '';
  return due !== undefined && cell !== due && firstDate(cell) === due;
}

/** The first column that is neither spoken for nor a number of the row. */
function firstFree(grid: Grid, used: readonly number[]): number {
  const free = grid.header.findIndex((name, index) => !used.includes(index) && !COLUMNS.id.test(name));
  return free >= 0 ? free : grid.header.findIndex((_, index) => !used.includes(index));
}

function firstText(row: Row): string {
  return row.cells.find((cell) => cell !== '') ?? '';
}

/** Cells without a field of their own stay as notes on the record: `Level C: yes`. */
function keepCells(grid: Grid, row: Row, on: string, used: readonly number[], context: Context): void {
  for (const [index, cell] of row.cells.entries()) {
    if (cell === '' || used.includes(index)) continue;
    const header = grid.header[index] ?? '';
    context.draft.note(on, row.line, header === '' ? cell : `${header}: ${cell}`);
  }
  context.draft.surround({ from: row.line, to: row.line }, on);
}

function isMaturityTable(grid: Grid, context: Context): boolean {
  if (!has(grid, 'target') || grid.rows.length === 0) return false;
  if (context.topic !== 'maturity' && !(has(grid, 'dimension') && has(grid, 'current'))) return false;
  const target = columnOf(grid, 'target');
  return grid.rows.some((row) =>
    /^\W*(?:level\s*|l)?\d{1,2}(?:\.\d+)?(?:\s*\/\s*\d{1,2})?\W*$/i.test(row.cells[target] ?? ''),
  );
}

function readMaturity(grid: Grid, context: Context): void {
  const target = columnOf(grid, 'target');
  const current = columnOf(grid, 'current', [target]);
  const named = columnOf(grid, 'dimension', [target, current]);
  const title = named >= 0 ? named : firstFree(grid, [target, current]);
  const scale = /\/\s*(\d{1,2})|\d\s*[-–]\s*(\d{1,2})/.exec(grid.header.join(' '));
  for (const row of grid.rows) {
    const full = scale === null ? undefined : Number(scale[1] ?? scale[2]);
    const score = scored(row.cells[title] ?? '', row.cells[current], row.cells[target], full);
    if (score === null || score.dimension === '') continue;
    const { path } = context.draft.dimension(context, row.line, score);
    keepCells(grid, row, path, [title, target, current], context);
  }
}

/** KPIs, gates and criteria are one text each: the first cell, then the others with their headers. */
function isTextTable(grid: Grid, context: Context): boolean {
  if (context.topic === 'gates' || context.topic === 'kpis' || isCriteria(context.topic)) return true;
  return (
    COLUMNS.metric.test(grid.header[0] ?? '') &&
    (has(grid, 'target') || /threshold/i.test(grid.header.join(' ')))
  );
}

function readTexts(grid: Grid, context: Context): void {
  for (const row of grid.rows) {
    const { path } = textRecord(rowText(grid, row), row.line, context);
    keepCells(grid, row, path, [...row.cells.keys()], context);
  }
}

function textRecord(text: string, line: number, context: Context): { path: string } {
  if (context.topic === 'gates') return context.draft.gate(context, line, text);
  if (isCriteria(context.topic)) return context.draft.criterion(context, line, context.topic, text);
  return context.draft.kpi(context, line, text, undefined);
}

function rowText(grid: Grid, row: Row): string {
  const [first = '', ...others] = row.cells;
  const said = others.flatMap((cell, index) => {
    if (cell === '') return [];
    const header = grid.header[index + 1] ?? '';
    return [header === '' ? cell : `${header}: ${cell}`];
  });
  return [first, ...said].filter((part) => part !== '').join('; ');
}

function isPillarTable(grid: Grid, context: Context): boolean {
  return (has(grid, 'workstream') || context.topic === 'owners') && has(grid, 'owner') && !has(grid, 'due');
}

function readPillars(grid: Grid, context: Context): void {
  const stream = columnOf(grid, 'workstream');
  const owner = columnOf(grid, 'owner', [stream]);
  const title = stream >= 0 ? stream : firstFree(grid, [owner]);
  for (const row of grid.rows) {
    const name = row.cells[title] ?? '';
    const by = row.cells[owner] ?? '';
    if (name === '' || by === '') continue;
    const { path } = context.draft.pillar(context, name, row.line, { title: name, owner: by });
    keepCells(grid, row, path, [title, owner], context);
  }
}

function isTimelineTable(grid: Grid, context: Context): boolean {
  if (context.facts.hasPhases || context.topic !== 'timeline') return false;
  return grid.rows.length > 0 && grid.rows.every((row) => isBlock(row, grid));
}

function isBlock(row: Row, grid: Grid): boolean {
  const first = row.cells[0] ?? '';
  if (startsTimelineBlock(first) || /^phase\s*\d/i.test(first)) return true;
  return /week|day|month|sprint/i.test(grid.header[0] ?? '') && /^\d/.test(first);
}

function readTimeline(grid: Grid, context: Context): void {
  const unit = /week|day|month/i.exec(grid.header[0] ?? '')?.[0] ?? '';
  for (const row of grid.rows) {
    const first = row.cells[0] ?? '';
    const when = /^\d/.test(first) && firstDate(first) === null ? `${unit} ${first}` : first;
    const span = spanOf(when) ?? spanOf(row.cells.join(' | ')) ?? {};
    const phase = context.draft.phase(context, when.replace(/^phase\s+/i, ''), row.line, {
      title: rowText(grid, row),
      ...span,
    });
    keepCells(grid, row, phase.path, [...row.cells.keys()], context);
  }
}

/** Rows are work where a header says so, or where they have an owner, a due date, a state or a box. */
function isWorkTable(grid: Grid, context: Context): boolean {
  if (has(grid, 'signature') || has(grid, 'author')) return false;
  if (context.topic === 'actions' || context.topic === 'backlog' || context.topic === 'checklist')
    return true;
  if (grid.rows.some((row) => row.cells.some((cell) => boxAt(cell) !== undefined))) return true;
  if (context.facts.everyBullet) return true;
  return (['work', 'state', 'owner', 'due'] as const).some((column) => has(grid, column));
}

function readWork(grid: Grid, context: Context): void {
  const state = columnOf(grid, 'state');
  const due = columnOf(grid, 'due', [state]);
  const owner = columnOf(grid, 'owner', [state, due]);
  const named = columnOf(grid, 'work', [state, due, owner]);
  const title =
    named >= 0
      ? named
      : firstFree(
          grid,
          [state, due, owner].filter((index) => index >= 0),
        );
  for (const row of grid.rows) {
    const text = row.cells[title] || firstText(row);
    const by = row.cells[owner] || ownerWithin(text);
    const on = row.cells[due] ? (firstDate(row.cells[due]) ?? row.cells[due]) : dueWithin(text);
    const box = row.cells.map((cell) => boxAt(cell)).find((found) => found !== undefined);
    const { path } = context.draft.item(context, row.line, {
      checklist: checklistOf(context),
      text,
      ...(context.parentItem === undefined ? {} : { parent: context.parentItem.path }),
      ...(box === undefined ? {} : { checked: box.checked }),
      ...(by ? { owner: by } : {}),
      ...(on ? { due: on } : {}),
    });
    keepCells(
      grid,
      row,
      path,
      [row.cells.indexOf(text), title, ...(row.cells[owner] ? [owner] : [])],
      context,
    );
  }
}
