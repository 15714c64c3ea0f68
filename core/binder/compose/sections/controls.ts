import { counted } from '../../../../shared/domain/programme/day.ts';
import type { AssessmentSection, ControlSection } from '../../model.ts';
import type { Chapter } from '../context.ts';
import { resultMark } from '../marks.ts';
import { CHAPTERS, destinationOf, hasOwnSection } from '../plan.ts';
import { roughTable, roughText } from '../rough.ts';
import { type TextStyle, TYPE } from '../style.ts';
import { type CellPart, drawTable, type Row } from '../table.ts';
import { dateWords, METHOD_WORDS, RESULT_WORDS, STATUS_WORDS } from '../words.ts';
import { fileParts } from './evidence.ts';
import { continued, heading, openChapter, subheading } from './heading.ts';
import { drawLate } from './late.ts';
import { drawOpenPoints } from './open-points.ts';
import { drawSignOffs, signOffsHeight, wholeHeight } from './sign-offs.ts';

/** Family by family: a section for each control that was worked on, one line for each of the others. */
export async function drawControls(chapter: Chapter): Promise<void> {
  const { model } = chapter;
  if (model.groups.length === 0) return;
  const all = model.groups.flatMap((group) => group.controls);
  const worked = all.filter(hasOwnSection).length;
  openChapter(chapter, 'controls', {
    lead: `${counted(all.length, 'control')}, of which ${worked} ${worked === 1 ? 'has' : 'have'} something recorded.`,
  });
  for (const [index, group] of model.groups.entries()) {
    chapter.frame.chapter = `${CHAPTERS.controls.title} · ${group.title}`;
    heading(chapter, group.title, {
      place: destinationOf.group(index),
      keep: beginningOf(chapter, group.controls),
    });
    const mixed = group.controls.some(hasOwnSection);
    for (const run of runsOf(group.controls)) {
      if (run.worked) for (const control of run.controls) await drawControl(chapter, control);
      else await drawUntouched(chapter, run.controls, mixed);
    }
  }
}

interface ControlRun {
  readonly worked: boolean;
  readonly controls: ControlSection[];
}

/** The controls in the framework's order, neighbours of one kind together. */
function runsOf(controls: readonly ControlSection[]): ControlRun[] {
  const runs: ControlRun[] = [];
  for (const control of controls) {
    const worked = hasOwnSection(control);
    const last = runs.at(-1);
    if (last?.worked === worked) last.controls.push(control);
    else runs.push({ worked, controls: [control] });
  }
  return runs;
}

async function drawControl(chapter: Chapter, control: ControlSection): Promise<void> {
  const { frame } = chapter;
  frame.chapter = `${CHAPTERS.controls.title} · ${control.label}`;
  frame.need(keptOf(chapter, control));
  frame.space(4);
  frame.rule(frame.y, 'accent', 1);
  frame.space(7);
  frame.place(destinationOf.control(control.id), 12);
  frame.paragraph(`${control.label}  ${control.title}`, TYPE.subheading, { tag: 'H3' });
  frame.paragraph(control.framework, TYPE.note, { after: 5 });
  if (control.withdrawn !== null)
    frame.paragraph(withdrawnWords(control.withdrawn), TYPE.alarm, { after: 4 });
  await drawText(chapter, control.text);
  frame.space(6);
  for (const assessment of control.assessments) await drawAssessment(chapter, control, assessment);
  await chapter.breathe();
}

/** A dossier that stands on one page is kept there as long as that leaves no more than this of the page before. */
const GAP = 0.24;
/** Where it would leave more, this much of it stands together with its name, in points. */
const BEGINNING = 110;
/** What the title of a family takes with what is around it. */
const HEADING = 32;

/** What has to stand on the page on which a control begins, below so much else. */
function keptOf(chapter: Chapter, control: ControlSection, above = 0): number {
  const { frame } = chapter;
  const page = frame.bottom - frame.top;
  if (frame.room - above > page * GAP) return BEGINNING;
  const height = controlHeight(chapter, control);
  return height < page * 0.8 ? height : BEGINNING;
}

/** What the title of a family keeps company with. */
function beginningOf(chapter: Chapter, [first]: readonly ControlSection[]): number {
  return first && hasOwnSection(first) ? keptOf(chapter, first, HEADING) + HEADING : 90;
}

