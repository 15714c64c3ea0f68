import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BinderDiffResult } from '../../../../shared/domain/binder-diff.ts';
import { diffPage } from '../../../../shared/domain/binder-diff-report.ts';
import { faultOf, finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

describe('the differences of two binders', () => {
  let test: TestWorkspace;
  const paths: Record<string, string> = {};
  const path = (name: string) => ({ path: paths[name] ?? name });
  const compose = async (name: string, more: { withhold?: string[]; profile?: 'summary' } = {}) => {
    paths[name] = test.file(`${name}.pdf`, '');
    await finish(test.api, test.api.binders.compose({ out: paths[name], force: true, ...more }));
  };
  const diff = async (before: string, after: string, out?: string): Promise<BinderDiffResult> => {
    const job = test.api.binders.diff({ before: path(before), after: path(after), ...(out ? { out } : {}) });
    return (await finish(test.api, job)) as BinderDiffResult;
  };
  const told = ({ diff: { rows } }: BinderDiffResult) =>
    rows.map(({ part, change, label, before, after }) => {
      const plain = (text: string | null) =>
        text
          ?.replace(/ at \d{4}-[\d-]+ \d\d:\d\d UTC/, '')
          .replace(/SHA-256 [0-9a-f]{64}/, 'SHA-256')
          .replace(/E-[0-9A-Z]+ /, 'E- ') ?? 'nothing';
      return `${part} ${change} ${plain(label)}: ${plain(before)} > ${plain(after)}`;
    });

  beforeAll(async () => {
    test = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
    const { api } = test;
    await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen.' });
    await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Two <b>lack</b> a form.' });
    for (const id of ['AC-1', 'AC-2']) await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
    await compose('before');
    await test.as('Rita');
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
    await test.as('Ada');
    await api.assessments.set({ control: 'AC-2', result: 'satisfied', note: '=1+1' });
    await api.assessments.set({ control: 'CM-1', result: 'not-applicable' });
    const files = ['list.csv', 'screen.csv'].map((name) => ({ path: test.file(name, `${name}\n`) }));
    await api.evidence.add({ files: files.slice(0, 1), links: [{ control: 'AC-2' }] });
    const withheld = await api.evidence.add({ files: files.slice(1), links: [{ control: 'AC-2' }] });
    await compose('after', { withhold: withheld.evidence.map(({ id }) => id) });
    await compose('summary', { profile: 'summary' });
  });
  afterAll(() => test.close());

  it('are none of a binder with itself', async () => {
    const { diff: same, written } = await diff('before', 'before');
    expect({ rows: same.rows, relation: same.ledger.relation, written }).toEqual({
      rows: [],
      relation: 'consistent',
      written: null,
    });
  });

  it('name what was added, changed, made void and left out, each with what stood before', async () => {
    const found = await diff('before', 'after');
    expect(told(found)).toEqual([
      'results changed AC-2 · Payroll: not-satisfied > satisfied',
      'results added CM-1 Baseline: nothing > not-applicable',
      'notes changed AC-2 · Payroll: Two <b>lack</b> a form. > =1+1',
      'evidence added E- list.csv: nothing > E- list.csv',
      'files added E- list.csv: nothing > SHA-256, 9 bytes',
      'sign-offs added AC-1 · Payroll as reviewer: nothing > signed by Rita',
      'sign-offs changed AC-2 · Payroll as preparer: signed by Ada > signed by Ada, void since',
      'left out added evidence E- screen.csv: nothing > withheld: 1 file withheld by the preparer of this binder.',
      'left out added file E- screen.csv: nothing > withheld',
      'counts changed evidence: 0 > 1',
      'counts changed files: 0 > 1',
      'counts changed omitted: 0 > 2',
      'counts changed sign-offs: 2 > 3',
    ]);
    expect(found.diff.ledger).toMatchObject({
      relation: 'consistent',
      sentences: [expect.stringMatching(/^The ledger of the binder after extends that of the binder before/)],
    });
  });

  it('are the same the other way round, with what was added now removed', async () => {
    const [there, back] = [await diff('before', 'after'), await diff('after', 'before')];
    const turned: Readonly<Record<string, string>> = {
      added: 'removed',
      removed: 'added',
      changed: 'changed',
    };
    const key = ({ part, id }: { part: string; id: string }) => `${part} ${id}`;
    expect(
      Object.fromEntries(back.diff.rows.map((row) => [key(row), [row.change, row.before, row.after]])),
    ).toEqual(
      Object.fromEntries(
        there.diff.rows.map((row) => [key(row), [turned[row.change], row.after, row.before]]),
      ),
    );
  });

  it('say so where much is missing because the profiles differ', async () => {
    const { diff: found } = await diff('after', 'summary');
    expect(found.notes).toEqual([expect.stringContaining('different profiles (full, summary)')]);
    expect(found.rows.filter(({ part }) => part === 'controls').map(({ change }) => change)).toEqual([
      'removed',
      'removed',
      'removed',
      'removed',
    ]);
  });

  it('are written as a page that runs and fetches nothing, as CSV and as JSON, never over what is there', async () => {
    const [page, csv, json] = ['d.html', 'd.csv', 'd.json'].map((name) => `${test.home}/${name}`) as [
      string,
      string,
      string,
    ];
    const { diff: found } = await diff('before', 'after', page);
    const html = readFileSync(page, 'utf8');
    expect(html).toBe(diffPage(found));
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(html).toContain('Two &lt;b&gt;lack&lt;/b&gt; a form.');
    expect(html).not.toMatch(/<script|https?:|<b>/);
    await diff('before', 'after', csv);
    expect(readFileSync(csv, 'utf8')).toContain("Two <b>lack</b> a form.,'=1+1,");
    await diff('before', 'after', json);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(found);
    expect(await faultOf(diff('before', 'after', page))).toMatchObject({ code: 'conflict' });
    expect(await faultOf(diff('before', 'after', `${test.home}/d.docx`))).toMatchObject({
      code: 'invalid-input',
    });
  });

  it('are not told of a binder that is not valid', async () => {
    const bytes = readFileSync(paths.before ?? '');
    const at = bytes.indexOf('/MediaBox') + 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const forged = test.file('forged.pdf', bytes);
    expect(await faultOf(diff('before', forged))).toMatchObject({ code: 'invalid-input', where: forged });
  });
});
