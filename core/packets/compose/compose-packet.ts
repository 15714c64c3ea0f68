import { createHash } from 'node:crypto';
import { embedAttachments } from '../../binder/compose/attachments.ts';
import { lookOf } from '../../binder/compose/look.ts';
import { writeMetadata } from '../../binder/compose/metadata.ts';
import { writeDestinations, writeOutline } from '../../binder/compose/outline.ts';
import { Output } from '../../binder/compose/output.ts';
import { PageFrame } from '../../binder/compose/page-frame.ts';
import { ref } from '../../binder/compose/pdf-objects.ts';
import { PdfFile } from '../../binder/compose/pdfkit-internals.ts';
import { MARGIN, PAGE_SIZES, type PageSize } from '../../binder/compose/style.ts';
import { drawFlowPages } from './flow-pages.ts';
import { ONE_PAGE_MARGIN, type PacketModel, type PacketPage } from './page.ts';
import { drawReleasePage } from './release-page.ts';
import { drawSummaryPage } from './summary-page.ts';

export interface ComposedPacket {
  readonly pages: number;
  readonly attachments: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the unsigned packet with its empty signature fields; the same model gives the same bytes. */
export async function composePacket(
  model: PacketModel,
  out: string,
  size: PageSize,
  signal?: AbortSignal,
): Promise<ComposedPacket> {
  const output = await Output.create(out, signal);
  try {
    const pdf = startPdf(model, size);
    await writeDocument(pdf, model, size, output);
    const written = await output.commit(pdf);
    return { pages: pdf.pageCount, attachments: model.attachments.length, ...written };
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function startPdf(model: PacketModel, size: PageSize): PdfFile {
  return new PdfFile({
    ...PAGE_SIZES[size],
    fileId: createHash('sha256').update(`${model.id}\n${model.at}`).digest().subarray(0, 16),
    language: 'en',
    title: model.content.title,
    author: model.workspace.name,
    subject: subjectOf(model),
    creator: model.generator,
    at: new Date(model.at),
  });
}

const subjectOf = ({ template, content }: PacketModel) => `${template.title} of ${content.engagement.name}`;

async function writeDocument(
  pdf: PdfFile,
  model: PacketModel,
  size: PageSize,
  output: Output,
): Promise<void> {
  const { onePage } = model.template;
  const { title } = model.content;
  const running = {
    title,
    marking: model.marking,
    id: model.id,
    called: 'Packet',
    look: lookOf(model.house),
  };
  const frame = new PageFrame(pdf, size, running, onePage ? ONE_PAGE_MARGIN : MARGIN);
  const page: PacketPage = { frame, model };
  if (onePage) drawOnePage(page, size);
  else await drawFlowPages(page, () => output.breathe(pdf));
  frame.finish();
  writeOutline(pdf, onePage ? [entry(title, 'packet')] : outlineOf(model));
  // One page needs no list of places beside it.
  if (onePage) pdf.catalog('PageMode', '/UseNone');
  const destinations = writeDestinations(pdf, frame.places);
  frame.structure.finish();
  writeMetadata(pdf, { id: model.id, title, subject: subjectOf(model), ...described(model) });
  const embedded = await embedAttachments(pdf, model.attachments, output, () => undefined);
  pdf.names(`/Dests ${ref(destinations)} ${embedded}`);
  pdf.finish();
}

const described = ({ at, generator, workspace }: PacketModel) => ({ at, generator, author: workspace.name });

/** Everything has its place on this page; nothing flows, so nothing can flow over. */
function drawOnePage(page: PacketPage, size: PageSize): void {
  page.frame.newPage();
  page.frame.place('packet');
  const { figures } = page.model.content;
  if (page.model.template.kind === 'summary' && figures !== null) drawSummaryPage(page, size, figures);
  else drawReleasePage(page, size);
}

const entry = (title: string, destination: string) => ({
  title,
  destination,
  inContents: false,
  children: [],
});

function outlineOf({ template }: PacketModel) {
  return [
    entry(template.title, 'packet'),
    ...template.sections.map(({ key, title }) => entry(title, `section.${key}`)),
    entry('Signatures', 'signatures'),
  ];
}
