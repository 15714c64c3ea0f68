import { createHash } from 'node:crypto';
import type { Findings } from './findings.ts';
import { decodedChunks } from './pdf/filters.ts';
import {
  indexOf,
  isDict,
  isRef,
  isString,
  PdfFault,
  type PdfObject,
  type PdfValue,
  sameValue,
  textOf,
} from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';

/** A file embedded in the document, as its file specification names it. */
export interface Attachment {
  readonly name: string;
  /** Object number of the embedded file's stream. */
  readonly num: number;
  readonly stream: PdfObject;
}

const MAX_NODES = 200_000;

/** How people are told of an attachment. */
export function attachmentWhere(name: string): string {
  return name === 'manifest.json' ? 'manifest' : `attachment ${name}`;
}

/** The embedded files of a version, from the name tree and the associated files of the document. */
export async function listAttachments(view: PdfView, findings: Findings): Promise<Attachment[]> {
  const specs = new Map<string, Listed>();
  for (const listed of await listedSpecs(view)) {
    const key = JSON.stringify(isRef(listed.spec) ? listed.spec.num : specs.size);
    if (!specs.has(key)) specs.set(key, listed);
  }
  const attachments: Attachment[] = [];
  for (const { spec, key } of specs.values()) {
    const attachment = await readTolerantly(view, spec, findings);
    if (attachment) attachments.push(attachment);
    // Before the name there may be a number, which keeps the order.
    if (!attachment || key === null || key.endsWith(attachment.name)) continue;
    const message = `The attachment ${attachment.name} is listed under another name, ${key}.`;
    findings.add('attachment-name', attachmentWhere(attachment.name), message);
  }
  nameDuplicates(attachments, findings);
  return attachments;
}

/** A file specification and the name under which the name tree lists it; null where only the AF array names it. */
interface Listed {
  readonly spec: PdfValue;
  readonly key: string | null;
}

/** File specifications in the order of the name tree; then those that only the document's AF array names. */
export async function fileSpecs(view: PdfView): Promise<PdfValue[]> {
  return (await listedSpecs(view)).map(({ spec }) => spec);
}

async function listedSpecs(view: PdfView): Promise<Listed[]> {
  const catalog = await view.catalog();
  const names = await view.dictAt(catalog, 'Names');
  const specs: Listed[] = [];
  const queue: PdfValue[] = names ? [names.entries.get('EmbeddedFiles') ?? null] : [];
  const seen = new Set<number>();
  for (const node of queue) {
    if (isRef(node) && seen.has(node.num)) continue;
    if (isRef(node)) seen.add(node.num);
    if (queue.length > MAX_NODES) throw new PdfFault('the list of attachments is too long');
    const dict = await view.resolve(node);
    if (!isDict(dict)) continue;
    queue.push(...(await view.arrayAt(dict, 'Kids')));
    const pairs = await view.arrayAt(dict, 'Names');
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      specs.push({ spec: pairs[i + 1] ?? null, key: textOf(await view.resolve(pairs[i])) ?? '' });
    }
  }
  return [...specs, ...(await view.arrayAt(catalog, 'AF')).map((spec) => ({ spec, key: null }))];
}

/** One damaged file specification must not hide the others. */
async function readTolerantly(view: PdfView, spec: PdfValue, findings: Findings): Promise<Attachment | null> {
  try {
    return await readSpec(view, spec, findings);
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    const where = isRef(spec) ? `object ${spec.num}` : 'list of attachments';
    findings.add('damaged-object', where, `Damaged: the description of an attachment: ${error.message}.`);
    return null;
  }
}

async function readSpec(view: PdfView, spec: PdfValue, findings: Findings): Promise<Attachment | null> {
  const dict = await view.resolve(spec);
  const files = isDict(dict) ? await view.dictAt(dict, 'EF') : null;
  if (!isDict(dict) || !files) return null;
  const plain = textOf(await view.resolve(dict.entries.get('F')));
  const unicode = textOf(await view.resolve(dict.entries.get('UF')));
  const name = unicode ?? plain ?? '';
  const where = attachmentWhere(name);
  if (
    files.entries.has('F') &&
    files.entries.has('UF') &&
    !sameValue(files.entries.get('F'), files.entries.get('UF'))
  ) {
    const message = `The attachment ${name} holds two different files; which one is shown depends on the reader.`;
    findings.add('attachment-duplicate', where, message);
  }
  if (plain !== null && unicode !== null && disagree(plain, unicode)) {
    findings.add('attachment-name', where, `The attachment ${name} has a second name, ${plain}.`);
  }
  const ref = files.entries.get('UF') ?? files.entries.get('F');
  const stream = await contentOf(view, ref, where, findings);
  if (!stream?.stream || !isRef(ref)) {
    findings.add('attachment-missing', where, `The attachment ${name} has no content that can be read.`);
    return null;
  }
  return { name, num: ref.num, stream };
}

async function contentOf(
  view: PdfView,
  ref: PdfValue | undefined,
  where: string,
  findings: Findings,
): Promise<PdfObject | null> {
  try {
    return await view.objectAt(ref);
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    findings.add('damaged-object', where, `Damaged: ${where}: ${error.message}.`);
    return null;
  }
}

/** The plain name is a stand-in where it cannot hold the letters; where it can, it must be the same. */
function disagree(plain: string, unicode: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that it is pure ASCII is the question
  return /^[\x00-\x7f]*$/.test(unicode) && plain !== unicode;
}

function nameDuplicates(attachments: readonly Attachment[], findings: Findings): void {
  const seen = new Map<string, number>();
  for (const { name, num } of attachments) {
    const before = seen.get(name);
    if (before !== undefined && before !== num) {
      findings.add('attachment-duplicate', attachmentWhere(name), `There are two attachments named ${name}.`);
    }
    seen.set(name, num);
  }
}

/** SHA-256 and size of an attachment's content, read in constant memory. */
export async function hashAttachment(
  view: PdfView,
  attachment: Attachment,
  limit: number,
  signal?: AbortSignal,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of decodedChunks(view.file, attachment.stream, limit, signal)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The whole content of a small attachment. */
export async function readAttachment(view: PdfView, attachment: Attachment, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of decodedChunks(view.file, attachment.stream, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What the file says about an embedded file beside it; null where it says nothing or is wrong about it. */
export async function declaredOf(
  view: PdfView,
  attachment: Attachment,
): Promise<{ md5: Buffer | null; size: number | null }> {
  const params = isDict(attachment.stream.value)
    ? await view.dictAt(attachment.stream.value, 'Params')
    : null;
  const sum = params?.entries.get('CheckSum');
  return {
    md5: isString(sum) && sum.bytes.length === 16 ? sum.bytes : null,
    size: indexOf(params?.entries.get('Size')),
  };
}
