import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../../core/formats/index.ts';
import { oscalCatalogJson } from '../../../core/formats/oscal-catalog-json/index.ts';
import { listOwnFrameworks, ownFramework } from '../../../core/programme/templates.ts';
import { controlLines } from '../../../shared/domain/control-text.ts';
import type { Control, Part } from '../../../shared/domain/framework.ts';

const own = ownFramework('enterprise-readiness');
const source = { name: own.file, bytes: own.bytes, sha256: own.sha256 };
const reading = oscalCatalogJson.read(source);
const controls = reading.framework?.controls ?? [];
const labels = new Set(controls.map((control) => control.label));

const GROUPS = [
  'SEC Security and compliance',
  'IDN Identity and access',
  'DAT Data',
  'REL Reliability and observability',
  'API Application and API',
  'WEB Front end and accessibility',
  'AIS AI safety',
  'INT Integrations',
  'DLV Delivery and supply chain',
  'PRF Performance',
  'OPS Operability',
  'DOC Documentation and handover',
  'VAL Validation',
  'EVD Evidence',
];

function partsNamed(control: Control, name: string): readonly Part[] {
  return control.parts.filter((part) => part.name === name);
}

/** All prose of a part and those below it. */
function proseOf(part: Part): string {
  return [part.prose ?? '', ...(part.parts ?? []).map(proseOf)].filter((text) => text !== '').join('\n');
}

function methodsOf(control: Control) {
  return partsNamed(control, 'assessment-method').map((part) => ({
    method: part.props?.find(({ name }) => name === 'method')?.value,
    objects: (part.parts ?? [])
      .filter(({ name }) => name === 'assessment-objects')
      .map(proseOf)
      .join('\n'),
  }));
}

const statementOf = (control: Control) => partsNamed(control, 'statement').map(proseOf).join('\n');

/** The share of words, of three letters or more, that two texts have in common. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((word) => b.has(word)).length;
  return both / (a.size + b.size - both);
}
const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** The statements that say nearly what another one says. */
function alike(): string[] {
  const said = controls.map((control) => ({ label: control.label, words: wordsOf(statementOf(control)) }));
  return said.flatMap((one, at) =>
    said
      .slice(at + 1)
      .filter((other) => likeness(one.words, other.words) > 0.5)
      .map((other) => `${one.label} and ${other.label}`),
  );
}

/** Labels of the controls of which something does not hold. */
const without = (holds: (control: Control) => boolean) =>
  controls.filter((control) => !holds(control)).map((control) => control.label);

test('the index names every framework of our own, with the hash of its file', () => {
  expect(listOwnFrameworks().map(({ id, title, version, file }) => ({ id, title, version, file }))).toEqual([
    {
      id: 'enterprise-readiness',
      title: 'Enterprise Readiness',
      version: '1.0',
      file: 'enterprise-readiness.json',
    },
  ]);
  expect(createHash('sha256').update(own.bytes).digest('hex')).toBe(own.sha256);
});

describe('the catalog Enterprise Readiness', () => {
  test('is read by our own importer without a problem, whole', () => {
    expect(detectFormat(source)?.format.id).toBe('oscal-catalog-json');
    expect(reading.problems).toEqual([]);
    expect(reading.counts).toEqual({
      groups: 14,
      controls: 150,
      enhancements: 0,
      withdrawn: 0,
      parameters: 201,
    });
    const { title, version, published, groups = [] } = reading.framework ?? {};
    expect({ title, version, published }).toEqual({
      title: own.title,
      version: own.version,
      published: '2026-11-16T00:00:00Z',
    });
    expect(groups.map((group) => `${group.label} ${group.title}`)).toEqual(GROUPS);
  });

  test('numbers the controls of each group from 01 on, under its label', () => {
    const counted = new Map<string, number>();
    for (const { label, sourceId, group = '' } of controls) {
      const n = (counted.get(group) ?? 0) + 1;
      counted.set(group, n);
      expect({ label, sourceId }).toEqual({
        label: `${group.toUpperCase()}-${String(n).padStart(2, '0')}`,
        sourceId: `${group}-${String(n).padStart(2, '0')}`,
      });
    }
    expect(Math.min(...counted.values())).toBeGreaterThanOrEqual(8);
  });

  test('says for each control what must hold, in a sentence that can be tested', () => {
    expect(without((control) => statementOf(control).length >= 100)).toEqual([]);
    expect(without(({ title }) => title.length >= 15 && !title.endsWith('.'))).toEqual([]);
    expect(alike()).toEqual([]);
  });

  test('says for each control how to verify it, by examining, by asking and by trying', () => {
    expect(
      without((control) => {
        const methods = methodsOf(control);
        return (
          methods.map(({ method }) => method).join() === 'EXAMINE,INTERVIEW,TEST' &&
          methods.every(({ objects }) => objects.length >= 40)
        );
      }),
    ).toEqual([]);
  });

  test('names for each control the evidence expected and how it fails when that grows stale', () => {
    const says = (control: Control, name: string, least: number) => {
      const [part, ...others] = partsNamed(control, name);
      return part !== undefined && others.length === 0 && proseOf(part).length >= least;
    };
    expect(without((control) => says(control, 'expected-evidence', 30))).toEqual([]);
    expect(without((control) => says(control, 'when-stale', 50))).toEqual([]);
  });

  test('repeats no text', () => {
    const texts = controls.flatMap((control) => [
      control.title,
      ...control.parts.flatMap((part) => proseOf(part).split('\n')),
    ]);
    const seen = new Set<string>();
    expect(texts.filter((text) => seen.size === seen.add(text).size)).toEqual([]);
  });

  test('leads from each control to others of the catalog, never to itself', () => {
    expect(
      without(
        ({ links, sourceId }) =>
          links.length > 0 &&
          links.every(
            ({ rel, href }) =>
              rel === 'related' && href !== `#${sourceId}` && labels.has(href.slice(1).toUpperCase()),
          ),
      ),
    ).toEqual([]);
  });

  test('shows every parameter with its value where the words use it', () => {
    const shown = controls.map((control) => ({ control, lines: controlLines(control) }));
    for (const { control, lines } of shown) {
      const used = new Set(lines.flatMap(({ inserts }) => inserts.map(({ parameter }) => parameter)));
      expect([...used].sort()).toEqual(control.parameters.map(({ id }) => id).sort());
      expect(
        control.parameters.filter(({ label, values = [] }) => label === undefined || values.length !== 1),
      ).toEqual([]);
    }
    const texts = shown.flatMap(({ lines }) => lines.map(({ text }) => text));
    expect(texts.filter((text) => /\[Assignment|\{\{|[{}|]/.test(text))).toEqual([]);
  });

  test('is shown part by part: what must hold, how to verify, the evidence, how it fails', () => {
    const control = controls.find(({ label }) => label === 'SEC-04');
    expect(
      control && controlLines(control).map(({ kind, name, text }) => `${kind} ${name}: ${text.slice(0, 24)}`),
    ).toEqual([
      'statement statement: Each secret has an owner',
      'guidance guidance: Count certificates, sign',
      'objective assessment-method: EXAMINE',
      'objective assessment-objects: Inventory of secrets wit',
      'objective assessment-method: INTERVIEW',
      'objective assessment-objects: Whoever rotated last: wh',
      'objective assessment-method: TEST',
      'objective assessment-objects: Rotate one database pass',
      'other expected-evidence: Inventory export dated w',
      'other when-stale: Nobody has rotated under',
    ]);
  });
});
