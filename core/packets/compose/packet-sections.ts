import { inDayWords } from '../../../shared/domain/programme/day.ts';
import type { SectionContent, SectionData } from '../../../shared/domain/programme/packet-content.ts';
import type { PacketSection } from '../../../shared/domain/programme/packet-template.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { TYPE } from '../../binder/compose/style.ts';
import { drawTable } from '../../binder/compose/table.ts';
import { dateWords } from '../../binder/compose/words.ts';
import type { PacketModel } from './page.ts';
import { type RagWord, ragMark } from './rag.ts';

type Breathe = () => Promise<void>;
type Pages = Pick<PacketModel, 'content' | 'template' | 'missing' | 'final' | 'customer'>;

/** Whether a packet is final, since when and by whom, or what it still lacks. */
export function standingOf({ content, final }: Pick<Pages, 'content' | 'final'>): string {
  if (final !== null)
    return `Final since ${dateWords(final.at)}, made final by ${final.by}. Digest ${final.digest}.`;
  const missing = content.sections.filter(({ state }) => state === 'missing').length;
  return missing > 0
    ? `Draft: ${missing} of ${content.sections.length} sections are missing.`
    : 'Draft: complete, and not made final yet.';
}

const STATE: Readonly<Record<SectionContent['state'], readonly [RagWord, string]>> = {
  filled: ['green', 'Filled'],
  missing: ['red', 'Missing'],
  waived: ['amber', 'Waived'],
  empty: ['none', 'Left empty'],
};

/** A section with its state, its words, its data and its proof. */
export async function drawSection(
  frame: PageFrame,
  model: Pages,
  section: PacketSection,
  content: SectionContent,
  breathe: Breathe,
): Promise<void> {
  const [rag, word] = STATE[content.state];
  frame.need(74);
  frame.place(`section.${section.key}`);
  const top = frame.y;
  frame.beginTag('H2');
  frame.draw(ragMark(rag, frame.left + 6, top + 9, 5));
  frame.line(
    frame.oneLine(section.title, TYPE.heading, frame.width - 90),
    TYPE.heading,
    frame.left + 18,
    top,
    frame.width - 90,
  );
  frame.line(frame.oneLine(word, TYPE.note, 70), TYPE.note, frame.right - 70, top + 3, 70, 'end');
  frame.endTag();
  frame.space(21);
  if (content.state === 'empty') {
    frame.paragraph(section.help, TYPE.note, { indent: 18, after: 12 });
    return;
  }
  drawWords(frame, model, section, content);
  for (const data of content.data.filter(({ total }) => total > 0)) await drawData(frame, data, breathe);
  await drawAttached(frame, content, breathe);
  frame.space(8);
}

function drawWords(frame: PageFrame, model: Pages, section: PacketSection, content: SectionContent): void {
  const indent = 18;
  const { waiver } = content;
  for (const text of content.state === 'missing' ? (model.missing.get(section.key) ?? []) : [])
    frame.paragraph(text, TYPE.alarm, { indent, after: 3 });
  if (content.state === 'waived' && waiver !== null)
    frame.paragraph(`Waived by ${waiver.by} on ${dateWords(waiver.at)}: ${waiver.reason}`, TYPE.small, {
      indent,
      after: 4,
    });
  for (const { key, title, type } of section.fields) {
    const value = content.values[key];
    if (value !== undefined)
      frame.paragraph(`${title}: ${value}${type === 'minutes' ? ' minutes' : ''}`, TYPE.strong, {
        indent,
        after: 1,
      });
  }
  if (content.text.trim() !== '') frame.paragraph(content.text.trim(), TYPE.body, { indent, after: 6 });
}

async function drawData(frame: PageFrame, data: SectionData, breathe: Breathe): Promise<void> {
  frame.paragraph(inDayWords(data.summary), TYPE.smallStrong, { indent: 18, after: 4 });
  const shares = sharesOf(data);
  const rest = data.total - data.rows.length;
  await drawTable(
    frame,
    data.rows.map((cells) => ({ cells })),
    {
      columns: data.columns.map((title, i) => ({
        title,
        share: shares[i] ?? 1,
        holds: longestWord(data, i),
      })),
      indent: 18,
      breathe,
      after: rest > 0 ? 2 : 10,
    },
  );
  if (rest > 0) frame.paragraph(`and ${rest} more in the workspace`, TYPE.note, { indent: 18, after: 10 });
}

/** A column’s width follows the words in it, within reason. */
function sharesOf({ columns, rows }: SectionData): number[] {
  return columns.map((title, i) => {
    const total = rows.slice(0, 100).reduce((sum, row) => sum + Math.min(90, row[i]?.length ?? 0), 0);
    return Math.max(title.length, Math.sqrt(total / Math.max(1, Math.min(100, rows.length))) * 6, 5);
  });
}

function longestWord({ rows }: SectionData, column: number): string {
  const words = rows.slice(0, 200).flatMap((row) => (row[column] ?? '').slice(0, 300).split(/\s+/u));
  return words
    .filter(({ length }) => length <= 12)
    .reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

async function drawAttached(frame: PageFrame, content: SectionContent, breathe: Breathe): Promise<void> {
  const files = content.evidence.flatMap(({ reference, title, files: held }) =>
    held.map(({ name, sha256, bytes }) => ({
      cells: [reference, title, name, String(bytes), [{ text: sha256, style: TYPE.hash }]],
    })),
  );
  if (files.length === 0) return;
  await drawTable(frame, files, {
    columns: [
      { title: 'Evidence', share: 1 },
      { title: 'Title', share: 2.4 },
      { title: 'File', share: 2 },
      { title: 'Bytes', share: 0.8, align: 'end' },
      { title: 'SHA-256', share: 2.6 },
    ],
    indent: 18,
    breathe,
    after: 10,
  });
}

/** The customer’s word where it was captured, or that it is awaited. */
export function drawCustomer(frame: PageFrame, { customer, template }: Pages): void {
  if (customer.length === 0 && !template.customerSignOff) return;
  frame.need(80);
  frame.paragraph('The customer’s word', TYPE.heading, { tag: 'H2', after: 5 });
  if (customer.length === 0)
    frame.paragraph(
      'Not captured yet. The customer signs below, or the signed paper is captured in the workspace.',
      TYPE.note,
      { after: 12 },
    );
  for (const word of customer) {
    frame.paragraph(`“${word.statement}”`, TYPE.body, { indent: 18, after: 2 });
    frame.paragraph(
      `${word.name}, ${word.organisation}, on ${word.on}; captured by ${word.by}`,
      TYPE.smallStrong,
      { indent: 18, after: 10 },
    );
  }
}
