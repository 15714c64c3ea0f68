import type { RootContent } from 'mdast';
import { rawLines } from './blocks.ts';
import { boxAt } from './fields.ts';
import { plainText, splitLabel } from './inline.ts';
import { readList } from './read-list.ts';
import { readTable } from './read-table.ts';
import { asksEveryPhase, isCriteria, topicOf } from './topics.ts';
import { type Context, checklistOf } from './walk.ts';

/**
 * Reads the blocks of a section or of a bullet in their order. What is no record is left alone here: the
 * caller keeps every line that no record took as a note on the record around it.
 */
export function readBlocks(blocks: readonly RootContent[], context: Context): void {
  let current = context;
  for (const [index, block] of blocks.entries()) {
    switch (block.type) {
      case 'paragraph':
        current = readParagraph(block, blocks[index + 1], context);
        break;
      case 'list':
        readList(block, current);
        break;
      case 'table':
        readTable(block, current);
        break;
      case 'blockquote':
        readBlocks(block.children, current);
        break;
    }
  }
}

/** A paragraph is text, a run of hand-drawn boxes, or (its last line) the label of what follows it. */
function readParagraph(block: RootContent, next: RootContent | undefined, context: Context): Context {
  const lines = rawLines(block);
  const last = lines.at(-1);
  const labels = next?.type === 'list' || next?.type === 'table' || next?.type === 'blockquote';
  const label = labels && last !== undefined ? labelOf(last.raw) : null;
  if (last !== undefined && label !== null) {
    readBoxes(lines.slice(0, -1), context);
    const topic = topicOf(label);
    return {
      ...context,
      topic: topic === 'plain' ? context.topic : topic,
      ...(asksEveryPhase(label) ? { everyPhase: true } : {}),
      label: { text: label, line: last.line },
    };
  }
  const inner = last === undefined ? context : boxedContext(lines, context);
  readBoxes(inner === context ? lines : lines.slice(1), inner);
  readSentence(lines, context);
  return context;
}

/** `Exit criteria: two drills passed.` as a paragraph of its own is one criterion. */
function readSentence(lines: readonly { line: number; raw: string }[], context: Context): void {
  for (const { line, raw } of lines) {
    const labelled = splitLabel(raw);
    if (labelled === null || labelled.rest === '' || labelled.label.split(/\s+/).length > 4) continue;
    const topic = topicOf(labelled.label);
    if (isCriteria(topic)) context.draft.criterion(context, line, topic, labelled.rest);
  }
}

function labelOf(raw: string): string | null {
  const labelled = splitLabel(raw);
  if (labelled?.rest === '') return labelled.label;
  const text = plainText(raw);
  return /[:：]$/.test(text) ? text.replace(/\s*[:：]$/, '') : null;
}

/** `**Action items:**` directly above lines of ✅ makes these its items. */
function boxedContext(lines: readonly { line: number; raw: string }[], context: Context): Context {
  const [first] = lines;
  const label = first === undefined ? null : labelOf(first.raw);
  if (first === undefined || label === null || lines.length < 2) return context;
  return { ...context, topic: topicOf(label), label: { text: label, line: first.line } };
}

/** Lines with a drawn box; in a run of actions a leading ✅ is a bullet, not a mark of what is done. */
function readBoxes(lines: readonly { line: number; raw: string }[], context: Context): void {
  for (const { line, raw } of lines) {
    const text = plainText(raw);
    const box = boxAt(text);
    const bullet = context.topic === 'actions' && /^[✅✔✓❌✗]/u.test(text);
    if (box === undefined && !bullet) continue;
    const checklist = context.parentItem?.checklist ?? checklistOf(context);
    const { path } = context.draft.item(context, line, { checklist, text, ...box });
    context.draft.surround({ from: line, to: line }, path);
  }
}
