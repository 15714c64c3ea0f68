import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BagReport, WrittenBag } from '../../../../../shared/domain/bag.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../../support/workspaces.ts';

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

/** A workspace with a binder and a bag of it, and copies of the bag with something done to them. */
export interface BagWorld {
  readonly test: TestWorkspace;
  readonly binder: string;
  readonly bag: string;
  bagOf(file: string, out: string): Promise<WrittenBag>;
  verify(folder: string): Promise<BagReport>;
  copyWith(change: (folder: string) => void): string;
}

export async function openBagWorld(names: readonly string[]): Promise<BagWorld> {
  const test = await makeEngagement({}, ['Payroll']);
  const { api } = test;
  await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen.' });
  const files = names.map((name) => ({ path: test.file(name, `${name}\n`) }));
  await api.evidence.add({ files, links: [{ control: 'AC-1' }] });
  const binder = test.file('100% ready.pdf', '');
  await finish(api, api.binders.compose({ out: binder, force: true }));
  const bag = join(test.home, 'bag');
  const bagOf = (file: string, out: string): Promise<WrittenBag> =>
    finish(api, api.binders.bag({ file: { path: file }, out }));
  await bagOf(binder, bag);
  let copies = 0;
  return {
    test,
    binder,
    bag,
    bagOf,
    verify: (folder) => finish(api, api.binders.verifyBag({ folder })),
    copyWith(change) {
      copies += 1;
      const folder = join(test.home, `copy-${copies}`);
      cpSync(bag, folder, { recursive: true });
      change(folder);
      return folder;
    },
  };
}

export const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));

/** Names the tag files anew, as whoever edits a manifest on purpose would. */
export function resum(folder: string): void {
  const lines = ['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt'].map(
    (name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`,
  );
  writeFileSync(join(folder, 'tagmanifest-sha256.txt'), lines.join(''));
}
export const manifestOf = (folder: string) => join(folder, 'manifest-sha256.txt');
export const inside = (folder: string, ending: string) =>
  join(
    folder,
    'data/files',
    readdirSync(join(folder, 'data/files')).find((name) => name.endsWith(ending)) ?? '',
  );
