import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createDeflate } from 'node:zlib';
import { refuse } from '../../../shared/fault.ts';
import type { Attachment } from '../model.ts';
import { type NameTreeEntry, writeNameTree } from './outline.ts';
import type { Output } from './output.ts';
import { dateString, hexString, nameObject, ref, textString, utf16String } from './pdf-objects.ts';
import type { PdfFile } from './pdfkit-internals.ts';

/** What writes the document to disk. */
export type Disk = Pick<Output, 'breathe' | 'pass'>;

/** A cross-reference table gives each offset ten digits; nothing may begin beyond. */
const LARGEST_OFFSET = 9_999_999_999;

/**
 * Embeds the files one after the other as they stream in, and answers their entry among the document's names. Each
 * is hashed on the way: what is in the binder is what the manifest says, or there is no binder.
 */
export async function embedAttachments(
  pdf: PdfFile,
  attachments: readonly Attachment[],
  disk: Disk,
  onEmbedded: (done: number) => void,
): Promise<string> {
  refuseOverlong(pdf, attachments);
  const entries: NameTreeEntry[] = [];
  const specifications: number[] = [];
  for (const attachment of attachments) {
    const file = await embed(pdf, attachment, disk);
    const specification = writeSpecification(pdf, attachment, file);
    specifications.push(specification);
    entries.push(treeEntry(attachment, runningNumber(entries.length, attachments.length), specification));
    onEmbedded(entries.length);
  }
  if (specifications.length === 0) return '';
  pdf.catalog('AF', `[${specifications.map(ref).join(' ')}]`);
  return `/EmbeddedFiles ${ref(writeNameTree(pdf, entries))}`;
}

function refuseOverlong(pdf: PdfFile, attachments: readonly Attachment[]): void {
  const bytes = attachments.reduce((sum, attachment) => sum + attachment.bytes, pdf.offset);
  if (bytes < LARGEST_OFFSET - (1 << 28)) return;
  refuse({ code: 'invalid-input', detail: 'The files do not fit into one binder; a PDF ends at 10 GB.' });
}

/** Readers list attachments in the order of the tree's keys, so a running number keeps them in the model's. */
function treeEntry(attachment: Attachment, number: string, specification: number): NameTreeEntry {
  const key = `${number} ${attachment.name}`;
  return { key, written: utf16String(key), value: ref(specification) };
}

function runningNumber(index: number, total: number): string {
  return String(index + 1).padStart(String(total).length, '0');
}

async function embed(pdf: PdfFile, attachment: Attachment, disk: Disk): Promise<number> {
  const id = pdf.reserve();
  const parameters = pdf.reserve();
  const length = pdf.reserve();
  const packed = isText(attachment.mediaType);
  const subtype = nameObject(attachment.mediaType.slice(0, 127) || 'application/octet-stream');
  const filter = packed ? '/Filter /FlateDecode' : '';
  pdf.beginStream(
    id,
    `/Type /EmbeddedFile /Subtype ${subtype} /Params ${ref(parameters)} ${filter} /Length ${ref(length)}`,
  );
  const from = pdf.offset;
  const digests = new Digests(attachment);
  if (packed) await streamPacked(pdf, attachment, digests, disk);
  else await streamPlain(pdf, attachment, digests, disk);
  const written = pdf.offset - from;
  pdf.endStream();
  pdf.write(length, String(written));
  pdf.write(parameters, parametersOf(attachment, digests.finish()));
  return id;
}

/** Text shrinks to a fraction; documents, pictures and archives are packed already. */
function isText(mediaType: string): boolean {
  return /^(text\/|application\/(json|xml|x-ndjson)|[^;]*\+(json|xml))/i.test(mediaType);
}

async function streamPlain(
  pdf: PdfFile,
  attachment: Attachment,
  digests: Digests,
  disk: Disk,
): Promise<void> {
  for await (const chunk of attachment.open()) {
    digests.update(chunk);
    await disk.pass(pdf, chunk);
  }
}

async function streamPacked(
  pdf: PdfFile,
  attachment: Attachment,
  digests: Digests,
  disk: Disk,
): Promise<void> {
  const deflate = createDeflate();
  const end = once(deflate, 'end');
  deflate.on('data', (chunk: Uint8Array) => pdf.streamBytes(chunk));
  try {
    for await (const chunk of attachment.open()) {
      digests.update(chunk);
      // Packed before the next is asked for: its source may overwrite it then.
      await new Promise<void>((resolve, reject) =>
        deflate.write(chunk, (error) => (error ? reject(error) : resolve())),
      );
      await disk.breathe(pdf);
    }
    deflate.end();
    await end;
  } finally {
    deflate.destroy();
  }
}

/** What a file really is while it streams by: its size and both of its hashes. */
class Digests {
  readonly #attachment: Attachment;
  readonly #sha256: Hash = createHash('sha256');
  readonly #md5: Hash = createHash('md5');
  #bytes = 0;

  constructor(attachment: Attachment) {
    this.#attachment = attachment;
  }

  update(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#attachment.bytes)
      this.#refuse(`it is longer than ${this.#attachment.bytes} bytes`);
    this.#sha256.update(chunk);
    this.#md5.update(chunk);
  }

  /** The MD5 that `CheckSum` wants, once size and SHA-256 are found to be as promised. */
  finish(): Buffer {
    if (this.#bytes !== this.#attachment.bytes)
      this.#refuse(`it has ${this.#bytes} bytes instead of ${this.#attachment.bytes}`);
    const sha256 = this.#sha256.digest('hex');
    if (sha256 !== this.#attachment.sha256)
      this.#refuse(`its SHA-256 is ${sha256} instead of ${this.#attachment.sha256}`);
    return this.#md5.digest();
  }

  #refuse(detail: string): never {
    refuse({ code: 'corrupt', what: this.#attachment.name, detail });
  }
}

function parametersOf(attachment: Attachment, md5: Uint8Array): string {
  const modified = dateString(attachment.modified);
  const date = modified === null ? '' : `/ModDate ${modified}`;
  return `<< /Size ${attachment.bytes} /CheckSum ${hexString(md5)} ${date} >>`;
}

/** `F` is for readers that know no Unicode; `UF` is the name. */
function writeSpecification(pdf: PdfFile, attachment: Attachment, file: number): number {
  const plain = attachment.name.replace(/[^\x20-\x7e]/g, '_');
  return pdf.add(
    `<< /Type /Filespec /F ${textString(plain)} /UF ${textString(attachment.name)} /Desc ${textString(attachment.description)} /AFRelationship /${attachment.relationship} /EF << /F ${ref(file)} /UF ${ref(file)} >> >>`,
  );
}
