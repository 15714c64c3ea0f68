import { describe, expect, it } from 'vitest';
import { Findings } from '../../../../../core/binder/verify/findings.ts';
import { SignedNames } from '../../../../../core/binder/verify/names.ts';
import type { ExtractSignOff, LedgerExtract, Manifest } from '../../../../../shared/domain/binder.ts';
import type { SignedAssessment, SignedValues } from '../../../../../shared/domain/sign-off.ts';
import { type ControlText, type SignedText, textHashOf } from '../../../../../shared/domain/signed-text.ts';
import { BinderFile } from './binder-file.ts';
import { CONTROL, ENGAGEMENT, idOf, type LedgerModel, sha256 } from './ledger-files.ts';
import { makeSigner } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');

interface Forgery {
  readonly ledger?: (model: LedgerModel) => void;
  readonly manifest?: (manifest: Manifest) => void;
}

async function found({ ledger = () => {}, manifest = () => {} }: Forgery): Promise<string[]> {
  return problemsOf(await verifyBytes(BinderFile.make({ ledger, manifest }).sign(ada).bytes));
}

const told = (label: string) => ({
  ledger: ({ extract }: LedgerModel) => {
    for (const signOff of extract.signOffs) signOff.label = label;
  },
});
const called = (label: string) => ({
  manifest: ({ included }: Manifest) => {
    for (const one of included) if (one.id === CONTROL) one.label = label;
  },
});
const rewritten = (edit: (text: ControlText) => void) => (model: LedgerModel) => {
  for (const text of Object.values(model.extract.texts)) if ('as' in text) edit(text);
};

describe('what a sign-off is told to be of', () => {
  it('is what its text says', async () => {
    expect(await found({})).toEqual([]);
  });

  it.each(['AC-3 · Payroll', 'AC-2 · Stores', 'AC-2', 'AC-2 Accounts · Payroll', ''])(
    'is not believed as %j',
    async (label) => {
      expect(await found(told(label))).toEqual([`sign-off-mismatch @ sign-off ${label} as preparer`]);
    },
  );

  it('is not believed where the manifest says the same', async () => {
    const both = { ...told('AC-3 · Payroll'), ...called('AC-3 Accounts') };
    expect(await found(both)).toEqual([
      'manifest-mismatch @ control AC-3 Accounts',
      'sign-off-mismatch @ sign-off AC-3 · Payroll as preparer',
    ]);
  });

  it.each(['AC-2 Leavers', 'AC-2', 'AC-2(1) Accounts', 'AC-2 Accounts, approved'])(
    'is not believed where the manifest alone calls it %j',
    async (label) => {
      expect(await found(called(label))).toEqual([`manifest-mismatch @ control ${label}`]);
    },
  );

  it('is found where its text was changed in place', async () => {
    const ledger = rewritten((text) => {
      text.title = 'Leavers';
    });
    expect(await found({ ledger, ...called('AC-2 Leavers') })).toEqual([
      'sign-off-mismatch @ ledger extract',
      'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
    ]);
  });

  it('is found where its text was changed with its hash, and the values with it', async () => {
    const ledger = (model: LedgerModel): void => {
      const { extract } = model;
      for (const text of Object.values(extract.texts)) {
        if (!('as' in text)) continue;
        text.title = 'Leavers';
        const hash = textHashOf(sha256, text);
        extract.texts = { [hash]: text };
        for (const values of Object.values(extract.signed)) values.textHash = hash;
      }
    };
    expect(await found({ ledger, ...called('AC-2 Leavers') })).toEqual([
      'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
    ]);
  });

  it('is not told at all without its text', async () => {
    const ledger = ({ extract }: LedgerModel): void => {
      extract.texts = {};
    };
    expect(await found({ ledger })).toEqual(['sign-off-mismatch @ sign-off AC-2 · Payroll as preparer']);
  });

  it('is nothing that no sign-off here is of', async () => {
    const ledger = ({ extract }: LedgerModel): void => {
      const text = { text: 'A secret that slipped in.' };
      extract.texts = { ...extract.texts, [textHashOf(sha256, text)]: text };
    };
    expect(await found({ ledger })).toEqual(['ledger-mismatch @ ledger extract']);
  });
});

describe('a sign-off of a checklist and of one of its items', () => {
  const subject = idOf('subject', ENGAGEMENT, 'Stores · North');
  const item = (text: string): SignedAssessment => ({
    ...{ kind: 'assessment', engagement: ENGAGEMENT, target: `item ${text}`, subject },
    ...{ result: 'satisfied', method: null, note: '', evidence: [] },
    textHash: textHashOf(sha256, { text }),
  });
  const list = { title: 'Before · go-live', items: ['Turn it on', 'Look'] };
  const checklist: SignedValues = {
    ...{ kind: 'checklist', engagement: ENGAGEMENT, target: 'list-1', subject },
    textHash: textHashOf(sha256, list),
    items: list.items.map(item),
  };
  const names = (values: SignedValues, text: SignedText, label = '') => {
    const findings = new Findings();
    const extract = { signed: { record: values }, texts: { [textHashOf(sha256, text)]: text } };
    const included = [{ kind: 'checklist', id: 'record', label }];
    const told = new SignedNames(
      extract as unknown as LedgerExtract,
      { included, omitted: [] } as unknown as Manifest,
      findings,
    );
    const flawIn = (named: string) => told.flawIn({ label: named } as ExtractSignOff, values) !== null;
    return { flawIn, problems: findings.list().map(({ where }) => where) };
  };

  it('is called by its title and its subject', () => {
    const { flawIn } = names(checklist, list, 'Before · go-live');
    expect(flawIn('Before · go-live · Stores · North')).toBe(false);
    expect(flawIn('Before · go-live · Stores')).toBe(true);
    expect(flawIn('After · go-live · Stores · North')).toBe(true);
  });

  it('is called in the manifest by its title, with its subject or without', () => {
    for (const label of ['Before · go-live', 'Before · go-live · Stores · North'])
      expect(names(checklist, list, label).problems).toEqual([]);
    for (const label of ['Before', 'Before · go-live · Stores'])
      expect(names(checklist, list, label).problems).toEqual([`checklist ${label}`]);
  });

  it('is of items that say what their own hashes are of', () => {
    const other = { ...checklist, items: [item('Turn it off'), item('Look')] };
    expect(names(other, list, list.title).flawIn('Before · go-live · Stores · North')).toBe(true);
    const fewer = { ...checklist, items: [item('Turn it on')] };
    expect(names(fewer, list, list.title).flawIn('Before · go-live · Stores · North')).toBe(true);
  });

  it('is called by the item’s number and text', () => {
    const { flawIn } = names(item('1. Turn it on'), { text: '1. Turn it on' });
    expect(flawIn('2.1. 1. Turn it on · Stores · North')).toBe(false);
    expect(flawIn('2.1. 1. Turn it off · Stores · North')).toBe(true);
  });
});
