import { describe, expect, test } from 'vitest';
import { detectFormat } from '../../../../../core/formats/index.ts';
import { oscalCatalogJson } from '../../../../../core/formats/oscal-catalog-json/index.ts';
import { controlLines } from '../../../../../shared/domain/control-text.ts';
import { NormalisedFramework } from '../../../../../shared/domain/framework.ts';
import { canonicalBytes, type Json } from '../../../../../shared/ledger/canonical.ts';
import { corpusDir, corpusFacts, corpusFile } from '../../../../support/corpus.ts';
import { importSource } from '../../../../support/import-source.ts';

const json = corpusFacts('oscal/').filter(({ file }) => file.endsWith('.json'));
const catalogs = json.filter(({ facts }) => facts.model === 'catalog');
const others = json.filter(({ facts }) => facts.model !== 'catalog');

describe.runIf(corpusDir !== null)('real OSCAL files', () => {
  test('are there to be tried', () => {
    expect([catalogs.length > 9, others.length > 14]).toEqual([true, true]);
  });

  test.each(catalogs)('$file comes in with the facts known of it', ({ file, sha256, facts }) => {
    const source = importSource(corpusFile(file));
    expect(source.sha256).toBe(sha256);
    expect(detectFormat(source)).toEqual({ format: oscalCatalogJson, confidence: 1 });
    const { framework, counts, problems } = oscalCatalogJson.read(source);
    if (framework === null) throw new Error(JSON.stringify(problems));
    const first = framework.controls[0];
    expect({
      title: framework.title,
      version: framework.version,
      'first control': `${first?.sourceId} ${first?.title}`,
      ...counts,
    }).toEqual({
      title: facts.title,
      version: facts.version,
      'first control': facts['first control'],
      groups: facts.groups,
      controls: facts.controls,
      enhancements: facts['nested controls (enhancements)'],
      withdrawn: facts.withdrawn,
      parameters: facts.params,
    });
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(new Set(framework.controls.map((control) => control.path)).size).toBe(framework.controls.length);
    canonicalBytes(NormalisedFramework.parse(framework) as unknown as Json);
    const unresolved = framework.controls.flatMap(controlLines).filter((line) => line.text.includes('{{'));
    expect(unresolved).toEqual([]);
  });

  test.each(others)('$file is refused by name', ({ file }) => {
    const { framework, problems } = oscalCatalogJson.read(importSource(corpusFile(file)));
    expect(framework).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['not-a-catalog']);
    expect(problems[0]?.message).toMatch(/^This is (?:an OSCAL |JSON, but not )/);
  });

  test('the whole of SP 800-53 reads as it is printed', () => {
    const source = importSource(corpusFile('oscal/NIST_SP-800-53_rev5_catalog.json'));
    const controls = oscalCatalogJson.read(source).framework?.controls ?? [];
    const control = (id: string) => {
      const found = controls.find(({ sourceId }) => sourceId === id);
      if (found === undefined) throw new Error(`no ${id}`);
      return found;
    };
    const text = controlLines(control('ac-7')).map((line) => `${line.label} ${line.text}`);
    expect(text[0]).toBe(
      'a. Enforce a limit of [Assignment: organization-defined number] consecutive invalid logon attempts by a user during a [Assignment: organization-defined time period]; and',
    );
    expect(control('ac-2.10')).toMatchObject({
      label: 'AC-2(10)',
      withdrawn: { reason: 'incorporated', into: ['ac-2'] },
    });
    expect(control('sa-12').withdrawn).toEqual({ reason: 'incorporated', into: ['sr'] });
    expect(control('sc-19').withdrawn).toEqual({ reason: 'withdrawn', into: [] });
    expect(control('ac-1').links[0]).toEqual({
      rel: 'reference',
      href: '#27847491-5ce1-4f6a-a1e4-9e483782f0ef',
      text: 'OMB A-130',
    });
  });
});
