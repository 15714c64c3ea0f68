import { wideEncoding } from './wide-encoding.ts';

/** What a file's first bytes say it is, in words for a refusal: "a ZIP archive". */
export interface ContentName {
  readonly name: string;
  /** True where the content cannot be text at all. */
  readonly binary: boolean;
  /** True where it begins as only JSON does. */
  readonly json?: boolean;
}

/** How far into a file its kind is looked for. */
const HEAD = 8192;

const MAGIC: readonly (readonly [signature: string, name: string])[] = [
  ['%PDF-', 'a PDF document'],
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['BM', 'a BMP image'],
  ['\x1f\x8b', 'a gzip archive'],
  ['BZh', 'a bzip2 archive'],
  ['\xfd7zXZ\0', 'an XZ archive'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  ['Rar!\x1a\x07', 'a RAR archive'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'an older Office document'],
  ['\x7fELF', 'a program'],
  ['MZ', 'a program'],
  ['{\\rtf', 'an RTF document'],
  ['-----BEGIN ', 'a PEM file (a key or a certificate)'],
];

const TEXT_MAGIC = new Set(['%PDF-', '{\\rtf', '-----BEGIN ', 'BM', 'MZ', 'GIF8', 'BZh']);

const XML_ROOTS: Readonly<Record<string, string>> = {
  catalog: 'an OSCAL catalog in XML',
  profile: 'an OSCAL profile in XML',
  Benchmark: 'an XCCDF benchmark in XML',
  CHECKLIST: 'a STIG Viewer checklist (CKL) in XML',
  NessusClientData_v2: 'a Nessus result in XML',
  html: 'an HTML page',
  HTML: 'an HTML page',
  svg: 'an SVG image',
};

const YAML_MODELS: Readonly<Record<string, string>> = {
  catalog: 'an OSCAL catalog in YAML',
  profile: 'an OSCAL profile in YAML',
};

const JSON_KEYS: readonly (readonly [key: string, name: string])[] = [
  ['stigs', 'a STIG Viewer checklist (CKLB) in JSON'],
  ['runs', 'a SARIF result in JSON'],
  ['spdxVersion', 'an SPDX document in JSON'],
  ['bomFormat', 'a CycloneDX document in JSON'],
  ['platform', 'an HDF result in JSON'],
];

/** Says what a file's bytes are; the file's own name is no evidence. */
export function identifyContent(bytes: Uint8Array): ContentName {
  if (bytes.length === 0) return { name: 'an empty file', binary: false };
  const head = Buffer.from(bytes.subarray(0, HEAD));
  const wide = wideEncoding(head);
  if (wide === 'utf-32') return { name: 'UTF-32 text', binary: true };
  if (wide !== null) return byText(new TextDecoder(wide).decode(head));
  const latin = head.toString('latin1');
  return byZip(latin) ?? byMagic(latin) ?? byText(latin.replace(/^\xef\xbb\xbf/, ''));
}

function byZip(head: string): ContentName | null {
  if (!head.startsWith('PK\x03\x04') && !head.startsWith('PK\x05\x06')) return null;
  if (/^.{30}mimetypeapplication\/vnd\.oasis/s.test(head))
    return { name: 'an OpenDocument file', binary: true };
  const isOffice = /\[Content_Types\]\.xml|_rels\/\.rels|(?:xl|word|ppt)\/\w/.test(head);
  return { name: isOffice ? 'an Office document' : 'a ZIP archive', binary: true };
}

/** Signatures that do not stand at the very beginning. */
const INSIDE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^.{4}ftyp/s, 'a video or HEIF image'],
  [/^RIFF.{4}WEBP/s, 'a WebP image'],
  [/^.{257}ustar/s, 'a tar archive'],
];

function byMagic(head: string): ContentName | null {
  const found = MAGIC.find(([signature]) => head.startsWith(signature));
  if (found === undefined) return byInside(head);
  const [signature, name] = found;
  const binary = !TEXT_MAGIC.has(signature) || hasControlBytes(head);
  // Short letter signatures also begin ordinary prose ("BM", "MZ"): only binary content makes them count.
  if (!binary && signature.length === 2) return null;
  return { name, binary: binary || signature === '%PDF-' };
}

function byInside(head: string): ContentName | null {
  const name = INSIDE.find(([pattern]) => pattern.test(head))?.[1];
  return name === undefined ? null : { name, binary: true };
}

function hasControlBytes(head: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what tells binary from text
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head);
}

/** Not every bracket: Markdown begins with `[a link](…)`, `[1]: …` and `[[a wiki link]]` too. */
const JSON_START = /^(?:\{\s*["}]|\{\s*$|\[\s*(?:[{"\]]|$|\[\s*[[{"\d\]-]|-?\d[\d.]*\s*,))/;

function byText(text: string): ContentName {
  if (text.trim() === '') return { name: 'a file of nothing but white space', binary: false };
  if (hasControlBytes(text)) return { name: 'binary data', binary: true };
  const start = text.trimStart();
  if (start.startsWith('<')) return { name: xmlName(start), binary: false };
  if (JSON_START.test(start)) return { name: jsonName(start), binary: false, json: true };
  return { name: lineName(start), binary: false };
}

/** Told by how the first line is built. */
function lineName(start: string): string {
  const line = firstLine(start.replace(/^---\s*\n/, ''));
  if (/^(?:From|To|Received|Return-Path|Delivered-To|Message-ID|MIME-Version|X-[\w-]+): /i.test(line)) {
    return 'an e-mail message';
  }
  const name = /^([A-Za-z][\w-]*):(?:\s|$)/.exec(line)?.[1];
  if (name !== undefined && Object.hasOwn(YAML_MODELS, name)) return YAML_MODELS[name] ?? 'a YAML document';
  if (name !== undefined || /^(?:%YAML|---\s)/.test(start)) return 'a YAML document';
  return /[,;\t][^\n]*[,;\t]/.test(line) ? 'a table or plain text' : 'plain text';
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}

function xmlName(start: string): string {
  const root = /<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]/.exec(start)?.[1];
  if (root !== undefined && Object.hasOwn(XML_ROOTS, root)) return XML_ROOTS[root] ?? 'XML';
  return root === undefined ? 'XML' : `XML (a <${root}> document)`;
}

function jsonName(start: string): string {
  const known = JSON_KEYS.find(([key]) => start.includes(`"${key}"`));
  if (known !== undefined) return known[1];
  const first = /^\{\s*"([^"\\]{1,40})"/.exec(start)?.[1];
  if (start.startsWith('[')) return 'a JSON list';
  return first === undefined ? 'JSON of another kind' : `JSON of another kind (it begins with "${first}")`;
}
