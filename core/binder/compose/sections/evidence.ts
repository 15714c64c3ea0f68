import { leavesOut } from '../../../../shared/domain/binder-profile.ts';
import { counted } from '../../../../shared/domain/programme/day.ts';
import { readableName } from '../../../../shared/domain/spell-out.ts';
import type { EvidenceSection } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { CHAPTERS, destinationOf } from '../plan.ts';
import { TYPE } from '../style.ts';
import { type Cell, type CellPart, drawTable } from '../table.ts';
import { dateWords, fileKindWords, periodWords, sizeWords } from '../words.ts';
import { drawFacts } from './facts.ts';
import { openChapter } from './heading.ts';
import { drawLate } from './late.ts';

/** Each record with its files, dates, custody, and what it supports. */
export async function drawEvidence(chapter: Chapter): Promise<void> {
  const { evidence, profile } = chapter.model;
  if (leavesOut(profile, 'evidence')) return;
  const files = evidence.reduce((sum, record) => sum + record.files.length, 0);
  openChapter(chapter, 'evidence', {
    lead:
      evidence.length === 0
        ? 'No evidence was recorded in this engagement.'
        : `${counted(evidence.length, 'record')} with ${counted(files, 'file')}. What is attached can be taken out of this document and compared with the SHA-256 printed here.`,
  });
  for (const record of evidence) await drawRecord(chapter, record);
}

async function drawRecord(chapter: Chapter, record: EvidenceSection): Promise<void> {
  const { frame } = chapter;
  frame.chapter = `${CHAPTERS.evidence.title} · ${record.reference}`;
  frame.need(150);
  frame.space(4);
  frame.rule(frame.y, 'accent', 1);
  frame.space(7);
  frame.place(destinationOf.evidence(record.id), 12);
  frame.paragraph(`${record.reference}  ${record.title}`, TYPE.subheading, { tag: 'H2', after: 4 });
  await drawFacts(chapter, recordFacts(chapter, record), 62);
  drawLate(chapter, record.late);
  frame.space(4);
  await drawFiles(chapter, record);
  await drawCustody(chapter, record);
  await chapter.breathe();
}

function recordFacts(chapter: Chapter, record: EvidenceSection): (readonly [string, Cell])[] {
  return [
    ['Dates', [{ text: dateFacts(record).join(' · '), style: TYPE.small }]],
    ['Supports', supportParts(chapter, record)],
  ];
}

function dateFacts(record: EvidenceSection): string[] {
  const { collected, expires, periodFrom, periodTo, lastVerified, revision } = record;
  return [
    collected ? `collected ${dateWords(collected)}` : 'no collection date',
    expires ? `expires ${dateWords(expires)}` : 'does not expire',
    ...(periodFrom || periodTo ? [`covers ${periodWords(periodFrom, periodTo)}`] : []),
    lastVerified ? `last verified ${dateWords(lastVerified)}` : 'not verified since',
    `revision ${revision}`,
  ];
}

function supportParts(chapter: Chapter, record: EvidenceSection): CellPart[] {
  if (record.supports.length === 0) return [{ text: 'nothing yet', style: TYPE.small }];
  return record.supports.map(({ id, label }) => {
    const link = chapter.targets.get(id);
    return link === undefined
      ? { text: label, style: TYPE.small }
      : { text: label, style: TYPE.smallLink, link };
  });
}

async function drawFiles(chapter: Chapter, record: EvidenceSection): Promise<void> {
  if (record.files.length === 0) {
    chapter.frame.paragraph('The record has no files.', TYPE.note, { after: 8 });
    return;
  }
  const rows = record.files.map((file) => ({
    cells: [
      fileParts(file),
      [{ text: sizeWords(file.bytes), style: TYPE.small }],
      [{ text: readableName(fileKindWords(file.mediaType)), style: TYPE.small }],
      file.attachment === null ? 'Left out' : 'Attached',
    ],
  }));
  await drawTable(chapter.frame, rows, {
    columns: [
      { title: 'File and SHA-256', share: 66 },
      { title: 'Size', share: 12 },
      { title: 'Type', share: 22 },
      { title: 'In this binder', share: 14 },
    ],
    breathe: () => chapter.breathe(),
    after: 8,
  });
}

/**
 * A file's name with every mark spelled out, and its hash. The name it is attached under says its own name too, unless
 * that had to be changed: then both are told. `said` is the record's reference where it stands beside the name already.
 */
export function fileParts(file: EvidenceSection['files'][number], said = ''): CellPart[] {
  const { attachment, name, volume } = file;
  const told = attachment?.endsWith(name) === true ? attachment : name;
  const renamed = attachment !== null && told !== attachment;
  return [
    {
      text: readableName(said !== '' && told.startsWith(`${said} `) ? told.slice(said.length + 1) : told),
      style: TYPE.small,
    },
    ...(renamed ? [{ text: `attached as ${readableName(attachment)}`, style: TYPE.note }] : []),
    ...(volume === undefined ? [] : [{ text: `in volume ${volume}`, style: TYPE.note }]),
    ...(attachment === null ? [{ text: 'left out of this binder', style: TYPE.note }] : []),
    { text: file.sha256, style: TYPE.hash },
  ];
}

async function drawCustody(chapter: Chapter, record: EvidenceSection): Promise<void> {
  if (record.custody.length === 0) return;
  const rows = record.custody.map((event) => ({
    cells: [
      dateWords(event.at),
      event.by,
      [
        { text: event.what, style: TYPE.small },
        { text: event.sha256, style: TYPE.hash },
      ],
    ],
  }));
  await drawTable(chapter.frame, rows, {
    columns: [
      { title: 'Custody', share: 22 },
      { title: 'By', share: 24 },
      { title: 'What happened', share: 56 },
    ],
    breathe: () => chapter.breathe(),
    after: 14,
  });
}
