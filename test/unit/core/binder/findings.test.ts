import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RedactionRequest } from '../../../../shared/contract/proof.ts';
import { LedgerExtract, Manifest, VerifyReport } from '../../../../shared/domain/binder.ts';
import type { BinderProfile } from '../../../../shared/domain/binder-profile.ts';
import { dayAfter } from '../../../../shared/domain/programme/template.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { run, textOf } from './compose/composed.ts';

const today = new Date().toISOString().slice(0, 10);
const FOUND = 'Three accounts of leavers were still open in March.';
const ASKED = 'Who was told of the three accounts?';
const TOO_LONG = 'Too long: θέλουμε νωρίτερα, und zwar bis zum Sommer.';
const COMPENSATING = 'A list of leavers is compared every week.';

let w: TestWorkspace;
let risk: { id: string; record: string };
beforeAll(async () => {
  w = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
  const { api } = w;
  const { assessment } = await api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: FOUND });
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy.' });
  await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  const { rows } = await api.checklists.list({});
  const { checklist } = await api.checklists.get({ checklist: rows[0]?.id ?? '' });
  await api.checklists.set({ item: checklist.rows[0]?.id ?? '', result: 'not-satisfied', note: 'Not done.' });
  const put = async (title: string, fields: Record<string, unknown>) =>
    (await api.programme.put({ kind: 'risk', fields: { title, ...fields } })).row;
  risk = await put('Leavers keep their accounts', { likelihood: 4, impact: 5, due: '2026-12-24' });
  await put('Nobody knows the tax rules', { severity: 'P3', state: 'closed', remediation: 'Read them.' });
  const rita = await w.as('Rita');
  await rita.review.note({ record: assessment.id ?? '', text: ASKED });
  const accept = (reason: string, days: number) =>
    rita.programme.accept({
      record: risk.record,
      reason,
      compensating: COMPENSATING,
      expires: dayAfter(today, days),
    });
  const { fact: first } = await accept('The directory comes in spring.', 20);
  await accept('The directory comes in summer.', 90);
  await rita.programme.withdraw({ acceptance: first.id, reason: TOO_LONG });
  await w.as('Ada');
});
afterAll(() => w.close());

async function compose(profile: BinderProfile, redact: RedactionRequest[] = []) {
  const out = join(w.home, `${profile}.pdf`);
  await finish(w.api, w.api.binders.compose({ out, profile, redact, force: true }));
  const report = VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
  const read = (name: string): unknown => {
    const at = new RegExp(`(\\d+): ${name}`).exec(run('pdfdetach', '-list', out))?.[1] ?? '';
    run('pdfdetach', '-save', at, '-o', join(w.home, name), out);
    return JSON.parse(readFileSync(join(w.home, name), 'utf8'));
  };
  const manifest = Manifest.parse(read('manifest.json'));
  const extract = LedgerExtract.parse(read('ledger-extract.json'));
  const text = textOf(out);
  const begin = text.lastIndexOf('Findings, risks and exceptions 2 checks');
  return { report, manifest, extract, text, chapter: text.slice(begin, text.indexOf('How to check', begin)) };
}

describe('the chapter of findings', () => {
  test('names what did not hold, what is open, the risks and what was accepted, and is valid', async () => {
    const { report, manifest, extract, chapter } = await compose('full');
    expect(report).toMatchObject({ verdict: 'valid-unknown-signer', problems: [] });
    for (const words of [
      '2 checks not satisfied, 1 open point, 2 risks, 2 acceptances and exceptions.',
      FOUND,
      'Not done.',
      `Rita, ${today}: ${ASKED}`,
      'P0 4 × 5 = 20 by its score',
      'Accepted until',
      COMPENSATING,
      'The directory comes in spring. Taken back by Rita',
      `${today}`,
      TOO_LONG,
      'Holds',
    ])
      expect(chapter, words).toContain(words);
    expect(chapter.indexOf('Leavers keep')).toBeLessThan(chapter.indexOf('Nobody knows'));
    const kinds = manifest.included.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'risk')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'acceptance')).toHaveLength(2);
    const withdrawn = manifest.included.filter(({ kind }) => kind === 'withdrawal');
    expect(withdrawn.map(({ label }) => label)).toEqual(['Leavers keep their accounts, taken back by Rita']);
    const stated = extract.entries.flatMap(({ entry, values }) =>
      (entry.ops as { record: string }[]).flatMap(({ record }, i) =>
        /^(acceptance|withdrawal):/.test(record) && values[i] !== null ? [record.split(':')[0]] : [],
      ),
    );
    expect(stated.sort()).toEqual(['acceptance', 'acceptance', 'withdrawal']);
  });

  test('keeps the questions of reviewers in the house, and stands in a summary as well', async () => {
    const reviewer = await compose('reviewer');
    expect(reviewer.chapter).toContain(ASKED);
    for (const profile of ['customer', 'summary'] as const) {
      const { report, manifest, text, chapter } = await compose(profile);
      expect(report).toMatchObject({ problems: [] });
      expect(chapter).toContain(FOUND);
      expect(chapter).toContain(COMPENSATING);
      expect(text).not.toContain(ASKED);
      expect(chapter).toContain('1 open point (1 not shown)');
      expect(chapter).toContain('1 open review note is left out by the profile of this binder.');
      expect(chapter).not.toContain('No point is open');
      expect(manifest.omitted).toContainEqual(
        expect.objectContaining({ kind: 'pages', label: '1 open review note', reason: 'profile' }),
      );
    }
  });

  test('says what is redacted nowhere, and is not made where an acceptance says the same', async () => {
    const redact: RedactionRequest[] = [{ what: 'note', of: 'AC-2', reason: 'Names of staff' }];
    for (const profile of ['full', 'summary'] as const) {
      const { report, text, extract, chapter } = await compose(profile, redact);
      expect(report).toMatchObject({ problems: [] });
      expect(text).not.toContain(FOUND.slice(0, 24));
      expect(JSON.stringify(extract)).not.toContain(FOUND.slice(0, 24));
      expect(chapter).toContain('[Redacted. Reason: Names of staff]');
    }
    const rita = await w.as('Rita');
    const said = { reason: `Known: ${FOUND}`, compensating: COMPENSATING, expires: dayAfter(today, 30) };
    await rita.programme.accept({ record: risk.record, ...said });
    await w.as('Ada');
    await expect(compose('full', redact)).rejects.toMatchObject({
      fault: { code: 'rule-broken', rule: 'redacted' },
    });
  });
});
