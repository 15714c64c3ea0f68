import type { Root } from 'mdast';
import type { Group } from '../../../shared/domain/framework.ts';
import { linesOf } from './blocks.ts';
import { Draft } from './draft.ts';
import { dueWithin, ownerWithin, priorityIn, spanOf, startsTimelineBlock } from './fields.ts';
import { readBlocks } from './read-blocks.ts';
import { holdsWork, ownerOf, type Section, sectionsOf, withDescendants } from './sections.ts';
import { asksEveryPhase, handsDown, isCriteria, type Topic, topicOf } from './topics.ts';
import type { Context, PlanFacts } from './walk.ts';

/** What a section passes on to the sections below it. */
interface Above {
  readonly group: Group | null;
  readonly topic: Topic;
  readonly of?: { readonly path: string; readonly kind: 'phase' | 'pillar' };
  /** The checklist that gathers the task sections of the phase or pillar above. */
  readonly tasks: Map<string, string>;
  /** The task section around. */
  readonly task?: { readonly path: string; readonly checklist: string };
}

/**
 * Reads the records of a plan from its blocks. Where nothing turns out to be a box, an action, a task or a
 * backlog line, it is read once more with every bullet an item: a plan of plain bullets has checklists too.
 */
export function readPlan(root: Root, title: string, lineCount: number): Draft {
  const top = sectionsOf(root);
  const hasPhases = [...withDescendants(top)].some((section) => phaseName(section.title) !== null);
  const draft = walkPlan(top, title, lineCount, { hasPhases, everyBullet: false });
  return draft.items.length > 0 ? draft : walkPlan(top, title, lineCount, { hasPhases, everyBullet: true });
}

function walkPlan(top: Section, title: string, lineCount: number, facts: PlanFacts): Draft {
  const draft = new Draft();
  const group = draft.group(title, '', null, top.line);
  draft.surround({ from: 1, to: lineCount }, group.path);
  const context = contextOf({ ...top, title }, group, facts, draft);
  readBlocks(top.blocks, context);
  for (const child of top.children)
    walkSection(child, { group, topic: 'plain', tasks: new Map() }, facts, draft);
  return draft;
}

function walkSection(section: Section, above: Above, facts: PlanFacts, draft: Draft): void {
  const { label, title } = numbered(section.title);
  const group = draft.group(title, label, above.group, section.line);
  draft.surround(linesOfSection(section), group.path);
  const plain = {
    ...contextOf(section, group, facts, draft),
    ...(above.of === undefined ? {} : { of: above.of.path }),
    ...(asksEveryPhase(title) ? { everyPhase: true } : {}),
  };
  const role = roleOf(section, above, facts);
  const own = topicOf(title);
  const inherited = own === 'plain' && handsDown(above.topic) ? above.topic : own;
  const below = enter(role, section, above, { ...plain, topic: role === 'plain' ? inherited : 'plain' });
  readBlocks(section.blocks, below.context);
  for (const child of section.children) walkSection(child, { ...below.above, group }, facts, draft);
}

/** Makes the record a section is, and says what its blocks and sub-sections stand under. */
function enter(
  role: Role,
  section: Section,
  above: Above,
  context: Context,
): { context: Context; above: Above } {
  const { draft } = context;
  const line = section.line ?? 1;
  const { label, title } = numbered(section.title);
  const within = (record: { path: string }, kind: 'phase' | 'pillar') => {
    draft.surround(linesOfSection(section), record.path);
    return {
      context: { ...context, of: record.path, base: record.path, on: record.path },
      above: {
        ...above,
        topic: 'plain' as const,
        of: { path: record.path, kind },
        tasks: new Map<string, string>(),
      },
    };
  };
  switch (role) {
    case 'phase':
    case 'block': {
      const name = phaseName(section.title) ?? title;
      const priority = priorityIn(section.title);
      const fields = {
        title: section.title,
        ...(spanOf(section.title) ?? {}),
        ...(priority === null ? {} : { priority }),
      };
      return within(draft.phase(context, name, line, fields), 'phase');
    }
    case 'pillar': {
      const owner = ownerOf(section) ?? '';
      return within(draft.pillar(context, pillarName(label, title), line, { title, owner }), 'pillar');
    }
    case 'task': {
      const task = taskOf(section, above, context);
      draft.surround(linesOfSection(section), task.path);
      return {
        context: { ...context, on: task.path, base: task.path, parentItem: task },
        above: { ...above, topic: 'plain', task },
      };
    }
    default:
      return { context, above: { ...above, topic: context.topic } };
  }
}

type Role = 'phase' | 'block' | 'pillar' | 'task' | 'plain';

