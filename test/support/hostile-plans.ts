import { planMarkdown } from '../../core/formats/plan-markdown/index.ts';
import { importSource } from './import-source.ts';

/** Marks that a parser of Markdown looks ahead for: a line of one of them can cost the square of its length. */
export const MARKS = [
  'a_ ',
  '![a](',
  '**a ',
  '[ ] ',
  '`',
  'www.a_',
  '@a.',
  'by ',
  '|a',
  '<a ',
  '&amp;',
  'owner: ',
] as const;

/** A plan whose only action is about so many characters of one mark. */
export function lineOf(mark: string, characters: number): string {
  return `# Plan\n## Actions\n- ${mark.repeat(Math.floor(characters / mark.length))}\n`;
}

/** What is counted in a plan of so many boxes; throws where the last is not where it stands. */
export function readBoxes(count: number): Readonly<Record<string, number>> {
  const boxes = Array.from({ length: count }, (_, index) => `- [ ] item ${index}`);
  const { counts, framework } = planMarkdown.read(importSource(`# Plan\n${boxes.join('\n')}\n`));
  const last = framework?.items.at(-1);
  if (last?.text !== `item ${count - 1}` || last.line !== count + 1)
    throw new Error(`The last box is ${JSON.stringify(last)}.`);
  return counts;
}
