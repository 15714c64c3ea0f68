import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCore } from '../../core/index.ts';
import { bigCatalog } from './big-catalog.ts';
import { corpusDir } from './corpus.ts';
import { SCREENSHOT } from './e2e.ts';
import { OWN_PLAN } from './whole-way.ts';
import { CHEAP, finish } from './workspaces.ts';

export const PASSPHRASE = 'lantern kelp 41 omega';
export const REVIEWER_PASSPHRASE = 'violin copper 87 delta';

/** Ids that a scenario opens by address. */
export interface FullWorld {
  readonly control: string;
  readonly checklist: string;
  readonly evidence: string;
}

/** A workspace in which nothing was done yet. */
export async function emptyWorld(home: string, name: string): Promise<void> {
  const core = await createCore({ shell: 'test', home, cost: CHEAP });
  await core.client.workspace.create({ name, member: 'Ana Oñate', passphrase: PASSPHRASE });
  await core.close();
}

/** A workspace in the middle of its work: 1,189 controls, a plan, evidence, sign-offs, a return, a binder. */
export async function fullWorld(home: string, name: string): Promise<FullWorld> {
  const core = await createCore({ shell: 'test', home, cost: CHEAP });
  const api = core.client;
  await api.workspace.create({ name, member: 'Ana Oñate', passphrase: PASSPHRASE, marking: 'Internal' });
  await api.members.add({ name: 'Boris Жук', role: 'reviewer', passphrase: REVIEWER_PASSPHRASE });
  const { files } = await api.frameworks.import({ files: [{ path: catalogIn(home) }, { path: OWN_PLAN }] });
  const frameworks = files.flatMap((file) => (file.framework ? [file.framework.id] : []));
  await api.engagements.create({ name: 'Harbour 2026', frameworks, subjects: [] });
  const { rows } = await api.controls.list({ limit: 40, withdrawn: false });
  const [first, second, third] = rows.map((row) => row.id);
  if (!first || !second || !third) throw new Error('The catalog has no controls.');
  await api.assessments.setMany({ controls: rows.map((row) => row.id), result: 'satisfied' });
  await api.assessments.set({ control: second, result: 'not-satisfied', note: 'Two accounts are shared.' });
  const paths = [
    ['accounts.txt', 'tide\ncrane\n'],
    ['screenshot of the console with a rather long name, taken on a Friday.png', SCREENSHOT],
  ] as const;
  const sources = paths.map(([file, content]) => {
    writeFileSync(join(home, file), content);
    return { path: join(home, file) };
  });
  const links = [{ control: first }, { control: second }];
  const { evidence } = await api.evidence.add({ files: sources, links, expires: '2026-01-31' });
  for (const id of [first, second, third]) await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
  const { rows: lists } = await api.checklists.list({ limit: 10 });
  await finish(api, api.binders.compose({ out: join(home, 'earlier.pdf') }));
  await core.close();
  return { control: second, checklist: lists[0]?.id ?? '', evidence: evidence[0]?.id ?? '' };
}

function catalogIn(home: string): string {
  if (corpusDir !== null) return `${corpusDir}/oscal/NIST_SP-800-53_rev5_catalog.json`;
  const file = join(home, 'catalog.json');
  writeFileSync(file, bigCatalog(1189));
  return file;
}
