import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ComposedBinder } from '../../../../shared/contract/proof.ts';
import { Manifest, VerifyReport } from '../../../../shared/domain/binder.ts';
import type { BinderProfile } from '../../../../shared/domain/binder-profile.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer', Aziz: 'auditor' });
});
afterEach(() => w.close());

/** Two controls worked, one with a piece of evidence and a question that nobody answered. */
async function work(): Promise<string> {
  const aziz = await w.as('Aziz');
  const { evidence } = await aziz.evidence.add({
    files: [{ path: w.file('scan.txt', 'found nothing') }],
    title: 'Scan',
    links: [{ control: 'AC-1' }],
  });
  const worked: string[] = [];
  for (const control of ['AC-1', 'CM-1']) {
    const { assessment } = await aziz.assessments.set({
      control,
      result: 'satisfied',
      note: `Seen ${control}`,
    });
    await aziz.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
    worked.push(assessment.id ?? '');
  }
  const rita = await w.as('Rita');
  await rita.review.note({ record: worked[0] ?? '', text: 'Which scanner was it?' });
  await w.as('Aziz');
  return evidence[0]?.id ?? '';
}

interface Options {
  readonly page?: 'A4' | 'Letter';
  readonly withhold?: string[];
}

/** A binder of a profile: what composing says of it, what a stranger's verification does, its words and its manifest. */
async function compose(profile: BinderProfile, options: Options = {}) {
  const out = join(w.home, `${profile}.pdf`);
  const job = w.api.binders.compose({ out, profile, force: true, ...options });
  const composed = ComposedBinder.parse(await finish(w.api, job));
  const report = VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
  const run = (tool: string, ...args: string[]) => execFileSync(tool, args, { encoding: 'utf8' });
  const manifest = join(w.home, `${profile}.json`);
  const at = /(\d+): manifest\.json/.exec(run('pdfdetach', '-list', out))?.[1] ?? '';
  run('pdfdetach', '-save', at, '-o', manifest, out);
  return {
    ...{ out, composed, report },
    text: run('pdftotext', out, '-').replaceAll(/\s+/gu, ' '),
    size: /Page size: +(.*)/.exec(run('pdfinfo', out))?.[1],
    manifest: Manifest.parse(JSON.parse(readFileSync(manifest, 'utf8'))),
  };
}

const left = ({ manifest }: { readonly manifest: Manifest }) =>
  manifest.omitted.map(({ kind, label, reason }) => `${kind} ${label.replace(/E-\d+ /, '')}: ${reason}`);

test('each profile prints its part, names what it leaves out, and is valid', async () => {
  await work();
  const full = await compose('full');
  expect(left(full)).toEqual([]);
  for (const words of ['Seen AC-1', 'AC-2 Accounts', 'Which scanner', 'Ledger extract', 'taken in'])
    expect(full.text, words).toContain(words);

  const reviewer = await compose('reviewer');
  expect(reviewer.text).toContain('Evidence binder · Reviewer copy');
  for (const words of ['Seen AC-1', 'Which scanner', 'scan.txt 13 bytes'])
    expect(reviewer.text).toContain(words);
  expect(reviewer.manifest.included.filter(({ kind }) => kind === 'control')).toHaveLength(2);
  expect(left(reviewer)).toEqual(
    expect.arrayContaining(['control AC-2 Accounts: profile', 'pages Printed ledger extract: profile']),
  );

  const customer = await compose('customer');
  expect(customer.text).toContain('Seen AC-1');
  for (const words of ['Which scanner was it', 'Custody By']) expect(customer.text).not.toContain(words);
  expect(left(customer)).toContain('pages 1 open review note: profile');

  const summary = await compose('summary');
  expect(summary.text).not.toContain('Seen AC-1');
  expect(summary.composed.pages).toBeLessThan(full.composed.pages);
  expect(summary.manifest.omitted).toContainEqual(
    expect.objectContaining({ kind: 'file', reason: 'profile', bytes: 13, sha256: expect.any(String) }),
  );
  expect(summary.composed.attachments).toBe(full.composed.attachments - 1);
  for (const one of [full, reviewer, customer, summary]) {
    expect(one.report).toMatchObject({ verdict: 'valid-unknown-signer', problems: [] });
    expect(one.manifest.counts.omitted).toBe(one.manifest.omitted.length);
  }
});

test('what is withheld is named with the hash and size of each file', async () => {
  const evidence = await work();
  const { manifest, report } = await compose('full', { withhold: [evidence] });
  expect(manifest.omitted).toEqual([
    expect.objectContaining({ kind: 'evidence', id: evidence, reason: 'withheld' }),
    expect.objectContaining({
      kind: 'file',
      reason: 'withheld',
      bytes: 13,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    }),
  ]);
  expect(report).toMatchObject({ problems: [] });
});

test('is printed on Letter where that is the paper', async () => {
  expect((await compose('full', { page: 'Letter' })).size).toBe('612 x 792 pts (letter)');
  expect((await compose('full')).size).toBe('595.28 x 841.89 pts (A4)');
});

test('the lists of binders say what each was composed for', async () => {
  await work();
  for (const profile of ['full', 'customer'] as const) await compose(profile);
  const { rows } = await w.api.binders.list({});
  expect(rows.map(({ profile }) => profile).toSorted()).toEqual(['customer', 'full']);
  const listed = await w.api.records.list({ kind: 'binder' });
  expect(listed.rows.map(({ profile }) => profile).toSorted()).toEqual(['customer', 'full']);
  const { rebuild } = await finish<{ rebuild: { differences: unknown[] } | null }>(
    w.api,
    w.api.ledger.verify({ rebuild: true }),
  );
  expect(rebuild?.differences).toEqual([]);
});
