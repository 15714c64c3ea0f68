import type { List, ListItem, RootContent } from 'mdast';
import { linesOf, rawText } from './blocks.ts';
import {
  boxAt,
  cadenceIn,
  dueIn,
  dueWithin,
  ownerIn,
  ownerWithin,
  priorityIn,
  scoreOf,
  severityIn,
  spanOf,
  startsTimelineBlock,
} from './fields.ts';
import { type Labelled, plainText, splitLabel } from './inline.ts';
import { isBoxed } from './sections.ts';
import { bulletTopic, isCriteria, type Topic } from './topics.ts';
import { type Context, checklistOf } from './walk.ts';

/** One bullet taken apart. */
interface Bullet {
  readonly node: ListItem;
  readonly line: number;
  readonly text: string;
  readonly label: Labelled | null;
  readonly box: { readonly checked: boolean } | undefined;
  /** What is nested below its first paragraph. */
  readonly below: readonly RootContent[];
}

/** Reads a list: what its bullets are follows from the topic they stand under; a check box is always an item. */
export function readList(list: List, context: Context): void {
  const topic = listTopic(list, context);
  for (const node of list.children) readBullet(bulletOf(node), { ...context, topic });
}

/** Under a heading that only says "checklist", bullets that all describe (`**Purpose:** …`) are no items. */
function listTopic(list: List, context: Context): Topic {
  if (context.topic !== 'checklist' && !context.facts.everyBullet) return context.topic;
  const describes = list.children.every((item) => {
    const [head] = item.children;
    return !isBoxed(item) && head?.type === 'paragraph' && splitLabel(rawText(head))?.bold === true;
  });
  return context.topic === 'checklist' && describes ? 'plain' : context.topic;
}

function bulletOf(node: ListItem): Bullet {
  const [head, ...others] = node.children;
  const raw = head?.type === 'paragraph' ? rawText(head) : '';
  const text = plainText(raw);
  const checked = node.checked ?? undefined;
  return {
    node,
    line: linesOf(node).from,
    text,
    label: splitLabel(raw),
    box: checked === undefined ? boxAt(text) : { checked },
    below: head?.type === 'paragraph' ? others : node.children,
  };
}

function readBullet(bullet: Bullet, context: Context): void {
  const { draft } = context;
  const named = namedTopic(bullet, context);
  if (named !== 'plain') {
    readNamed(bullet, named, context);
    return;
  }
  const record = bullet.text === '' ? null : recordOf(bullet, context);
  const item = bullet.box !== undefined || isWork(context) ? itemOf(bullet, context) : null;
  const path = item?.path ?? record?.path;
  if (path !== undefined) draft.surround(linesOf(bullet.node), path);
  const inner = path === undefined ? {} : { on: path };
  context.read(bullet.below, {
    ...context,
    ...inner,
    topic: path === undefined && bullet.text !== '' ? context.topic : 'plain',
    ...(item === null ? {} : { parentItem: { path: item.path, checklist: item.checklist } }),
  });
}

/** `**Exit criteria:** …` and `**Actions:**` among the bullets of a section name a topic of their own. */
function namedTopic(bullet: Bullet, context: Context): Topic {
  if (bullet.label === null || bullet.box !== undefined) return 'plain';
  if (context.topic !== 'plain' && context.topic !== 'scope' && context.topic !== 'checklist') return 'plain';
  if (context.parentItem !== undefined && bullet.below.length === 0 && bullet.label.rest === '')
    return 'plain';
  const topic = bulletTopic(bullet.label.label);
  return topic === 'contents' || topic === 'timeline' || topic === 'owners' ? 'plain' : topic;
}

function readNamed(bullet: Bullet, topic: Topic, context: Context): void {
  const text = bullet.label?.rest ?? '';
  const inner: Context = {
    ...context,
    topic,
    label: { text: bullet.label?.label ?? '', line: bullet.line },
  };
  if (text !== '') {
    const single: Bullet = { ...bullet, text, label: splitLabel(text), below: [] };
    const record = recordOf(single, inner) ?? (isWork(inner) ? itemOf(single, inner) : null);
    if (record !== null) context.draft.note(record.path, bullet.line, `${bullet.label?.label}:`);
  }
  context.read(bullet.below, inner);
}

function isWork(context: Context): boolean {
  const { topic, facts } = context;
  if (context.parentItem !== undefined) return false;
  if (topic === 'actions' || topic === 'backlog' || topic === 'checklist') return true;
  return facts.everyBullet && (topic === 'plain' || topic === 'timeline' || topic === 'owners');
}

function itemOf(bullet: Bullet, context: Context): { path: string; checklist: string } {
  const checklist = context.parentItem?.checklist ?? checklistOf(context);
  const owner = ownerWithin(bullet.text) ?? nested(bullet, ownerIn);
  const due = dueWithin(bullet.text) ?? nested(bullet, dueIn);
  return context.draft.item(context, bullet.line, {
    checklist,
    text: bullet.text,
    ...(context.parentItem === undefined ? {} : { parent: context.parentItem.path }),
    ...(bullet.box === undefined ? {} : { checked: bullet.box.checked }),
    ...(owner === null ? {} : { owner }),
    ...(due === null ? {} : { due }),
  });
}