/** About how high a control is with all that was recorded for it, in points. */
function controlHeight(chapter: Chapter, { text, assessments }: ControlSection): number {
  const { frame } = chapter;
  const around = 11 + TYPE.subheading.leading + TYPE.note.leading + 5 + 6;
  const texts = text.reduce(
    (sum, { kind, depth, text: words, label }) =>
      sum +
      roughText(words, TEXT_STYLES[kind], frame.width - depth * 14 - (label === '' ? 0 : LABEL_WIDTH)) +
      2,
    // Where guidance or objectives begin, a label stands above.
    2 * (TYPE.label.leading + 3),
  );
  return assessments.reduce((sum, one) => sum + assessmentHeight(chapter, one), around + texts);
}

/** The same of what was recorded for one subject. */
function assessmentHeight(chapter: Chapter, assessment: AssessmentSection): number {
  const { frame } = chapter;
  const { note, evidence, conflicts, reviewNotes, late } = assessment;
  const words = [...conflicts, ...reviewNotes, ...late].reduce(
    (sum, sentence) => sum + roughText(sentence, TYPE.small, frame.width - 12) + TYPE.small.leading,
    0,
  );
  const rows = evidence.map((id) => referenceRow(chapter, id));
  const table =
    rows.length === 0 ? TYPE.note.leading + 6 : roughTable(rows, REFERENCES, TYPE.small, frame.width);
  const signOffs = signOffsHeight(chapter, assessment.signOffs);
  return BAND + 6 + roughText(note, TYPE.body, frame.width) + 6 + words + table + 10 + signOffs;
}

const TEXT_STYLES: Readonly<Record<ControlSection['text'][number]['kind'], TextStyle>> = {
  statement: TYPE.small,
  objective: TYPE.note,
  guidance: TYPE.note,
  other: TYPE.note,
};
const TEXT_TITLES: Readonly<Record<ControlSection['text'][number]['kind'], string>> = {
  statement: '',
  objective: 'Assessment objective',
  guidance: 'Guidance',
  other: '',
};
const LABEL_WIDTH = 22;

/** The parts as they stand; where guidance or objectives begin, a label says so. */
async function drawText(chapter: Chapter, text: ControlSection['text']): Promise<void> {
  let kind: ControlSection['text'][number]['kind'] = 'statement';
  for (const part of text) {
    if (part.kind !== kind && TEXT_TITLES[part.kind] !== '') {
      chapter.frame.space(3);
      chapter.frame.need(TYPE.label.leading + TYPE.note.leading * 2);
      chapter.frame.paragraph(TEXT_TITLES[part.kind], TYPE.label);
    }
    kind = part.kind;
    await drawTextPart(chapter, part);
  }
}

async function drawTextPart(chapter: Chapter, part: ControlSection['text'][number]): Promise<void> {
  const { frame, breathe } = chapter;
  const style = TEXT_STYLES[part.kind];
  const indent = Math.min(part.depth, 6) * 14;
  if (part.label === '') {
    await frame.flow(part.text, style, { indent, after: 2 }, breathe);
    return;
  }
  const label = frame.oneLine(part.label, style, 200);
  const width = Math.max(LABEL_WIDTH, (label.width * style.size) / 1000 + 6);
  frame.need(style.leading * 2);
  frame.beginTag('P');
  frame.line(label, style, frame.left + indent, frame.y, width);
  await frame.flow(part.text, style, { indent: indent + width, after: 2 }, breathe);
}

async function drawAssessment(
  chapter: Chapter,
  control: ControlSection,
  assessment: AssessmentSection,
): Promise<void> {
  const { frame } = chapter;
  const name = `${control.label}  ${control.title}`;
  const short = frame.room < (frame.bottom - frame.top) * GAP;
  const height = short ? assessmentHeight(chapter, assessment) : 0;
  frame.need(height < wholeHeight(chapter) ? Math.max(height, BAND + 60) : BAND + 60);
  continued(chapter, name);
  drawVerdict(chapter, assessment);
  if (assessment.note.trim() !== '')
    await frame.flow(assessment.note, TYPE.body, { after: 6 }, chapter.breathe);
  else frame.paragraph('No note was written.', TYPE.note, { after: 6 });
  await drawOpenPoints(chapter, assessment);
  drawLate(chapter, assessment.late);
  await drawReferences(chapter, assessment.evidence);
  await drawSignOffs(chapter, assessment, name);
  frame.space(4);
}

