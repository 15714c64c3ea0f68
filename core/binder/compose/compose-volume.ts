import { createHash } from 'node:crypto';
import { counted } from '../../../shared/domain/programme/day.ts';
import { readableName } from '../../../shared/domain/spell-out.ts';
import type { VolumeModel } from '../volumes.ts';
import { embedAttachments } from './attachments.ts';
import type { ComposedBinder, ComposeOptions } from './compose-binder.ts';
import { writeMetadata } from './metadata.ts';
import { writeDestinations, writeOutline } from './outline.ts';
import { Output } from './output.ts';
import { PageFrame } from './page-frame.ts';
import { ref } from './pdf-objects.ts';
import { PdfFile } from './pdfkit-internals.ts';
import { drawSignaturePanels } from './signature-fields.ts';
import { PAGE_SIZES, type PageSize, TYPE } from './style.ts';
import { drawTable } from './table.ts';
import { sizeWords } from './words.ts';

/** Writes a further volume of a binder, unsigned, as `composeBinder` writes the first. */
export async function composeVolume(
  model: VolumeModel,
  out: string,
  options: ComposeOptions = {},
): Promise<ComposedBinder> {
  const output = await Output.create(out, options.signal);
  const size = options.pageSize ?? 'A4';
  try {
    const pdf = startPdf(model, size);
    await writeDocument(pdf, model, size, output, options);
    const written = await output.commit(pdf);
    return { pages: pdf.pageCount, attachments: model.attachments.length, ...written };
  } catch (error) {
    await output.discard();
    throw error;
  }
}

const titleOf = ({ manifest: { title, volume, of } }: VolumeModel) => `${title}, volume ${volume} of ${of}`;
const subjectOf = ({ manifest }: VolumeModel) => `Evidence of ${manifest.engagement.name}`;

function startPdf(model: VolumeModel, size: PageSize): PdfFile {
  const { binder, at, volume, workspace, generator } = model.manifest;
  return new PdfFile({
    ...PAGE_SIZES[size],
    fileId: createHash('sha256').update(`${binder}\n${at}\nvolume ${volume}`).digest().subarray(0, 16),
    language: 'en',
    title: titleOf(model),
    author: workspace.name,
    subject: subjectOf(model),
    creator: generator,
    at: new Date(at),
  });
}

async function writeDocument(
  pdf: PdfFile,
  model: VolumeModel,
  size: PageSize,
  output: Output,
  options: ComposeOptions,
): Promise<void> {
  const { manifest, marking, attachments } = model;
  const { binder, volume, generator, at, workspace } = manifest;
  const title = titleOf(model);
  const frame = new PageFrame(pdf, size, { title, marking, id: binder });
  await drawPages(frame, model, () => output.breathe(pdf));
  frame.finish();
  writeOutline(pdf, [entry(`Volume ${volume}`, 'volume'), entry('Signatures', 'signatures')]);
  const destinations = writeDestinations(pdf, frame.places);
  frame.structure.finish();
  const id = `${binder} volume ${volume}`;
  writeMetadata(pdf, { id, title, subject: subjectOf(model), generator, at, author: workspace.name });
  const embedded = await embedAttachments(pdf, attachments, output, (done) =>
    options.onProgress?.(`volume ${volume}`, done, attachments.length),
  );
  pdf.names(`/Dests ${ref(destinations)} ${embedded}`);
  pdf.finish();
}

const entry = (title: string, destination: string) => ({
  title,
  destination,
  inContents: false,
  children: [],
});

async function drawPages(frame: PageFrame, model: VolumeModel, breathe: () => Promise<void>): Promise<void> {
  const { manifest, first } = model;
  const { files, volume, of, title, engagement } = manifest;
  frame.structure.beginChapter();
  frame.chapter = `Volume ${volume}`;
  frame.newPage();
  frame.place('volume');
  frame.paragraph(`Volume ${volume} of ${of}`, TYPE.title, { tag: 'H1', after: 4 });
  frame.paragraph(title, TYPE.lead, { after: 10 });
  frame.paragraph(
    `${counted(files.length, 'evidence file')} of ${engagement.name}, attached to this document. The pages, the register and the ledger are in the first volume (${first}), which lists this one by its SHA-256. Nobody can tell from this volume alone what the others hold or that none is missing: verify all of them together.`,
    TYPE.body,
    { after: 12 },
  );
  const rows = files.map((file, at) => ({
    cells: [
      String(at + 1),
      [
        { text: readableName(file.name), style: TYPE.small },
        { text: file.sha256, style: TYPE.hash },
      ],
      sizeWords(file.bytes),
    ],
  }));
  await drawTable(frame, rows, {
    columns: [
      { title: 'No.', share: 8 },
      { title: 'Name and SHA-256', share: 80 },
      { title: 'Size', share: 14, align: 'end' },
    ],
    breathe,
    after: 14,
  });
  frame.structure.beginChapter();
  frame.chapter = 'Signatures';
  frame.newPage();
  frame.place('signatures');
  frame.paragraph('Signatures', TYPE.title, { tag: 'H1', after: 14 });
  drawSignaturePanels(frame);
}