/** A field given by a bullet below: `- Owner: X` under an item. */
function nested(bullet: Bullet, read: (label: string, rest: string) => string | null): string | null {
  for (const { label, rest } of nestedLabels(bullet)) {
    const value = read(label, rest);
    if (value !== null) return value;
  }
  return null;
}

function nestedLabels(bullet: Bullet): Labelled[] {
  return bullet.below.flatMap((block) => {
    if (block.type !== 'list') return [];
    return block.children.flatMap((item) => {
      const [head] = item.children;
      const label = head?.type === 'paragraph' ? splitLabel(rawText(head)) : null;
      return label === null ? [] : [label];
    });
  });
}

/** The record a bullet is by its topic; null for a bullet that is none. */
function recordOf(bullet: Bullet, context: Context): { path: string } | null {
  const { draft, topic } = context;
  if (isCriteria(topic)) return draft.criterion(context, bullet.line, topic, bullet.text);
  switch (topic) {
    case 'gates':
      return draft.gate(context, bullet.line, bullet.text);
    case 'kpis':
      return draft.kpi(
        context,
        bullet.line,
        bullet.text,
        cadenceIn(context.label?.text ?? '') ?? cadenceIn(bullet.text),
      );
    case 'maturity': {
      const score = scoreOf(bullet.text);
      return score === null ? null : draft.dimension(context, bullet.line, score);
    }
    case 'risks':
      return riskOf(bullet, context);
    case 'owners':
      return pillarOf(bullet, context);
    case 'timeline':
      return context.facts.hasPhases ? null : blockOf(bullet, context);
    case 'scope':
      return scopeOf(bullet, context);
    default:
      return null;
  }
}

const RISK_FIELDS: readonly (readonly [
  'severity' | 'likelihood' | 'impact' | 'remediation' | 'exit',
  RegExp,
])[] = [
  ['severity', /^(?:severity|priority|risk level|rating|深刻度|重要度)$/i],
  ['likelihood', /^(?:likelihood|probability|発生確率)$/i],
  ['impact', /^(?:impact|consequences?|影響)$/i],
  ['remediation', /^(?:mitigations?|remediations?|response|countermeasures?|treatment|contingency|対策)$/i],
  ['exit', /^(?:exit(?: criteria)?|closure(?: criteria)?)$/i],
];

/** A labelled bullet, or one whose nested bullets say what a risk has. */
function riskOf(bullet: Bullet, context: Context): { path: string } | null {
  const below = nestedLabels(bullet);
  const fields: {
    severity?: string;
    likelihood?: string;
    impact?: string;
    remediation?: string;
    exit?: string;
  } = {};
  for (const [field, pattern] of RISK_FIELDS) {
    const value = below.find(({ label, rest }) => rest !== '' && pattern.test(label))?.rest;
    if (value !== undefined) fields[field] = value;
  }
  if (bullet.label === null && Object.keys(fields).length === 0) return null;
  const rest = bullet.label?.rest ?? '';
  const severity = fields.severity ?? severityIn(bullet.text);
  const owner = ownerWithin(bullet.text) ?? nested(bullet, ownerIn);
  const due = dueWithin(bullet.text) ?? nested(bullet, dueIn);
  return context.draft.risk(context, bullet.line, {
    title: bullet.label?.label ?? bullet.text,
    ...fields,
    ...(fields.remediation === undefined && rest !== '' ? { remediation: rest } : {}),
    ...(severity === null || severity === undefined ? {} : { severity }),
    ...(owner === null ? {} : { owner }),
    ...(due === null ? {} : { due }),
  });
}

/** A workstream with its owner: the label is the owner where the heading says so, else the owner must be named. */
function pillarOf(bullet: Bullet, context: Context): { path: string } | null {
  const { label } = bullet;
  if (label === null) return null;
  const named = ownerWithin(bullet.text) ?? nested(bullet, ownerIn);
  const listsOwners = /owner|ownership|担当|责任/i.test(context.label?.text ?? context.section);
  const owner = named ?? (listsOwners ? label.label : null);
  if (owner === null) return null;
  return context.draft.pillar(context, label.label, bullet.line, {
    title: label.label,
    owner,
    ...(label.rest === '' ? {} : { scope: label.rest }),
  });
}

/** A block of a timeline: `**Days 0–14 (Stabilize):** …`. */
function blockOf(bullet: Bullet, context: Context): { path: string } | null {
  const title = bullet.label?.label ?? bullet.text;
  if (!startsTimelineBlock(title)) return null;
  const priority = priorityIn(title);
  const phase = context.draft.phase(context, title, bullet.line, {
    title,
    ...(spanOf(title) ?? {}),
    ...(priority === null ? {} : { priority }),
  });
  if (bullet.label !== null && bullet.label.rest !== '') phase.scope.push(bullet.label.rest);
  return phase;
}

/** Scope and objectives are fields of the phase or pillar around them, not records; elsewhere they are notes. */
function scopeOf(bullet: Bullet, context: Context): { path: string } | null {
  const { draft, of } = context;
  const phase = draft.phases.at(-1);
  if (phase !== undefined && phase.path === of) {
    phase.scope.push(bullet.text);
    return phase;
  }
  const pillar = draft.pillars.at(-1);
  if (pillar === undefined || pillar.path !== of) return null;
  pillar.scope = pillar.scope === undefined ? bullet.text : `${pillar.scope}\n${bullet.text}`;
  return pillar;
}
