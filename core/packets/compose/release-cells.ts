import type { SectionContent } from '../../../shared/domain/programme/packet-content.ts';
import type { PacketField, PacketSection } from '../../../shared/domain/programme/packet-template.ts';
import type { TextStyle } from '../../binder/compose/style.ts';
import type { RagWord } from './rag.ts';
import { inked, SMALL } from './type.ts';

/** A paragraph of a cell. */
export interface Part {
  readonly text: string;
  readonly style: TextStyle;
  readonly after: number;
  /** Stands in front of the first line; the others hang under its beginning. */
  readonly mark?: RagWord;
  readonly lead?: string;
  /** Said in front, small and quiet, of a value of its own. */
  readonly label?: string;
}

/** A section of a release with what its cell says. */
export interface Cell {
  readonly section: PacketSection;
  readonly content: SectionContent;
  readonly parts: readonly Part[];
}
const GAP_AFTER = 3;

/** What a cell says, most telling first: why it is waived or missing, its values, words, data, and what is attached. */
export function partsOf(
  section: PacketSection,
  content: SectionContent,
  missing: readonly string[],
  most: number,
): Part[] {
  const part = (text: string, style: TextStyle, more: Partial<Part> = {}): Part => ({
    text,
    style,
    after: GAP_AFTER,
    ...more,
  });
  const { waiver, state } = content;
  return [
    ...(state === 'waived' && waiver !== null
      ? [
          part(
            `Waived by ${waiver.by} on ${waiver.at.slice(0, 10)}: ${waiver.reason}`,
            inked(SMALL.text, 'quiet'),
          ),
        ]
      : []),
    ...(state === 'missing' ? missing.map((text) => part(text, SMALL.alarm)) : []),
    ...section.fields.flatMap((field) => valueParts(field, content.values[field.key], part)),
    ...textParts(content.text, part),
    ...dataParts(content, most, part),
    ...attachedParts(content, part),
  ];
}

/** A time as a figure that is read from afar, with its limit; other values behind their name. */
function valueParts(field: PacketField, value: string | undefined, part: MakePart): Part[] {
  if (value === undefined) return [];
  const { title, type, atMost } = field;
  if (type !== 'minutes') return [part(value.replace(/\s+/gu, ' '), SMALL.text, { label: title, after: 1 })];
  const limit = atMost === undefined ? '' : `, at most ${atMost} min`;
  return [
    part(`${value.trim()} min`, SMALL.figure, { after: 0 }),
    part(`${title.toLowerCase()}${limit}`, inked(SMALL.note, 'quiet')),
  ];
}

/** Line by line as typed; what begins as an item of a list hangs behind its bullet or number. */
function textParts(text: string, part: MakePart): Part[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line, i) => {
    const item = /^([-*•]|\d{1,2}[.)])\s+(.*)$/u.exec(line);
    const after = i === lines.length - 1 ? GAP_AFTER : 1;
    if (item === null) return part(line, SMALL.text, { after });
    const lead = /\d/.test(item[1] ?? '') ? (item[1] ?? '') : '•';
    return part(item[2] ?? '', SMALL.text, { after, lead });
  });
}

type MakePart = (text: string, style: TextStyle, more?: Partial<Part>) => Part;

/** Risks as their title with what is done about them; other data as one line a row. */
function dataParts({ data }: SectionContent, most: number, part: MakePart): Part[] {
  return data.flatMap(({ name, rows, total }) => {
    const open = name === 'risks' ? rows.filter((row) => row[2] !== 'closed') : rows;
    const shown = open.slice(0, most);
    const lines = shown.flatMap((row) =>
      name === 'risks'
        ? riskParts(row, part)
        : [part(row.filter(Boolean).slice(0, 4).join(' · '), SMALL.text)],
    );
    const rest = open.length + Math.max(0, total - rows.length) - shown.length;
    return rest > 0 ? [...lines, part(`and ${rest} more, see packet.json`, SMALL.note)] : lines;
  });
}

function riskParts(
  [title = '', severity = '', state = '', owner = '', due = '', done = '']: readonly string[],
  part: MakePart,
): Part[] {
  const accepted = state === 'accepted' ? 'accepted' : '';
  const about = [accepted, owner, due === '' ? '' : `due ${due}`].filter(Boolean).join(', ');
  const rag: RagWord = accepted !== '' ? 'none' : severity === 'P0' ? 'red' : 'amber';
  return [
    part(`${severity} ${title}`.trim(), SMALL.strong, { after: 0, mark: rag }),
    part([done, about].filter(Boolean).join(' – '), SMALL.note),
  ];
}

function attachedParts({ evidence }: SectionContent, part: MakePart): Part[] {
  return evidence.map(({ reference, title, files }) => {
    const names = files.map(({ name }) => name).join(', ');
    return part(
      `${reference} ${title}${names === '' || names === title ? '' : ` (${names})`}`,
      inked(SMALL.note, 'seal'),
      {
        after: 1,
      },
    );
  });
}
