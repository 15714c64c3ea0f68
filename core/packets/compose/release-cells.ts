import { inDayWords } from '../../../shared/domain/programme/day.ts';
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
            `Waived by ${waiver.by} on ${inDayWords(waiver.at.slice(0, 10))}: ${waiver.reason}`,
            inked(SMALL.text, 'quiet'),
          ),
        ]
      : []),
    ...(state === 'missing' ? missing.map((text) => part(text, SMALL.alarm)) : []),
    ...endedBy(
      section.fields.flatMap((field) => valueParts(field, content.values[field.key], part)),
      GAP_AFTER + 2,
    ),
    ...textParts(content.text, part),
    ...dataParts(content, most, part),
    ...attachedParts(content, part),
  ];
}

/** The same parts, with so much room after the last of them. */
const endedBy = (parts: readonly Part[], after: number): Part[] =>
  parts.map((part, i) => (i === parts.length - 1 ? { ...part, after } : part));

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

/** Risks and acceptances with what is done about them; other data as one line a row. */
function dataParts(content: SectionContent, most: number, part: MakePart): Part[] {
  const acceptances = standingAcceptances(content);
  const named = new Set(
    content.data.flatMap(({ name, rows }) => (name === 'risks' ? rows : [])).map(([of]) => of),
  );
  return content.data.flatMap(({ name, rows, total, summary }) => {
    // Beside the reports of the release itself, all others are worth a number.
    if (name === 'tests' && content.evidence.length > 0)
      return total === 0 ? [] : [part(summary, SMALL.note)];
    const open =
      name === 'risks'
        ? rows.filter((row) => row[2] !== 'closed')
        : name === 'exceptions'
          ? acceptances.filter(([of]) => !named.has(of))
          : rows;
    const shown = open.slice(0, most);
    const lines = shown.flatMap((row) => {
      if (name === 'risks') return riskParts(row, acceptances, part);
      if (name === 'exceptions') return acceptanceParts(row, part);
      return [part(row.filter(Boolean).slice(0, 4).join(' · '), SMALL.text)];
    });
    const rest = open.length + Math.max(0, total - rows.length) - shown.length;
    return rest > 0 ? [...lines, part(`and ${rest} more in the attached packet.json`, SMALL.note)] : lines;
  });
}

type Row = readonly string[];

/** What was accepted and still is; an acceptance that ended leaves its risk open, and that is listed. */
function standingAcceptances({ data }: SectionContent): readonly Row[] {
  const rows = data.flatMap((each) => (each.name === 'exceptions' ? each.rows : []));
  return rows.filter((row) => row[4] === 'holds' || row[4] === 'expiring');
}

const untilWords = ([, , by = '', expires = '']: Row) => `${by}${expires === '' ? '' : ` until ${expires}`}`;

function riskParts(row: Row, acceptances: readonly Row[], part: MakePart): Part[] {
  const [title = '', severity = '', state = '', owner = '', due = '', mitigation = ''] = row;
  const accepted = state === 'accepted';
  const acceptance = accepted ? acceptances.find(([of]) => of === title) : undefined;
  const compensating = acceptance?.[5] ?? '';
  const stands = accepted ? `accepted${acceptance === undefined ? '' : ` by ${untilWords(acceptance)}`}` : '';
  // A date that an acceptance has put off says nothing.
  const about = [stands, owner, due === '' || accepted ? '' : `due ${due}`].filter(Boolean).join(', ');
  const rag: RagWord = accepted ? 'none' : severity === 'P0' ? 'red' : 'amber';
  return [
    part(`${severity} ${title}`.trim(), SMALL.strong, { after: 0, mark: rag }),
    part([compensating || mitigation, about].filter(Boolean).join(' – '), SMALL.note),
  ];
}

function acceptanceParts(row: Row, part: MakePart): Part[] {
  const [title = '', kind = '', , , , compensating = ''] = row;
  const about = `${kind} approved by ${untilWords(row)}`;
  return [
    part(title, SMALL.strong, { after: 0, mark: 'none' }),
    part([compensating, about].filter(Boolean).join(' – '), SMALL.note),
  ];
}

function attachedParts({ evidence }: SectionContent, part: MakePart): Part[] {
  return evidence.map(({ reference, title, files }) => {
    const names = files.map(({ name }) => name).join(', ');
    return part(
      `${reference} ${title}${names === '' || names === title ? '' : ` (${names})`}`,
      inked(SMALL.note, 'accent'),
      {
        after: 1,
      },
    );
  });
}
