import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VerifyReport } from '../../../../shared/domain/binder.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';

let w: TestWorkspace;
let evidence: string;
let assessment: string;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer' });
  const { api } = w;
  ({ assessment } = await signedWith(w));
  await w.as('Rita');
  await api.review.sign({ kind: 'assessment', id: assessment, as: 'reviewer' });
  await w.as('Ada');
});
afterEach(() => w.close());

async function signedWith({ api, file }: TestWorkspace): Promise<{ assessment: string }> {
  const set = await api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen.' });
  const added = await api.evidence.add({
    files: [{ path: file('access.csv', 'user,role\n') }],
    links: [{ control: 'AC-1' }],
  });
  evidence = added.evidence[0]?.id ?? '';
  await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  return { assessment: set.assessment.id };
}

async function verified(withhold: string[] = []): Promise<VerifyReport> {
  const out = join(w.home, 'binder.pdf');
  await finish(w.api, w.api.binders.compose({ out, withhold, force: true }));
  return VerifyReport.parse(await finish(w.api, w.api.binders.verify({ file: { path: out } })));
}

const VOID = { recomputed: 0, voided: 2, mismatched: [] };

const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
  'evidence that was taken off': () => w.api.evidence.unlink({ evidence, assessment }),
  'evidence that was removed': () => w.api.evidence.remove({ evidence, evenIfLinked: true }),
  'evidence that was revised': () =>
    w.api.evidence.revise({ evidence, files: [{ path: w.file('new.csv', 'user\n') }] }),
  'evidence that was named anew': () => w.api.evidence.update({ evidence, title: 'Who may do what' }),
  'evidence that came to it': () =>
    w.api.evidence.add({ files: [{ path: w.file('b.csv', 'b') }], links: [{ control: 'AC-1' }] }),
  'another result': () => w.api.assessments.set({ control: 'AC-1', result: 'not-satisfied' }),
};

test.each(Object.keys(CHANGES))(
  'a binder shows the entry by which a sign-off is void: %s',
  async (change) => {
    await CHANGES[change]?.();
    const { problems, signOffs } = await verified();
    expect([problems, signOffs]).toEqual([[], { total: 2, ...VOID }]);
  },
);

test.each(['evidence that was taken off', 'evidence that was revised', 'evidence that was named anew'])(
  'a binder that withholds the evidence shows that there was one: %s',
  async (change) => {
    await CHANGES[change]?.();
    const { problems, signOffs } = await verified([evidence]);
    expect([problems, signOffs]).toEqual([[], { total: 2, ...VOID }]);
  },
);
