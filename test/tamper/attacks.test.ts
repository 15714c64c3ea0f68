import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemsOf, verifyBytes } from '../unit/core/binder/verify/verify.ts';
import { isFound } from './attack.ts';
import { FAMILIES } from './attacks/index.ts';
import { Pdf } from './pdf.ts';
import { makeRealBinder, type RealBinder } from './real-binder.ts';

let binder: RealBinder;

beforeAll(async () => {
  binder = await makeRealBinder();
});
afterAll(() => binder.workspace.close());

describe('the binder that is attacked', () => {
  it('is valid at every step of its way, by signers who are known', async () => {
    const { once, twice, returned, trust } = binder;
    for (const bytes of [once, twice, returned]) {
      const report = await verifyBytes(bytes, { trust });
      expect(problemsOf(report)).toEqual([]);
      expect(report.verdict).toBe('valid');
    }
    const { verdict, proven } = await verifyBytes(twice);
    expect(verdict).toBe('valid-unknown-signer');
    expect(proven.join('\n')).toContain('which signed as Reviewer, is that of Rita, a member of');
  });
});

describe('the same pages signed by strangers', () => {
  it('are valid by signers whom nobody knows: forging begins after that', async () => {
    const { unsigned, stranger, accomplice, trust } = binder;
    const pdf = new Pdf(unsigned).update({});
    pdf.sign(stranger, { field: 'Preparer' }).sign(accomplice, { field: 'Reviewer' });
    const report = await verifyBytes(pdf.bytes, { trust });
    expect(problemsOf(report)).toEqual([]);
    expect(report.verdict).toBe('valid-unknown-signer');
  });
});

describe.each(FAMILIES)('$name', ({ attacks }) => {
  it.each([...attacks])('$title', async ({ file, found, verdict = 'invalid', told }) => {
    const bytes = await file(binder);
    expect(bytes.equals(binder.twice)).toBe(false);
    const report = await verifyBytes(bytes, { trust: binder.trust });
    const problems = problemsOf(report);
    expect({ problems, lacking: found.filter((named) => !isFound(named, problems)) }).toEqual({
      problems,
      lacking: [],
    });
    expect(report.verdict).toBe(verdict);
    if (told === undefined) return;
    const said = [...report.proven, ...report.notProven, ...report.problems.map(({ message }) => message)];
    expect(said.join('\n')).toContain(told);
  });
});
