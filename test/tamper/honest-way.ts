import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signPdf } from '../../core/binder/sign/sign-pdf.ts';
import { RESULTS } from '../../shared/domain/results.ts';
import { seededRandom } from '../support/random.ts';
import type { KnownSigner } from '../support/signers.ts';
import { finish, type TestWorkspace } from '../support/workspaces.ts';

/** Chance with words for what it decides. */
export interface Dice {
  upTo(most: number): number;
  one<T>(of: readonly T[]): T;
  some<T>(of: readonly T[]): T[];
  maybe(share: number): boolean;
}

export function dice(seed: number): Dice {
  const next = seededRandom(seed);
  const upTo = (most: number) => Math.floor(next() * (most + 1));
  return {
    upTo,
    one: (of) => {
      const found = of[Math.floor(next() * of.length)];
      if (found === undefined) throw new Error('there is nothing to choose from');
      return found;
    },
    some: (of) => of.filter(() => next() < 0.5),
    maybe: (share) => next() < share,
  };
}

const WORDS = [
  ...[
    'Access',
    'façade',
    'Ünïcode',
    'έλεγχος',
    'проверка',
    '監査',
    '한국어',
    'مراجعة',
    'ไทย',
    '✅',
    '📎',
    '(1)',
    '· dot',
    '\\',
  ],
  ...['<b>', 'a'.repeat(60), '%PDF-1.7', 'endobj', 'stream', '𝒳', 'ﬁ', '100 %', "O'Hara", '"quoted"', '-rf'],
];
export const words = (roll: Dice, most = 4): string =>
  Array.from({ length: 1 + roll.upTo(most - 1) }, () => roll.one(WORDS)).join(' ');

const CONTROLS = ['AC-1', 'AC-2', 'AC-2(1)', 'CM-1'];
/** Whoever signs off says something. */
const SAID = RESULTS.filter((result) => result !== 'not-reviewed');
const FILE_NAMES = [
  'access.csv',
  'access.csv',
  'Zugänge (résumé).txt',
  '監査.json',
  'empty.log',
  '-rf --help.bin',
  '📎.md',
  'a · b.pdf',
];

/** Work that somebody honest does in an engagement of their own, as the dice fall; answers the binder’s bytes. */
export async function honestBinder(
  workspace: TestWorkspace,
  seed: number,
  outsider: KnownSigner,
): Promise<{ bytes: Buffer; signers: number }> {
  const roll = dice(seed);
  const { api } = workspace;
  await workspace.as('Ada');
  const { rows: frameworks } = await api.frameworks.list({});
  const subjects = Array.from({ length: roll.upTo(2) }, (_, i) => `${words(roll, 2)} ${i}`);
  const name = `${seed} ${words(roll)}`;
  const { engagement } = await api.engagements.create({
    name,
    frameworks: frameworks.map(({ id }) => id),
    subjects,
  });
  const at = { engagement: engagement.id };
  const subject = engagement.subjects.at(-1);
  const place = { ...at, ...(subject ? { subject: subject.id } : {}) };
  const worked = roll.some(CONTROLS);
  for (const control of worked) {
    await api.assessments.set({ control, ...place, result: roll.one(SAID), note: words(roll, 12) });
  }
  const evidence = await addEvidence(workspace, roll, worked, place, seed);
  const signed = roll.some(worked);
  for (const id of signed) await api.review.sign({ kind: 'assessment', id, ...place, as: 'preparer' });
  await workChecklist(workspace, roll, place);
  // What is changed now is signed no more.
  for (const control of roll.some(signed)) {
    if (roll.maybe(0.3)) await api.assessments.set({ control, ...place, note: words(roll) });
  }
  if (signed.length > 0 && roll.maybe(0.5)) await review(workspace, roll, signed, place);
  // And what came back is worked on again.
  for (const control of roll.some(signed)) {
    if (roll.maybe(0.3)) await api.assessments.set({ control, ...place, note: words(roll) });
  }
  const withhold = evidence.filter(() => roll.maybe(0.15));
  const path = join(workspace.home, `honest-${seed}.pdf`);
  const kind = roll.one(['evidence', 'release', 'handover'] as const);
  const title = roll.maybe(0.5) ? { title: words(roll) } : {};
  await finish(api, api.binders.compose({ ...at, kind, out: path, withhold, ...title }));
  const signers = 1 + roll.upTo(2);
  if (signers > 1) {
    await workspace.as('Rita');
    await finish(
      api,
      api.binders.countersign({
        file: { path },
        as: roll.one(['reviewer', 'approver'] as const),
        final: signers === 2 && roll.maybe(0.3),
      }),
    );
  }
  if (signers > 2) {
    await signPdf(path, {
      field: 'Recipient',
      signer: outsider.signer,
      reason: words(roll),
      at: new Date(),
      capacityText: words(roll, 2),
      lockAll: roll.maybe(0.5),
    });
  }
  return { bytes: readFileSync(path), signers };
}

type Place = { readonly engagement: string; readonly subject?: string };

async function addEvidence(
  { api, home }: TestWorkspace,
  roll: Dice,
  worked: readonly string[],
  place: Place,
  seed: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (let round = roll.upTo(2); round > 0; round -= 1) {
    const files = Array.from({ length: 1 + roll.upTo(3) }, (_, i) => {
      const name = roll.one(FILE_NAMES);
      const bytes = name === 'empty.log' ? '' : `${seed} ${round} ${i} ${'x,y\n'.repeat(roll.upTo(6_000))}`;
      return { path: file(join(home, `${seed}-${round}-${i}-${name}`), bytes), name };
    });
    const links = roll.some(worked).map((control) => ({ control, ...place }));
    const title = roll.maybe(0.5) ? { title: words(roll) } : {};
    const collected = roll.maybe(0.5) ? { collected: '2026-01-31' } : {};
    const together = roll.maybe(0.5);
    const added = await api.evidence.add({
      files,
      links,
      together,
      ...(together ? title : {}),
      ...collected,
    });
    ids.push(...added.evidence.map(({ id }) => id));
  }
  return ids;
}

function file(path: string, content: string): string {
  writeFileSync(path, content);
  return path;
}

async function workChecklist({ api }: TestWorkspace, roll: Dice, place: Place): Promise<void> {
  if (roll.maybe(0.5)) return;
  const { rows } = await api.checklists.list(place);
  const checklist = roll.one(rows);
  const { checklist: found } = await api.checklists.get({ checklist: checklist.id, ...place });
  for (const item of roll.some(found.rows)) {
    await api.checklists.set({ item: item.id, ...place, result: roll.one(RESULTS), note: words(roll) });
  }
  if (roll.maybe(0.7))
    await api.review.sign({ kind: 'checklist', id: checklist.id, ...place, as: 'preparer' }).catch(() => {});
}

async function review(
  workspace: TestWorkspace,
  roll: Dice,
  signed: readonly string[],
  place: Place,
): Promise<void> {
  const { api } = workspace;
  await workspace.as('Rita');
  for (const id of roll.some(signed)) {
    const target = { kind: 'assessment' as const, id, ...place };
    const done = roll.maybe(0.7)
      ? api.review.sign({ ...target, as: 'reviewer' })
      : api.review.return({ ...target, note: words(roll) });
    // What was changed since waits for its preparer, and is not the reviewer’s to judge.
    await done.catch(() => {});
  }
  await workspace.as('Ada');
}