function roleOf(section: Section, above: Above, facts: PlanFacts): Role {
  const topic = topicOf(numbered(section.title).title);
  if (phaseName(section.title) !== null && above.of?.kind !== 'phase') return 'phase';
  if (isTaskSection(section, above, topic)) return 'task';
  if (isTimelineSection(section, above, facts)) return 'block';
  if (isCriteria(topic) || topic === 'risks' || topic === 'kpis' || topic === 'gates') return 'plain';
  if (above.of !== undefined || above.topic !== 'plain') return 'plain';
  return ownerOf(section) === null ? 'plain' : 'pillar';
}

/** `1.2 Role-based access` below a phase or pillar, or a heading that calls itself a task. */
function isTaskSection(section: Section, above: Above, topic: Topic): boolean {
  if (above.task !== undefined || isCriteria(topic) || holdsWork(section)) return false;
  if (
    /^(?:task|action|story|todo|work item|タスク)\s*#?[\dA-Z]+(?:[.-]\d+)*\b\s*[:：.—–-]/i.test(section.title)
  )
    return true;
  if (above.of === undefined) return false;
  if (above.of.kind === 'pillar' && topic !== 'plain') return false;
  return /^\d+[A-Za-z]?\.\d+[.)]?\s/.test(section.title);
}

function isTimelineSection(section: Section, above: Above, facts: PlanFacts): boolean {
  if (facts.hasPhases || above.of !== undefined || above.topic === 'backlog') return false;
  if (above.topic === 'timeline') return startsTimelineBlock(section.title);
  return above.topic === 'plain' && /^(?:days?|weeks?|months?|quarters?)\s*\d/i.test(section.title);
}

function taskOf(section: Section, above: Above, context: Context): { path: string; checklist: string } {
  const { draft } = context;
  const { title } = numbered(section.title);
  const checklist = above.tasks.get('') ?? taskList(above, context);
  above.tasks.set('', checklist);
  const owner = ownerOf(section) ?? ownerWithin(section.title);
  const due = dueWithin(section.title);
  const { path } = draft.item(context, section.line ?? 1, {
    checklist,
    text: title,
    ...(owner === null ? {} : { owner }),
    ...(due === null ? {} : { due }),
  });
  return { path, checklist };
}

/** One list for all task sections of a phase; it is worked as a checklist, but the phase is what it is called. */
function taskList(above: Above, context: Context): string {
  const { draft } = context;
  const around = [...draft.phases, ...draft.pillars].find((record) => record.path === above.of?.path);
  const title = around?.title ?? above.group?.title ?? context.section;
  const base = above.of?.path ?? above.group?.path ?? context.base;
  const place = {
    group: above.group?.path ?? context.group,
    base,
    ...(above.of === undefined ? {} : { of: above.of.path }),
  };
  const { path } = draft.checklist(place, 'tasks', around?.line ?? above.group?.line, title);
  draft.taskLists.add(path);
  return path;
}

function contextOf(section: Section, group: Group, facts: PlanFacts, draft: Draft): Context {
  return {
    facts,
    draft,
    read: readBlocks,
    group: group.path,
    base: group.path,
    on: group.path,
    topic: 'plain',
    section: section.title,
    sectionLine: section.line,
    checklists: new Map(),
  };
}

function linesOfSection(section: Section): { from: number; to: number } {
  const from = section.line ?? 1;
  return { from, to: section.blocks.reduce((to, block) => Math.max(to, linesOf(block).to), from) };
}

const PHASE =
  /^(?:\d+[.)]\s+)?(?:phase|fase|フェーズ|阶段|階段|этап|фаза)\s*[#№]?\s*(\d+(?:\.\d+)*[a-z]?|[ivx]+|[a-h]|one|two|three|four|five|six|seven|eight|nine|ten|zero)(?![\p{L}\p{N}])(?!\s*(?:[-–—~&+]|to|and)\s*\d)/iu;
const PHASE_AFTER_NUMBER = /^第\s*(\d+|[一二三四五六七八九十]+)\s*(?:フェーズ|阶段|階段|段階)/u;

/** `Phase 2: Scale` is `2`; null for a heading that is no phase (`Phase 1-2 rollback`, `Phase gates`). */
function phaseName(title: string): string | null {
  const words = title.replace(/^[^\p{L}\p{N}]+/u, '');
  return (PHASE.exec(words) ?? PHASE_AFTER_NUMBER.exec(words))?.[1] ?? null;
}

/** Parts a heading's own number from its words: `1.2 Access` is `1.2` and `Access`. */
function numbered(title: string): { label: string; title: string } {
  const match = /^(\d+[A-Za-z]?(?:\.\d+)*[.)]?|[A-Z][.)]|[IVX]+[.)])\s+(\S.*)$/su.exec(title);
  return { label: match?.[1] ?? '', title: match?.[2] ?? title };
}

function pillarName(label: string, title: string): string {
  const number = label.replace(/[.)]$/, '');
  return number === '' ? title : number;
}
