import { entriesIn } from '../../../../shared/domain/binder.ts';
import { PROFILES } from '../../../../shared/domain/binder-profile.ts';
import { counted } from '../../../../shared/domain/programme/day.ts';
import type { BinderModel } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { readLogo, writeLogo } from '../logo.ts';
import { CHAPTERS } from '../plan.ts';
import { type TextStyle, TYPE } from '../style.ts';
import { type CellPart, drawTable } from '../table.ts';
import { dateWords, fingerprintWords, KIND_WORDS, periodWords } from '../words.ts';
import { drawFacts } from './facts.ts';
import { subheading } from './heading.ts';

/** What this is, of whom, when, by whom, and how a stranger checks it. */
export async function drawCover(chapter: Chapter): Promise<void> {
  const { frame, model } = chapter;
  frame.structure.beginChapter();
  frame.newPage();
  frame.y = frame.top + 8;
  drawHouse(chapter);
  frame.paragraph(kindLine(model), { ...TYPE.strong, ink: 'accent' }, { after: 4 });
  frame.paragraph(model.title, titleStyle(chapter), { tag: 'H1', after: 4 });
  frame.paragraph(engagementLine(model), TYPE.lead, { after: 9 });
  frame.rule(frame.y, 'accent', 1.6);
  frame.space(9);
  await drawFacts(chapter, coverFacts(model));
  frame.space(8);
  await drawFrameworks(chapter);
  await drawPeople(chapter);
  drawProof(chapter);
}

const LOGO_BOX = { width: 160, height: 40 } as const;

/** Whose binder it is: the logo and the name, above everything else. */
function drawHouse({ frame, model: { house } }: Chapter): void {
  const logo = house.logo === null ? null : readLogo(Buffer.from(house.logo, 'base64'));
  const named = house.organisation.trim();
  if (logo !== null) {
    const scale = Math.min(LOGO_BOX.width / logo.width, LOGO_BOX.height / logo.height);
    const [width, height] = [logo.width * scale, logo.height * scale];
    const words = named === '' ? 'Logo of the organisation' : `Logo of ${named}`;
    frame.image(writeLogo(frame.pdf, logo), { x: frame.left, top: frame.y, width, height }, words);
    frame.space(height + 8);
  }
  if (named !== '') frame.paragraph(named, TYPE.strong, { after: 10 });
}

/** A title that does not fit on one line is set smaller, so that what the cover proves stays on the cover. */
function titleStyle({ frame, model }: Chapter): TextStyle {
  return frame.lines(model.title, TYPE.display, frame.width).length === 1 ? TYPE.display : TYPE.displaySmall;
}

/** Whoever holds less than everything sees so before anything else. */
function kindLine({ kind, profile, manifest }: BinderModel): string {
  const less = profile === 'full' ? [] : [PROFILES[profile].title];
  return [KIND_WORDS[kind], ...less, ...(manifest.redaction ? ['Redacted'] : [])].join(' · ');
}

function engagementLine({ engagement }: BinderModel): string {
  const period = engagement.from || engagement.to ? `, ${periodWords(engagement.from, engagement.to)}` : '';
  return `${engagement.name}${period}`;
}

function coverFacts(model: BinderModel): (readonly [string, string | CellPart[]])[] {
  const { engagement } = model;
  const marking = model.marking === '' ? [] : [['Marking', model.marking] as const];
  return [
    ...marking,
    ...(model.profile === 'full' ? [] : [['Composed for', PROFILES[model.profile].purpose] as const]),
    ...redactionFacts(model),
    ['Subjects', engagement.subjects.length > 0 ? engagement.subjects.join(' · ') : 'Whole scope'],
    ['Engagement', `${engagement.name} (${engagement.state})`],
    ...(engagement.lockdown === null ? [] : [['Locked down', engagement.lockdown] as const]),
    // Where there is a period it stands under the title.
    ...(engagement.from || engagement.to ? [] : [['Period', periodWords(null, null)] as const]),
    ['Workspace', model.workspace.name],
    ...volumeFacts(model),
    ...packetFacts(model),
    ['Composed', dateWords(model.at)],
    ['Binder id', [{ text: model.id, style: TYPE.code }]],
    ['Checkpoint', checkpointParts(model)],
  ];
}

/** Whoever has less in hand than was signed off sees at once how much less, and where it says what. */
function redactionFacts({ manifest: { redaction } }: BinderModel): (readonly [string, CellPart[]])[] {
  if (redaction === undefined) return [];
  const text = `${counted(redaction.list.length, 'redaction')} by ${redaction.by.name}, each with its reason`;
  return [['Redacted', [{ text, style: TYPE.body, link: 'manifest' }]]];
}

