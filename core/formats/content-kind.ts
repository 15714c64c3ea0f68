import { wideEncoding } from './wide-encoding.ts';

/** What a file's first bytes say it is, in words for a refusal: "a ZIP archive". */
export interface ContentName {
  readonly name: string;
  /** True where the content cannot be text at all. */
  readonly binary: boolean;
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

const JSON_KEYS: readonly (readonly [key: string, name: string])[] = [
  ['stigs', 'a STIG Viewer checklist (CKLB) in JSON'],
  ['runs', 'a SARIF result in JSON'],
  ['spdxVersion', 'an SPDX document in JSON'],
  ['bomFormat', 'a CycloneDX document in JSON'],
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
  const first = head.slice(30, 80);
  if (first.startsWith('[Content_Types].xml') || first.startsWith('_rels/')) {
    return { name: 'an Office document (a ZIP archive inside)', binary: true };
  }
  return { name: 'a ZIP archive', binary: true };
}

function byMagic(head: string): ContentName | null {
  const found = MAGIC.find(([signature]) => head.startsWith(signature));
  if (found === undefined) return null;
  const [signature, name] = found;
  const binary = !TEXT_MAGIC.has(signature) || hasControlBytes(head);
  // Short letter signatures also begin ordinary prose ("BM", "MZ"): only binary content makes them count.
  if (!binary && signature.length === 2) return null;
  return { name, binary: binary || signature === '%PDF-' };
}

function hasControlBytes(head: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what tells binary from text
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(head);
}

function byText(text: string): ContentName {
  if (text.trim() === '') return { name: 'a file of nothing but white space', binary: false };
  if (hasControlBytes(text)) return { name: 'binary data', binary: true };
  const start = text.trimStart();
  if (start.startsWith('<')) return { name: xmlName(start), binary: false };
  if (/^[{[]/.test(start)) return { name: jsonName(start), binary: false };
  if (/^(?:%YAML|---\s)/.test(start) || /^[A-Za-z][\w-]*:(?:\s*$|\s+\S)/m.test(firstLine(start))) {
    return { name: 'a YAML document', binary: false };
  }
  return {
    name: /^[^\n]*[,;\t][^\n]*[,;\t]/.test(start) ? 'a table or plain text' : 'plain text',
    binary: false,
  };
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
  return known?.[1] ?? (start.startsWith('[') ? 'a JSON list' : 'JSON of another kind');
}
