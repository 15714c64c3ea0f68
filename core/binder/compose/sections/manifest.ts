import { counted, numbered } from '../../../../shared/domain/programme/day.ts';
import { readableName } from '../../../../shared/domain/spell-out.ts';
import type { BinderModel } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { sizeWords } from '../words.ts';
import { drawTableOr } from './facts.ts';
import { heading, openChapter } from './heading.ts';

const NOTHING_LEFT_OUT = 'Nothing in scope was left out.';

type Omission = BinderModel['manifest']['omitted'][number];

const REASONS: Readonly<Record<Omission['reason'], string>> = {
  'not-applicable': 'Not applicable',
  withheld: 'Withheld',
  redacted: 'Redacted',
  missing: 'Missing',
  'too-large': 'Too large',
  'withdrawn-control': 'Withdrawn from its framework',
  profile: 'By the profile',
  unfounded: 'Counts for nothing',
};

export async function drawManifest(chapter: Chapter): Promise<void> {
  const { counts } = chapter.model.manifest;
  const controls = chapter.model.groups.flatMap((group) => group.controls);
  const withdrawn = controls.filter((control) => control.withdrawn !== null).length;
  openChapter(chapter, 'manifest', {
    lead: `In: ${[
      // The summary counts checks, and nothing is checked in a control that its framework withdrew.
      `${counted(counts.controls, 'control')}${withdrawn === 0 ? '' : ` (${numbered(withdrawn)} of them withdrawn by their framework)`}`,
      counted(counts.checklists, 'checklist'),
      counted(counts.items, 'item'),
      counted(counts.evidence, 'evidence record'),
      counted(counts.files, 'evidence file'),
      counted(counts.signOffs, 'sign-off'),
    ].join(
      ', ',
    )}. ${counts.omitted === 0 ? NOTHING_LEFT_OUT : `Left out: ${numbered(counts.omitted)}, each named below.`}`,
  });
  await drawRedactions(chapter);
  await drawOmitted(chapter);
  await drawVolumes(chapter);
  await drawAttached(chapter);
}

const AGAINST_FULL = 'bindery verify THIS.pdf --against FULL.pdf';

/** Each with the hash by which whoever has the full binder tells that nothing else was taken out. */
async function drawRedactions(chapter: Chapter): Promise<void> {
  const { redaction } = chapter.model.manifest;
  if (redaction === undefined) return;
  heading(chapter, 'Redactions');
  const { frame } = chapter;
  frame.paragraph(
    `${redaction.by.name} redacted ${counted(redaction.list.length, 'thing')} in this binder. Whoever has the full binder can tell whether all else is the same:`,
    TYPE.small,
    { after: 4 },
  );
  frame.paragraph(AGAINST_FULL, TYPE.code, { after: 4 });
  frame.paragraph(
    'The hash of a note is that of its text with a salt which the full binder shows.',
    TYPE.small,
    { after: 6 },
  );
  const rows = redaction.list.map(({ label, reason, sha256, bytes }) => ({
    cells: [
      [
        { text: readableName(label), style: TYPE.smallStrong },
        { text: sha256, style: TYPE.hash },
      ],
      reason,
      sizeWords(bytes),
    ],
  }));
  await drawTableOr(chapter, NOTHING_LEFT_OUT, rows, {
    columns: [
      { title: 'What, and the SHA-256 of it', share: 60 },
      { title: 'Reason', share: 30 },
      { title: 'Size', share: 12, align: 'end' },
    ],
  });
}

async function drawOmitted(chapter: Chapter): Promise<void> {
  // What is redacted stands in a table of its own.
  const { omitted, redaction } = chapter.model.manifest;
  const others = omitted.filter(({ reason }) => redaction === undefined || reason !== 'redacted');
  if (others.length === 0) return;
  heading(chapter, 'Left out, and why');
  const rows = printedOmissions(others).map((omission) => ({
    cells: [
      omission.kind,
      [
        { text: omission.label, style: TYPE.smallStrong },
        ...(omission.sha256 === undefined ? [] : [{ text: omission.sha256, style: TYPE.hash }]),
      ],
      [
        { text: REASONS[omission.reason], style: TYPE.small },
        ...(omission.detail ? [{ text: omission.detail, style: TYPE.note }] : []),
      ],
    ],
  }));
  await drawTableOr(chapter, NOTHING_LEFT_OUT, rows, {
    columns: [
      { title: 'Kind', share: 14 },
      { title: 'What', share: 46 },
      { title: 'Reason', share: 42 },
    ],
  });
}

