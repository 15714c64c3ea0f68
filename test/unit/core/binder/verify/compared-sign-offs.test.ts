import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparison } from '../../../../../core/binder/verify/comparison.ts';
import { type ReadBinder, readBinder } from '../../../../../core/binder/verify/index.ts';
import type { ExtractSignOff } from '../../../../../shared/domain/binder.ts';
import type { BinderProfile } from '../../../../../shared/domain/binder-profile.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../../support/workspaces.ts';

describe('who signed what, in two binders of one ledger', () => {
  let test: TestWorkspace;
  const binders: Record<string, ReadBinder> = {};
  const read = (name: string): ReadBinder => binders[name] ?? expect.fail(name);
  const compose = async (name: string, profile: BinderProfile = 'full') => {
    const out = test.file(`${name}.pdf`, '');
    await finish(test.api, test.api.binders.compose({ out, force: true, profile }));
    binders[name] = await readBinder(out);
  };
  /** A binder as another composer might have told it: with other sign-offs, and all else as it is. */
  const retold = (name: string, edit: (all: readonly ExtractSignOff[]) => ExtractSignOff[]): ReadBinder => {
    const { report, content } = read(name);
    const ledger = content?.ledger;
    if (!content || !ledger) return expect.fail('nothing was read');
    const extract = { ...ledger.state.extract, signOffs: edit(ledger.state.extract.signOffs) };
    return {
      report: { ...report, sha256: '0'.repeat(64) },
      content: {
        ...content,
        manifest: content.manifest && { ...content.manifest, binder: 'another' },
        ledger: { ...ledger, state: { ...ledger.state, extract } },
      },
    };
  };
  const accepted = ({ capacity }: ExtractSignOff) => capacity === 'reviewer';
  const told = (here: ReadBinder, there: ReadBinder) => comparison(here, there).sentences.slice(1);

  beforeAll(async () => {
    test = await makeEngagement({ Rita: 'reviewer' }, ['Payroll']);
    const { api } = test;
    for (const id of ['AC-1', 'AC-2']) {
      await api.assessments.set({ control: id, result: 'satisfied', note: 'Seen.' });
      await api.review.sign({ kind: 'assessment', id, as: 'preparer' });
    }
    await test.as('Rita');
    await api.review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
    await test.as('Ada');
    await compose('full');
    await compose('again');
    await compose('customer', 'customer');
    await compose('summary', 'summary');
    await api.assessments.set({ control: 'CM-1', result: 'satisfied', note: 'Seen.' });
    await compose('later');
  });
  afterAll(() => test.close());

  it.each(['again', 'customer', 'summary', 'later'])('is the same in an honest one (%s)', (name) => {
    expect(told(read('full'), read(name))).toEqual([]);
    expect(told(read(name), read('full'))).toEqual([]);
  });

  it('is missed where one of the same state leaves it out', () => {
    const cut = retold('full', (all) => all.filter((one) => !accepted(one)));
    const what = 'Rita signed AC-1 · Payroll as reviewer. Whoever composed it left it out: ask them.';
    expect(told(read('full'), cut)).toEqual([
      `Not told in the other binder, though its ledger has it: ${what}`,
    ]);
    expect(told(cut, read('full'))).toEqual([`Not told in this binder, though its ledger has it: ${what}`]);
  });

  it.each(['again', 'customer', 'later'])(
    'is missed where one of a later state leaves it out, and not where one of an earlier state has less (%s)',
    (name) => {
      const cut = retold(name, (all) => all.filter((one) => !accepted(one)));
      expect(told(read('full'), cut)).toEqual([
        expect.stringMatching(
          /^Not told in the other binder, .* ended since, or whoever composed the binder left it out/,
        ),
      ]);
      const before = retold('full', (all) => all.filter((one) => !accepted(one)));
      expect(told(read(name), before)).toEqual([]);
    },
  );

  it('is told where one of the same state tells it otherwise, but for words that one redacted', () => {
    const change = (more: Partial<ExtractSignOff>) =>
      retold('full', (all) => all.map((one) => (accepted(one) ? { ...one, ...more } : one)));
    expect(told(read('full'), change({ voided: true }))).toEqual([
      'Told otherwise in the other one, though both are of one state: Rita signed AC-1 · Payroll as reviewer.',
    ]);
    expect(told(read('full'), change({ note: '[Redacted. Reason: Names]' }))).toEqual([]);
  });
});