/** Whoever holds this file alone sees that there is more. */
function volumeFacts({ manifest }: BinderModel): (readonly [string, CellPart[]])[] {
  const { volumes = [] } = manifest;
  if (volumes.length === 0) return [];
  const files = volumes.reduce((sum, one) => sum + one.files.length, 0);
  const text = `Volume 1 of ${volumes.length + 1}; ${counted(files, 'evidence file')} in the others`;
  return [['Volumes', [{ text, style: TYPE.body, link: CHAPTERS.manifest.destination }]]];
}

/** Whether the packet is final, and of when the records are. */
function packetFacts({ packet }: BinderModel): (readonly [string, CellPart[]])[] {
  if (packet === null) return [];
  const { final } = packet;
  const text =
    final === null
      ? 'Draft, not final; records as they stood when it was composed'
      : `Final since ${dateWords(final.at)}, by ${final.by}; records as they stood then`;
  return [['Packet', [{ text, style: TYPE.body, link: 'packet' }]]];
}

/** Few chains are printed in full, so that the first page alone pins the ledger; many are on their own page. */
function checkpointParts({ checkpoint }: BinderModel): CellPart[] {
  const entries = entriesIn(checkpoint.chains);
  const many = checkpoint.chains.length > 2;
  const scope = `${counted(checkpoint.chains.length, 'chain')}, ${counted(entries, 'entry', 'entries')}, signed by ${checkpoint.by}`;
  return [
    { text: scope, style: TYPE.body, link: 'checkpoint' },
    ...(many ? [] : checkpoint.chains.map((chain) => ({ text: `root ${chain.root}`, style: TYPE.hash }))),
    { text: `key ${fingerprintWords(checkpoint.keyFingerprint)}`, style: TYPE.hash },
  ];
}

async function drawFrameworks(chapter: Chapter): Promise<void> {
  if (chapter.model.frameworks.length === 0) return;
  const rows = chapter.model.frameworks.map((framework) => ({
    cells: [
      [
        { text: framework.title, style: TYPE.smallStrong },
        { text: `Source SHA-256 ${framework.sourceSha256}`, style: TYPE.hash },
      ],
      framework.kind,
      framework.version,
    ],
  }));
  await drawTable(chapter.frame, rows, {
    columns: [
      { title: 'Framework', share: 76 },
      { title: 'Kind', share: 13 },
      { title: 'Version', share: 16 },
    ],
  });
}

async function drawPeople(chapter: Chapter): Promise<void> {
  if (chapter.model.people.length === 0) return;
  const rows = chapter.model.people.map((person) => ({
    cells: [
      [
        { text: person.name, style: TYPE.smallStrong },
        { text: `Certificate SHA-256 ${person.fingerprint}`, style: TYPE.hash },
      ],
      person.role,
      person.part,
    ],
  }));
  await drawTable(chapter.frame, rows, {
    columns: [
      { title: 'People', share: 76 },
      { title: 'Role', share: 13 },
      { title: 'Part in it', share: 16 },
    ],
  });
}

function drawProof(chapter: Chapter): void {
  const { frame, model } = chapter;
  frame.need(100);
  subheading(chapter, 'What this document proves', 'H2');
  frame.paragraph(
    `Each signature at the end covers every byte of the document as its signer saw it: these pages, ${counted(model.attachments.length, 'attached file')} and the manifest that names each of them by its SHA-256. The checkpoint ties the records to a ledger of ${counted(model.ledger.total, 'entry', 'entries')}, none of which can be altered or removed without breaking a chain. Times are those of the clocks of the devices used; whether a finding is right is the judgement of the people who signed.`,
    TYPE.small,
    { after: 5 },
  );
  drawWay(chapter);
}

/** The way to the page that says how a stranger checks it. */
function drawWay({ frame }: Chapter): void {
  const { title, destination } = CHAPTERS.checking;
  const style = TYPE.smallLink;
  const line = frame.oneLine(`${title}, step by step`, style, frame.width);
  const width = (line.width * style.size) / 1000;
  const box = { x: frame.left, top: frame.y, width, height: style.leading };
  frame.beginTag('P');
  frame.link(box, { to: destination, words: title }, () =>
    frame.line(line, style, frame.left, frame.y, frame.width),
  );
  frame.endTag();
  frame.space(style.leading);
}
