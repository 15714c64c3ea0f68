import { createHash } from 'node:crypto';
import { refuse } from '../../../shared/fault.ts';
import type { BinderModel } from '../model.ts';
import { embedAttachments } from './attachments.ts';
import { contentsPageCount, drawContents } from './contents.ts';
import type { Chapter } from './context.ts';
import { lookOf } from './look.ts';
import { subjectOf, writeMetadata } from './metadata.ts';
import { writeDestinations, writeOutline } from './outline.ts';
import { Output } from './output.ts';
import { PageFrame } from './page-frame.ts';
import { ref } from './pdf-objects.ts';
import { PdfFile } from './pdfkit-internals.ts';
import { linkTargets, planOf } from './plan.ts';
import { drawChecking } from './sections/checking.ts';
import { drawChecklists } from './sections/checklists.ts';
import { drawCheckpoint } from './sections/checkpoint.ts';
import { drawControls } from './sections/controls.ts';
import { drawCover } from './sections/cover.ts';
import { drawEvidence } from './sections/evidence.ts';
import { drawFindings } from './sections/findings.ts';
import { drawGlossary } from './sections/glossary.ts';
import { drawLedger } from './sections/ledger.ts';
import { drawManifest } from './sections/manifest.ts';
import { drawPacket } from './sections/packet.ts';
import { drawRegisters } from './sections/registers.ts';
import { drawSignatures } from './sections/signatures.ts';
import { drawSummary } from './sections/summary.ts';
import { PAGE_SIZES, type PageSize } from './style.ts';

export interface ComposeOptions {
  readonly pageSize?: PageSize;
  readonly onProgress?: (step: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface ComposedBinder {
  readonly pages: number;
  readonly attachments: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the unsigned binder with its six empty signature fields. The same model gives the same bytes. It streams
 * to a temporary file beside `out`, which takes that name when it is whole; on a fault or an abort nothing stays.
 */
export async function composeBinder(
  model: BinderModel,
  out: string,
  options: ComposeOptions = {},
): Promise<ComposedBinder> {
  if (Number.isNaN(Date.parse(model.at)))
    refuse({ code: 'invalid-input', detail: 'The binder has no date.' });
  const output = await Output.create(out, options.signal);
  try {
    const pdf = startPdf(model, options.pageSize ?? 'A4');
    await writeDocument(pdf, model, options, output);
    const written = await output.commit(pdf);
    return { pages: pdf.pageCount, attachments: model.attachments.length, ...written };
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function startPdf(model: BinderModel, size: PageSize): PdfFile {
  return new PdfFile({
    ...PAGE_SIZES[size],
    fileId: createHash('sha256').update(`${model.id}\n${model.at}`).digest().subarray(0, 16),
    language: 'en',
    title: model.title,
    author: model.workspace.name,
    subject: subjectOf(model),
    creator: model.generator,
    at: new Date(model.at),
  });
}

/** The chapters after the contents, in the order of the document. */
const BODY = [
  ['packet', drawPacket],
  ['summary', drawSummary],
  ['findings', drawFindings],
  ['controls', drawControls],
  ['checklists', drawChecklists],
  ['registers', drawRegisters],
  ['evidence', drawEvidence],
  ['ledger', drawLedger],
  ['checkpoint', drawCheckpoint],
  ['manifest', drawManifest],
  ['glossary', drawGlossary],
  ['checking', drawChecking],
  ['signatures', drawSignatures],
] as const;

async function writeDocument(
  pdf: PdfFile,
  model: BinderModel,
  options: ComposeOptions,
  output: Output,
): Promise<void> {
  const breathe = () => output.breathe(pdf);
  const running = { title: model.title, marking: model.marking, id: model.id, look: lookOf(model.house) };
  const frame = new PageFrame(pdf, options.pageSize ?? 'A4', running);
  const plan = planOf(model);
  const evidence = new Map(model.evidence.map((section) => [section.id, section]));
  const chapter: Chapter = { model, frame, evidence, targets: linkTargets(model), breathe };
  const total = BODY.length + model.attachments.length + 2;
  let done = 0;
  const progress = (step: string) => options.onProgress?.(step, done++, total);

  progress('cover');
  await drawCover(chapter);
  const coverPages = pdf.pageCount;
  frame.shift = contentsPageCount(plan, frame);
  for (const [name, draw] of BODY) {
    progress(name);
    await draw(chapter);
    await breathe();
  }
  progress('contents');
  const bodyEnd = pdf.pageCount;
  frame.shift = coverPages - bodyEnd;
  await drawContents(frame, plan, breathe);
  frame.finish();
  pdf.movePages(bodyEnd, coverPages);
  writeOutline(pdf, plan);
  const destinations = writeDestinations(pdf, frame.places);
  frame.structure.finish();
  const { id, title, generator, at } = model;
  writeMetadata(pdf, { id, title, author: model.workspace.name, subject: subjectOf(model), generator, at });
  const embedded = await embedAttachments(pdf, model.attachments, output, () => progress('attachments'));
  pdf.names(`/Dests ${ref(destinations)} ${embedded}`);
  pdf.finish();
  options.onProgress?.('done', total, total);
}
