import { inDayWords } from '../../../shared/domain/programme/day.ts';
import type { PageFrame } from '../../binder/compose/page-frame.ts';
import { drawSignaturePanels } from '../../binder/compose/signature-fields.ts';
import { TYPE } from '../../binder/compose/style.ts';
import { drawCustomer, drawSection, standingOf } from './packet-sections.ts';
import type { PacketModel, PacketPage } from './page.ts';
import { drawCharts, drawPillars } from './summary-page.ts';
import { inked } from './type.ts';

type Breathe = () => Promise<void>;

/** A packet over as many pages as it takes: what it is, each section with its proof, the customer’s word, signatures. */
export async function drawFlowPages(page: PacketPage, breathe: Breathe): Promise<void> {
  const { frame, model } = page;
  frame.chapter = '';
  frame.newPage();
  drawTitle(frame, model);
  frame.chapter = model.template.title;
  drawFigures(frame, model);
  for (const section of model.template.sections) {
    const content = model.content.sections.find(({ key }) => key === section.key);
    if (content !== undefined) await drawSection(frame, model, section, content, breathe);
    await breathe();
  }
  drawCustomer(frame, model);
  drawSignatures(frame, model);
}

function drawTitle(frame: PageFrame, model: PacketModel): void {
  const { content, template, final } = model;
  frame.structure.beginChapter();
  frame.place('packet');
  frame.paragraph(template.title, inked(TYPE.smallStrong, 'accent'), { after: 2 });
  frame.paragraph(content.title, TYPE.display, { tag: 'H1', after: 6 });
  const { title } = content;
  const further = [content.environment, content.period].filter((part) => !title.includes(part));
  const about = [content.engagement.name, ...further.map(inDayWords), `as of ${inDayWords(content.day)}`];
  frame.paragraph(about.filter((part) => part !== '').join('  ·  '), TYPE.lead, { after: 4 });
  if (content.about.trim() !== '') frame.paragraph(content.about, TYPE.body, { after: 6 });
  frame.paragraph(standingOf(model), final === null ? TYPE.alarm : TYPE.note, { after: 10 });
  frame.rule(frame.y, 'accent', 1.6);
  frame.space(14);
}

/** The charts of a checkpoint stand before its sections, as on the weekly page. */
function drawFigures(frame: PageFrame, { content: { figures } }: PacketModel): void {
  if (figures === null) return;
  const below = drawPillars(frame, figures, frame.y);
  frame.y = drawCharts(frame, figures, below, 150) + 6;
}

function drawSignatures(frame: PageFrame, model: PacketModel): void {
  frame.structure.beginChapter();
  frame.newPage();
  frame.place('signatures');
  frame.paragraph('Signatures', TYPE.title, { tag: 'H1', after: 12 });
  drawSignaturePanels(frame);
  frame.paragraph(`Checkpoint key  ${model.checkpointKey}`, TYPE.hash);
}
