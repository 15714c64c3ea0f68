import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  junitReport,
  type ReportAbout,
  type ReportedCase,
  type ReportedSuite,
  sarifReport,
  xml,
} from '../../../../../shared/domain/programme/report.ts';

const ABOUT: ReportAbout = {
  version: '1.2.3',
  at: '2026-06-15T09:30:00.000Z',
  where: './audit workspace/2026',
  rules: { attested: 'A named person attests it' },
};
const one = (outcome: ReportedCase['outcome'], title: string = outcome): ReportedCase => ({
  ...{ id: `criterion:${outcome}`, title, rule: 'attested', outcome },
  because: `It is ${outcome}`,
});
const suite = (...cases: ReportedCase[]): ReportedSuite => ({
  id: 'gate:g',
  title: 'Go live',
  kind: 'gate',
  cases,
});
const ALL = suite(one('met'), one('not-met'), one('unknown'), one('excepted'));
const NASTY = 'a<b> & "c" \'d\' \u0000\u0007\u001b[31m\ud800 \uffff ]]> \u{1f4a5} {0} é';

/** The elements of a document with their attributes; throws where a tag is not closed in its order. */
function elements(document: string): { name: string; attributes: Record<string, string> }[] {
  const open: string[] = [];
  const found: { name: string; attributes: Record<string, string> }[] = [];
  const outside = document.replaceAll(
    /<\?xml[^?]*\?>|<(\/?)([a-z-]+)((?:\s+[a-z]+="[^"<]*")*)\s*>/g,
    (_all, close, name, rest) => {
      if (name === undefined) return '';
      if (close === '/') expect(open.pop()).toBe(name);
      else {
        open.push(name);
        const pairs = [...String(rest).matchAll(/([a-z]+)="([^"]*)"/g)].map(
          (m) => [m[1] ?? '', m[2] ?? ''] as const,
        );
        found.push({ name, attributes: Object.fromEntries(pairs) });
      }
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(outside).not.toMatch(/[<>]|&(?!(amp|lt|gt|quot|apos|#\d+);)/);
  return found;
}

describe('JUnit XML', () => {
  test('has a suite for each gate and a case for each criterion, with what failed and why', () => {
    const found = elements(junitReport([ALL], ABOUT));
    const named = (name: string) =>
      found.filter((element) => element.name === name).map((element) => element.attributes);
    expect(named('testsuites')).toEqual([
      { name: 'bindery', tests: '4', failures: '2', errors: '0', skipped: '1' },
    ]);
    expect(named('testsuite')).toMatchObject([
      { name: 'Go live', tests: '4', failures: '2', timestamp: '2026-06-15T09:30:00' },
    ]);
    expect(named('testcase').map((attributes) => attributes.name)).toEqual([
      'met',
      'not-met',
      'unknown',
      'excepted',
    ]);
    expect(named('failure')).toEqual([
      { message: 'It is not-met', type: 'not-met' },
      { message: 'It is unknown', type: 'unknown' },
    ]);
    expect(named('skipped')).toEqual([{ message: 'It is excepted' }]);
  });

  test('stays well-formed whatever a title holds', () => {
    const document = junitReport([{ ...suite(one('not-met', NASTY)), title: NASTY }], ABOUT);
    elements(document);
    const codes = [...document].map((character) => character.codePointAt(0) ?? 0);
    const forbidden = (code: number) =>
      (code < 0x20 && code !== 0x0a) || (code >= 0xd800 && code <= 0xdfff) || code === 0xffff;
    expect(codes.filter(forbidden)).toEqual([]);
    expect(document).toContain('a&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; [31m');
    expect(document).toContain('\u{1f4a5}');
  });

  test('keeps line breaks in attributes by writing them as references', () => {
    expect(xml('one\ntwo\tthree')).toBe('one&#10;two&#9;three');
  });
});

const Text = z.strictObject({ text: z.string().min(1) });
/** The part of the SARIF 2.1.0 schema that is used, with nothing beside it allowed. */
const Sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          semanticVersion: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              name: z.string(),
              shortDescription: Text,
              defaultConfiguration: z.strictObject({ level: z.enum(['none', 'note', 'warning', 'error']) }),
            }),
          ),
        }),
      }),
      invocations: z.array(
        z.strictObject({ executionSuccessful: z.boolean(), endTimeUtc: z.iso.datetime() }),
      ),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().nonnegative(),
          kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: Text,
          locations: z.array(
            z.strictObject({
              physicalLocation: z.strictObject({
                artifactLocation: z.strictObject({
                  uri: z.string().regex(/^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$/),
                }),
                region: z.strictObject({ startLine: z.int().min(1) }),
              }),
              logicalLocations: z.array(
                z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.string() }),
              ),
            }),
          ),
          partialFingerprints: z.record(z.string(), z.string()),
          suppressions: z
            .array(
              z.strictObject({
                kind: z.enum(['inSource', 'external']),
                status: z.enum(['accepted', 'underReview', 'rejected']),
                justification: z.string(),
              }),
            )
            .optional(),
        }),
      ),
    }),
  ),
});

describe('SARIF 2.1.0', () => {
  const run = (...suites: ReportedSuite[]) => {
    const [first] = Sarif.parse(JSON.parse(sarifReport(suites, ABOUT))).runs;
    if (first === undefined) throw new Error('there is no run');
    return first;
  };

  test('tells what passed, failed, cannot be said yet, and is excepted', () => {
    expect(
      run(ALL).results.map(({ kind, level, suppressions }) => [kind, level, suppressions?.[0]?.status]),
    ).toEqual([
      ['pass', 'none', undefined],
      ['fail', 'error', undefined],
      ['fail', 'warning', undefined],
      ['fail', 'error', 'accepted'],
    ]);
  });

  test('names its rules by what they ask, so that they stay the same from run to run', () => {
    const { tool, results } = run(ALL, { ...ALL, kind: 'phase' });
    expect(tool.driver.rules.map((rule) => rule.id)).toEqual([
      'bindery/gate/attested',
      'bindery/phase/attested',
    ]);
    expect(tool.driver.rules[0]?.shortDescription.text).toBe('A named person attests it');
    expect(results.every((result) => tool.driver.rules[result.ruleIndex]?.id === result.ruleId)).toBe(true);
    expect(results[0]?.partialFingerprints).toEqual({ 'binderyRecord/v1': 'gate:g/criterion:met' });
  });

  test('points at the workspace by a relative reference and doubles braces in messages', () => {
    const { results } = run(suite(one('not-met', NASTY)));
    expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe('audit%20workspace/2026');
    expect(results[0]?.message.text).toContain('{{0}}');
  });
});
