import type { Heading, List, ListItem, Root, RootContent } from 'mdast';
import { linesOf, rawLines, rawText } from './blocks.ts';
import { boxAt, ownerIn } from './fields.ts';
import { plainText, splitLabel } from './inline.ts';
import { bulletTopic, topicOf } from './topics.ts';

/** A heading with what stands below it, up to the next heading. */
export interface Section {
  /** Plain text of the heading; empty for a plan's part before any heading. */
  readonly title: string;
  readonly level: number;
  /** Absent for a root without a heading. */
  readonly line?: number;
  readonly parent: Section | null;
  readonly blocks: RootContent[];
  readonly children: Section[];
}

/**
 * The tree of headings. The first level-one heading is the plan's own title where no other heading stands
 * before it; everything else hangs below it, whatever its level.
 */
export function sectionsOf(root: Root): Section {
  const first = root.children.find((block): block is Heading => block.type === 'heading');
  const title = first?.depth === 1 ? first : null;
  const top: Section = title === null ? rootSection() : { ...rootSection(), ...headed(title) };
  let current = top;
  for (const block of root.children) {
    if (block === title) continue;
    if (block.type !== 'heading') {
      current.blocks.push(block);
      continue;
    }
    const parent = above(current, block.depth);
    const section = { ...headed(block), level: block.depth, parent, blocks: [], children: [] };
    parent.children.push(section);
    current = section;
  }
  return top;
}

/** Plain text of the first level-one heading, else of the first heading. */
export function titleOf(root: Root): string | null {
  const headings = root.children.filter((block): block is Heading => block.type === 'heading');
  const texts = (list: readonly Heading[]) => list.map((heading) => plainText(rawText(heading)));
  return (
    texts(headings.filter((heading) => heading.depth === 1)).find((text) => text !== '') ??
    texts(headings).find((text) => text !== '') ??
    null
  );
}

function rootSection(): Section {
  return { title: '', level: 0, parent: null, blocks: [], children: [] };
}

function headed(heading: Heading): { title: string; line: number } {
  return { title: plainText(rawText(heading)), line: linesOf(heading).from };
}

function above(section: Section, depth: number): Section {
  let parent = section;
  while (parent.parent !== null && parent.level >= depth) parent = parent.parent;
  return parent;
}

/** The section and all below it. */
export function* withDescendants(section: Section): Generator<Section> {
  yield section;
  for (const child of section.children) yield* withDescendants(child);
}

/** The owner a section names in its own heading, paragraphs or top bullets. */
export function ownerOf(section: Section): string | null {
  const inHeading = /[([]\s*owners?\s*[:：]\s*([^)\]]+)[)\]]/i.exec(section.title)?.[1];
  if (inHeading) return inHeading.trim();
  for (const raw of ownLines(section)) {
    const labelled = splitLabel(raw);
    const owner = labelled === null ? null : ownerIn(labelled.label, labelled.rest);
    if (owner !== null) return owner;
  }
  return null;
}

function* ownLines(section: Section): Generator<string> {
  for (const block of section.blocks) {
    if (block.type === 'paragraph') yield* rawLines(block).map(({ raw }) => raw);
    if (block.type !== 'list') continue;
    for (const item of block.children) {
      const [head] = item.children;
      if (head?.type === 'paragraph') yield rawText(head);
    }
  }
}

/** True where the section holds check boxes or a list of actions of its own: then it is a group, not a task. */
export function holdsWork(section: Section): boolean {
  for (const part of withDescendants(section)) {
    if (part !== section && isWork(topicOf(part.title))) return true;
    for (const [index, block] of part.blocks.entries()) {
      if (block.type === 'list' && listHoldsWork(block)) return true;
      if (block.type === 'paragraph' && part.blocks[index + 1]?.type === 'list') {
        const last = rawLines(block).at(-1)?.raw ?? '';
        if (splitLabel(last)?.rest === '' && isWork(topicOf(plainText(last)))) return true;
      }
    }
  }
  return false;
}

function isWork(topic: string): boolean {
  return topic === 'actions' || topic === 'backlog' || topic === 'checklist';
}

function listHoldsWork(list: List): boolean {
  return list.children.some((item) => {
    if (isBoxed(item)) return true;
    const [head] = item.children;
    const labelled = head?.type === 'paragraph' ? splitLabel(rawText(head)) : null;
    if (labelled?.rest === '' && item.children.length > 1 && isWork(bulletTopic(labelled.label))) return true;
    return item.children.some((child) => child.type === 'list' && listHoldsWork(child));
  });
}

/** True for a list item with a check box, GFM's or one drawn by hand. */
export function isBoxed(item: ListItem): boolean {
  if (item.checked !== null && item.checked !== undefined) return true;
  const [head] = item.children;
  return head?.type === 'paragraph' && boxAt(rawText(head)) !== undefined;
}