/** From so many on, what a profile leaves out stands as one line for each kind; manifest.json names every one. */
const MANY = 20;

function printedOmissions(omitted: readonly Omission[]): Omission[] {
  const alike = Map.groupBy(omitted, ({ reason, kind }) => (reason === 'profile' ? kind : ''));
  return [...alike].flatMap(([kind, all]) => {
    const [first] = all;
    if (kind === '' || all.length < MANY || first === undefined) return all;
    const { reason } = first;
    const detail = `${first.detail ?? ''} manifest.json names each of them${kind === 'file' ? ' with its SHA-256 and size' : ''}.`;
    return [{ kind, id: kind, label: counted(all.length, KIND_NAMES[kind] ?? kind), reason, detail }];
  });
}

const KIND_NAMES: Readonly<Record<string, string>> = { evidence: 'evidence record' };

/** The index of the further volumes: what each has to be, and which file is in which. */
async function drawVolumes(chapter: Chapter): Promise<void> {
  const { volumes = [] } = chapter.model.manifest;
  if (volumes.length === 0) return;
  heading(chapter, 'Volumes');
  chapter.frame.paragraph(
    `This is volume 1 of ${numbered(volumes.length + 1)}. The others hold evidence that does not fit into this file, each signed by itself. The SHA-256 is that of the volume before its first signature: of so many bytes at its beginning. “bindery verify” with all of them, or with their folder, says whether the set is whole.`,
    TYPE.small,
    { after: 8 },
  );
  const rows = volumes.map((one) => ({
    cells: [
      String(one.volume),
      [
        { text: readableName(one.file), style: TYPE.smallStrong },
        { text: one.sha256, style: TYPE.hash },
        { text: 'its manifest.json', style: TYPE.note },
        { text: one.manifest, style: TYPE.hash },
      ],
      counted(one.files.length, 'file'),
      `${numbered(one.bytes)} bytes`,
    ],
  }));
  await drawTableOr(chapter, '', rows, {
    columns: [
      { title: 'No.', share: 6 },
      { title: 'Volume, its SHA-256 and that of its manifest', share: 62 },
      { title: 'Holds', share: 14 },
      { title: 'Size', share: 20, align: 'end' },
    ],
  });
  heading(chapter, 'Files in the other volumes');
  const files = volumes.flatMap(({ volume, files: own }) => own.map((file) => ({ volume, ...file })));
  await drawTableOr(
    chapter,
    '',
    files.map((file) => ({
      cells: [
        String(file.volume),
        [
          { text: readableName(file.name), style: TYPE.small },
          { text: file.sha256, style: TYPE.hash },
        ],
        sizeWords(file.bytes),
      ],
    })),
    {
      columns: [
        { title: 'Volume', share: 10 },
        { title: 'Name and SHA-256', share: 78 },
        { title: 'Size', share: 14, align: 'end' },
      ],
    },
  );
}

/** The manifest cannot name its own hash; the signatures cover it. */
async function drawAttached(chapter: Chapter): Promise<void> {
  heading(chapter, 'Attached files');
  const rows = chapter.model.attachments.map((attachment, index) => ({
    cells: [
      String(index + 1),
      [
        { text: readableName(attachment.name), style: TYPE.small },
        { text: attachment.sha256, style: TYPE.hash },
      ],
      attachment.description,
      sizeWords(attachment.bytes),
    ],
  }));
  await drawTableOr(chapter, 'No file is attached.', rows, {
    columns: [
      { title: 'No.', share: 6 },
      { title: 'Name and SHA-256', share: 58 },
      { title: 'What it is', share: 26 },
      { title: 'Size', share: 12, align: 'end' },
    ],
  });
}
