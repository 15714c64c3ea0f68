import { describe, expect, test } from 'vitest';
import { detectFormat, FORMATS, formatById, unknownFormat } from '../../../../core/formats/index.ts';
import { importSource } from '../../../support/import-source.ts';

const found = (content: unknown, name = 'file') =>
  detectFormat(importSource(content, name))?.format.id ?? null;

const PLAN =
  '# Go-live plan\n\n## Phase 1: Prepare\n\n- [ ] Back up\n- [x] Tell everybody\n\n| Risk | Owner |\n|---|---|\n| Late | Ann |\n';
const CATALOG = { catalog: { uuid: 'u', metadata: { title: 'C' }, controls: [{ id: 'a-1', title: 'A' }] } };

describe('a format is known by its content', () => {
  test('every format stands in the record under its own id', () => {
    expect(Object.entries(FORMATS).map(([id, format]) => format.id === id)).toEqual([true, true]);
    expect(formatById('oscal-catalog-json')).toBe(FORMATS['oscal-catalog-json']);
    expect(formatById('constructor')).toBeNull();
  });

  test.each<[string, unknown, string | null]>([
    ['a catalog', CATALOG, 'oscal-catalog-json'],
    ['a catalog after a schema reference', { $schema: 'x', ...CATALOG }, 'oscal-catalog-json'],
    ['a catalog with a byte order mark', `\uFEFF${JSON.stringify(CATALOG)}`, 'oscal-catalog-json'],
    ['a catalog in UTF-16', Buffer.from(`\uFEFF${JSON.stringify(CATALOG)}`, 'utf16le'), 'oscal-catalog-json'],
    ['a cut catalog', JSON.stringify(CATALOG).slice(0, 40), 'oscal-catalog-json'],
    [
      'a catalog with a broken byte',
      Buffer.from(JSON.stringify(CATALOG).replace('"C"', '"\xe4"'), 'latin1'),
      'oscal-catalog-json',
    ],
    ['another OSCAL model', { profile: { metadata: {} } }, 'oscal-catalog-json'],
    ['JSON about a profile of another kind', { profile: { name: 'Ann' } }, null],
    ['a catalog without its wrapper', { uuid: 'u', metadata: {}, groups: [] }, 'oscal-catalog-json'],
    ['a plan', PLAN, 'plan-markdown'],
    ['a plan that speaks of "catalog":', `${PLAN}\n"catalog": {}\n`, 'plan-markdown'],
    ['other JSON', { results: [] }, null],
    ['JSON with a catalog further in', { a: { catalog: {} } }, null],
    ['JSON with "catalog" as a value', { a: 'catalog' }, null],
    ['a list', '[[[[[[[[', null],
    ['a plan that begins with a badge', `[![b](b.svg)](b)\n\n${PLAN}`, 'plan-markdown'],
    ['a plan inside a JSON text', JSON.stringify([PLAN]), null],
    ['nothing', '', null],
    ['white space', ' \n ', null],
    ['a PDF', `%PDF-1.7\n${PLAN}`, null],
    ['XML', '<?xml version="1.0"?><catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"/>', null],
    ['a ZIP archive', Buffer.from('PK\x03\x04\x14\0\0\0', 'latin1'), null],
    ['NUL bytes', Buffer.alloc(64), null],
  ])('%s', (_, content, id) => {
    expect(found(content)).toBe(id);
  });

  test.each(['[', '[{"a":', '{"a":', '{"a":[', '[[],'])('60 MB of %s are judged at once', (piece) => {
    const source = { ...importSource(''), bytes: Buffer.alloc(60 * 1024 * 1024, piece) };
    const before = performance.now();
    expect(detectFormat(source)).toBeNull();
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('the name of the file is no evidence', () => {
    expect(found(PLAN, 'catalog.json')).toBe('plan-markdown');
    expect(found(CATALOG, 'plan.md')).toBe('oscal-catalog-json');
  });
});

describe('a file that no format knows is told what it is', () => {
  test.each<[string, unknown]>([
    ['an empty file', ''],
    ['a file of nothing but white space', '\n\n'],
    ['a PDF document', '%PDF-1.7\n'],
    ['a PNG image', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['a JPEG image', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1')],
    ['a ZIP archive', Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1')],
    [
      'an Office document',
      Buffer.concat([
        Buffer.from('PK\x03\x04', 'latin1'),
        Buffer.alloc(26),
        Buffer.from('[Content_Types].xml'),
      ]),
    ],
    [
      'an OpenDocument file',
      Buffer.from(`PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.x`, 'latin1'),
    ],
    ['a video or HEIF image', Buffer.from('\0\0\0\x20ftypheic', 'latin1')],
    ['a WebP image', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')],
    ['a tar archive', Buffer.from(`${'a'.repeat(99)}${'\0'.repeat(158)}ustar`, 'latin1')],
    ['an e-mail message', 'From: a@example.org\nTo: b@example.org\n\nHello'],
    ['a gzip archive', Buffer.from('\x1f\x8b\x08\0', 'latin1')],
    ['an SQLite database', Buffer.from('SQLite format 3\0', 'latin1')],
    ['an OSCAL catalog in XML', '\uFEFF<?xml version="1.0"?>\n<!-- c --><catalog xmlns="x">'],
    ['an XCCDF benchmark in XML', '<cdf:Benchmark xmlns:cdf="x">'],
    ['a STIG Viewer checklist (CKL) in XML', '<!--made by x--><CHECKLIST><ASSET/>'],
    ['XML (a <bomb> document)', '<!DOCTYPE bomb [<!ENTITY a "b">]><bomb>&a;</bomb>'],
    ['an HTML page', '<!DOCTYPE html><html lang="en">'],
    ['JSON of another kind (it begins with "results")', { results: [] }],
    ['JSON of another kind', '{'],
    ['a SARIF result in JSON', { version: '2.1.0', runs: [] }],
    ['a STIG Viewer checklist (CKLB) in JSON', { title: 't', stigs: [] }],
    ['a JSON list', '[1, 2]'],
    ['an OSCAL catalog in YAML', '---\ncatalog:\n  uuid: x\n'],
    ['a YAML document', 'urn: x\nlocale: en\n'],
    ['a YAML document', '%YAML 1.2\n---\na: b\n'],
    ['a table or plain text', 'id,title,owner\n1,a,b\n'],
    ['plain text', 'Hello there'],
    ['plain text', 'BM is short for benchmark'],
    ['plain text', Buffer.from('\uFEFFHello there', 'utf16le')],
    ['a PEM file (a key or a certificate)', '-----BEGIN CERTIFICATE-----\n'],
    ['binary data', Buffer.from([1, 2, 3, 4, 0, 9])],
  ])('%s', (name, content) => {
    expect(unknownFormat(importSource(content))).toEqual({
      where: 'file',
      code: 'unknown-format',
      message: `This is ${name}; Bindery takes in: OSCAL catalog (JSON), Readiness plan (Markdown).`,
      severity: 'error',
    });
  });
});
