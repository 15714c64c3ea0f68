import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { comparison } from '../../../../core/binder/verify/comparison.ts';
import { readBinder } from '../../../../core/binder/verify/index.ts';
import { type ForkedDesk, forkedDesk } from '../../../support/forked-desk.ts';
import { finish, passphraseOf } from '../../../support/workspaces.ts';
import { contentsOf } from '../../../tamper/contents.ts';
import { problemsOf, verifyBytes } from './verify/verify.ts';

let desk: ForkedDesk;
beforeEach(async () => {
  desk = await forkedDesk({ Ben: 'auditor', Rita: 'reviewer' });
});
afterEach(() => desk.close());

const validOf = async (bytes: Buffer) => {
  const report = await verifyBytes(bytes);
  expect(problemsOf(report)).toEqual([]);
  expect(report.verdict).toBe('valid-unknown-signer');
  return report;
};

/** Both histories brought to the Laptop, and the binder that it composes then. */
async function composedOfBoth(more?: object): Promise<Buffer> {
  await desk.bring(desk.world.source.api);
  await desk.bring(desk.twin().api);
  return desk.compose(desk.laptop.api, 'Audit 2026', more);
}

const chainsIn = (bytes: Buffer) => contentsOf(bytes).checkpoint.body.chains;
const branchesIn = (bytes: Buffer) => chainsIn(bytes).filter(({ branch }) => branch !== undefined);

async function compared(one: Buffer, other: Buffer) {
  const [here, there] = [desk.file('pdf'), desk.file('pdf')];
  writeFileSync(here, one);
  writeFileSync(there, other);
  const { relation, newer, chains, sentences } = comparison(await readBinder(here), await readBinder(there));
  const findings = chains.map(({ finding }) => finding).filter((finding) => finding !== 'same');
  return { told: [relation, newer ?? 'neither', ...findings.sort()].join(', '), sentences };
}

test('a binder holds what a device wrote that went on twice: both histories, and each sign-off in its own', async () => {
  const ben = await desk.world.source.as('Ben');
  await ben.assessments.set({ control: 'CM-1', note: 'seen before' });
  await desk.goOnTwice('Ben');
  const bytes = await composedOfBoth();
  const report = await validOf(bytes);
  expect(report.signOffs).toMatchObject({ total: 2, recomputed: 2, voided: 0, mismatched: [] });
  const branches = branchesIn(bytes).map(({ writer }) => writer);
  const { extract } = contentsOf(bytes);
  expect(extract.signOffs.map(({ writer }) => writer).sort()).toEqual([...branches].sort());
  expect(report.proven.join('\n')).toMatch(
    /The device Desk of Ben went on twice after its entry \d+, as a copied folder .* does: its 2 histories stand apart here/,
  );
  expect(report.checkpoint?.entries).toBeLessThan(chainsIn(bytes).reduce((sum, { size }) => sum + size, 0));
});

test('where that device told who the people are, binders of every engagement can be composed', async () => {
  await desk.goOnTwice('Ada');
  await validOf(await composedOfBoth());
  const { api } = desk.laptop;
  const { rows } = await api.frameworks.list({});
  await api.engagements.create({ name: 'Anew', frameworks: rows.map(({ id }) => id) });
  await api.assessments.set({ engagement: 'Anew', control: 'AC-1', note: 'seen again' });
  await validOf(await desk.compose(api, 'Anew'));
});

test('both histories of one value stand side by side, and whoever knew of both is read as they meant it', async () => {
  await desk.goOnTwice('Ben', async (api, side) => {
    await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: `seen ${side}` });
    await api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'the same' });
    await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'preparer' });
  });
  await validOf(await composedOfBoth());
  const { api } = desk.laptop;
  await api.assessments.set({ control: 'AC-1', note: 'decided between the two' });
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  await api.workspace.lock();
  await api.workspace.unlock({ dir: desk.laptop.dir, passphrase: passphraseOf('Rita') });
  await api.review.sign({ kind: 'assessment', id: 'AC-2', as: 'reviewer' });
  await api.workspace.lock();
  await api.workspace.unlock({ dir: desk.laptop.dir, passphrase: passphraseOf('Ada') });
  const report = await validOf(await desk.compose(api));
  expect(report.signOffs).toMatchObject({ recomputed: 3, voided: 0, mismatched: [] });
});

test('a binder continues the one of before, and each of those that knew one history alone', async () => {
  const before = await desk.compose(desk.laptop.api);
  await desk.goOnTwice('Ada');
  const both = await composedOfBoth();
  const here = await desk.compose(desk.world.source.api);
  const there = await desk.compose(desk.twin().api);
  const later = await composedOfBoth();
  for (const one of [here, there, both, later]) await validOf(one);
  for (const [newer, older] of [
    [both, before],
    [here, before],
    [there, before],
    [later, here],
    [later, there],
    [later, both],
  ] as const) {
    expect((await compared(newer, older)).told).toMatch(/^consistent, here, /);
    expect((await compared(older, newer)).told).toMatch(/^consistent, there, /);
  }
  // Each of these knows one history of two, and nothing in the two tells that from a rewritten one.
  const apart = await compared(here, there);
  expect(apart.told).toMatch(/^rewritten, /);
  expect(apart.sentences.join(' ')).toContain('went on twice');
});

test('such a binder is countersigned like any other', async () => {
  await desk.goOnTwice('Ben');
  const out = desk.file('pdf');
  writeFileSync(out, await composedOfBoth());
  const { api } = desk.laptop;
  await api.workspace.lock();
  await api.workspace.unlock({ dir: desk.laptop.dir, passphrase: passphraseOf('Rita') });
  await finish(api, api.binders.countersign({ file: { path: out }, as: 'reviewer' }));
  const report = await validOf(readFileSync(out));
  expect(report.signatures).toHaveLength(2);
});

test('a device can go on three times, from either of its histories', async () => {
  await desk.goOnTwice('Ben');
  await composedOfBoth();
  await desk.goOnTwice('Ben', async (api, side) => {
    await api.assessments.set({ control: 'CM-1', result: 'satisfied', note: `again ${side}` });
  });
  const bytes = await composedOfBoth();
  await validOf(bytes);
  expect(branchesIn(bytes)).toHaveLength(4);
});
