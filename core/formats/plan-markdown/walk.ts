import type { RootContent } from 'mdast';
import type { Draft, Place } from './draft.ts';
import type { Topic } from './topics.ts';

/** What the reader knows of the whole plan before it walks it. */
export interface PlanFacts {
  /** A heading "Phase N" stands somewhere: then blocks of a timeline are no phases. */
  readonly hasPhases: boolean;
  /** Nothing in the plan is a box, action, task or backlog line: then every bullet is an item. */
  readonly everyBullet: boolean;
}

/** Where a block stands: its records, its topic and the checklist that its items go to. */
export interface Context extends Place {
  readonly facts: PlanFacts;
  readonly draft: Draft;
  /** Reads nested blocks; handed in, since lists hold blocks and blocks hold lists. */
  readonly read: (blocks: readonly RootContent[], context: Context) => void;
  /** The record that text of no other meaning is a note on. */
  readonly on: string;
  readonly topic: Topic;
  /** Title of the section, for the titles of its checklists. */
  readonly section: string;
  readonly sectionLine: number | undefined;
  /** The label above the block, where there is one. */
  readonly label?: { readonly text: string; readonly line: number };
  /** The item around it. */
  readonly parentItem?: { readonly path: string; readonly checklist: string };
  /** Checklists already begun in this section, by label. */
  readonly checklists: Map<string, string>;
}

/** The checklist of this section and label; begun with its first item. */
export function checklistOf(context: Context): string {
  const label = context.label?.text ?? '';
  const known = context.checklists.get(label);
  if (known !== undefined) return known;
  const title = label === '' ? context.section : `${context.section} — ${label}`;
  const { path } = context.draft.checklist(
    context,
    label === '' ? 'checklist' : nameOf(label),
    context.label?.line ?? context.sectionLine,
    title,
  );
  context.checklists.set(label, path);
  return path;
}

function nameOf(label: string): string {
  const words = label.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  return words === null
    ? 'checklist'
    : words.slice(0, 6).join('-').slice(0, 48).toWellFormed().replaceAll('\uFFFD', '');
}
