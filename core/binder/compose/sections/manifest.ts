import { readableName } from '../../../../shared/domain/spell-out.ts';
import type { BinderModel } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { TYPE } from '../style.ts';
import { count, counted, sizeWords } from '../words.ts';
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
};

export async function drawManifest(chapter: Chapter): Promise<void> {
  const { counts } = chapter.model.manifest;
  const controls = chapter.model.groups.flatMap((group) => group.controls);
  const withdrawn = controls.filter((control) => control.withdrawn !== null).length;
  openChapter(
    chapter,
    'manifest',
    `In: ${[
      // The summary counts checks, and nothing is checked in a control that its framework withdrew.
      `${counted(counts.controls, 'control')}${withdrawn === 0 ? '' : ` (${count(withdrawn)} of them withdrawn by their framework)`}`,
      counted(counts.checklists, 'checklist'),
      counted(counts.items, 'item'),
      counted(counts.evidence, 'evidence record'),
      counted(counts.files, 'evidence file'),
      counted(counts.signOffs, 'sign-off'),
    ].join(
      ', ',
    )}. ${counts.omitted === 0 ? NOTHING_LEFT_OUT : `Left out: ${count(counts.omitted)}, each named below.`}`,
  );
  await drawOmitted(chapter);
  await drawAttached(chapter);
}

async function drawOmitted(chapter: Chapter): Promise<void> {
  if (chapter.model.manifest.omitted.length === 0) return;
  heading(chapter, 'Left out, and why');
  const rows = printedOmissions(chapter.model.manifest.omitted).map((omission) => ({
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