/** How high the band is that opens an assessment. */
const BAND = 22;

/** The band that opens an assessment: shape and word of the result, then status, method and subject. */
function drawVerdict({ frame }: Chapter, assessment: AssessmentSection): void {
  frame.rect(frame.left, frame.y, frame.width, BAND, 'wash');
  frame.beginTag('P');
  frame.draw(resultMark(assessment.result, frame.left + 13, frame.y + BAND / 2, 4.8));
  const facts = [
    assessment.subject,
    STATUS_WORDS[assessment.status],
    assessment.method ? `Method: ${METHOD_WORDS[assessment.method].toLowerCase()}` : 'No method stated',
  ];
  const top = frame.y + (BAND - TYPE.strong.leading) / 2;
  frame.line(
    frame.oneLine(RESULT_WORDS[assessment.result], TYPE.strong, 96),
    TYPE.strong,
    frame.left + 24,
    top,
    96,
  );
  const room = frame.width - 132;
  const rest = frame.oneLine(facts.join(' · '), TYPE.small, room);
  frame.line(rest, TYPE.small, frame.left + 124, frame.y + (BAND - TYPE.small.leading) / 2, room);
  frame.endTag();
  frame.space(BAND + 6);
}

async function drawReferences(chapter: Chapter, ids: readonly string[]): Promise<void> {
  const { frame } = chapter;
  if (ids.length === 0) {
    frame.paragraph('No evidence is linked.', TYPE.note, { after: 6 });
    return;
  }
  await drawTable(
    frame,
    ids.map((id) => referenceRow(chapter, id)),
    {
      columns: REFERENCES,
      breathe: () => chapter.breathe(),
      after: 10,
    },
  );
}

const REFERENCES = [
  { title: 'Evidence', share: 15 },
  { title: 'Title, files and SHA-256', share: 64 },
  { title: 'Collected', share: 15 },
  { title: 'Expires', share: 15 },
];

function referenceRow(chapter: Chapter, id: string): Row {
  const evidence = chapter.evidence.get(id);
  if (!evidence) return { cells: ['Not in this binder', [{ text: id, style: TYPE.hash }], '', ''] };
  const files: CellPart[] = evidence.files.flatMap((file) => fileParts(file, evidence.reference));
  // Evidence that was given no title of its own is called after its file.
  const named = evidence.files.some(({ name }) => name === evidence.title);
  return {
    cells: [
      [{ text: evidence.reference, style: TYPE.smallLink, link: destinationOf.evidence(id) }],
      [...(named ? [] : [{ text: evidence.title, style: TYPE.smallStrong }]), ...files],
      evidence.collected ? dateWords(evidence.collected) : '–',
      evidence.expires ? dateWords(evidence.expires) : '–',
    ],
  };
}

async function drawUntouched(
  chapter: Chapter,
  controls: readonly ControlSection[],
  amongWorked: boolean,
): Promise<void> {
  chapter.frame.chapter = `${CHAPTERS.controls.title} · ${controls[0]?.label ?? ''}`;
  if (amongWorked) {
    chapter.frame.space(6);
    subheading(chapter, 'Nothing recorded');
  }
  await drawTable(chapter.frame, controls.map(untouchedRow), {
    columns: [
      { title: 'Control', share: 13 },
      { title: 'Title', share: 55 },
      { title: 'Result', share: 34 },
    ],
    breathe: () => chapter.breathe(),
  });
}

function untouchedRow(control: ControlSection): Row {
  const result: CellPart =
    control.withdrawn === null
      ? { text: RESULT_WORDS['not-reviewed'], style: TYPE.small, mark: 'not-reviewed' }
      : { text: withdrawnWords(control.withdrawn), style: TYPE.note };
  return {
    place: destinationOf.control(control.id),
    cells: [[{ text: control.label, style: TYPE.smallStrong }], control.title, [result]],
  };
}

/** The source's words may already begin with it. */
function withdrawnWords(where: string): string {
  if (where.trim() === '') return 'Withdrawn';
  return /^withdrawn/i.test(where) ? where : `Withdrawn: ${where}`;
}
