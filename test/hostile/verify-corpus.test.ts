import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusDir, corpusFacts } from '../support/corpus.ts';
import { makeCore, type TestCore } from '../support/workspaces.ts';
import { judged } from './judged.ts';

let test: TestCore;

beforeAll(async () => {
  test = await makeCore();
});

afterAll(() => test.close());

describe.runIf(corpusDir !== null)('PDFs of others from the corpus', () => {
  const pdfs = corpusFacts('evidence/').filter(({ file }) => file.endsWith('.pdf'));

  it.each(pdfs.map(({ file }) => file))('are never called valid: %s', { timeout: 60_000 }, async (file) => {
    expect(await judged(test.api, `${corpusDir}/${file}`)).toMatch(/^(invalid|invalid-input|corrupt)$/);
  });
});
