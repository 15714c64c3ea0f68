import { expect, test } from 'vitest';
import { checkAcceptances } from '../../../../../core/binder/verify/acceptances.ts';
import { Findings } from '../../../../../core/binder/verify/findings.ts';
import type { KnownEntry } from '../../../../../core/binder/verify/ledger-entries.ts';
import { LedgerValues } from '../../../../../core/binder/verify/ledger-values.ts';

const FACT = {
  ...{ engagement: 'e', record: 'risk:r', kind: 'risk-acceptance', reason: 'Next release' },
  ...{ compensating: 'Every use is logged', expires: '2026-12-31' },
};

const TAKEN_BACK = { engagement: 'e', record: 'acceptance:a', reason: 'Too long' };

/** What is found where Rita stated one acceptance and took it back, as changed. */
function found(
  change: {
    readonly value?: unknown;
    readonly listed?: readonly { readonly id: string; readonly label: string }[];
    readonly writer?: string;
    readonly withdrawal?: unknown;
    readonly withdrawn?: readonly { readonly id: string; readonly label: string }[];
  } = {},
): string[] {
  const { value = FACT, listed = [{ id: 'a', label: 'Keys, accepted by Rita' }], writer = 'w' } = change;
  const { withdrawal = TAKEN_BACK, withdrawn = [{ id: 'x', label: 'Keys, taken back by Rita' }] } = change;
  const entry = (record: string, seq: number, said: unknown) =>
    ({
      form: {
        ...{ writer, seq, time: '2026-06-01T10:00:00.000Z-0000' },
        ops: [{ record, field: 'fact', parents: [] }],
      },
      extract: { values: [said === null ? null : { value: said }] },
    }) as unknown as KnownEntry;
  const findings = new Findings();
  checkAcceptances(
    {
      manifest: {
        included: [
          ...listed.map((one) => ({ kind: 'acceptance', ...one })),
          ...withdrawn.map((one) => ({ kind: 'withdrawal', ...one })),
        ],
      },
      extract: {
        engagement: 'e',
        writers: ['w', 'v'].map((id) => ({
          ...{ id, member: id === 'w' ? 'rita' : 'rob', memberName: '', device: 'd', incarnation: '1' },
        })),
      },
      ledger: new LedgerValues([entry('acceptance:a', 1, value), entry('withdrawal:x', 2, withdrawal)]),
      authors: {
        namesOf: new Map([
          ['rita', new Set(['Rita', 'Rita Santos'])],
          ['rob', new Set(['Rob'])],
        ]),
      },
    },
    findings,
  );
  return findings.list().map(({ code, message }) => `${code}: ${message}`);
}

test('an acceptance that is listed, shown and by whom it says is in order, under any name they had', () => {
  expect(found()).toEqual([]);
  expect(found({ listed: [{ id: 'a', label: 'Keys, accepted by Rita Santos' }] })).toEqual([]);
});

test.each<[string, Parameters<typeof found>[0], RegExp]>([
  ['that nobody stated', { listed: [{ id: 'b', label: 'Keys, accepted by Rita' }] }, /no ledger entry here/],
  ['whose words are hidden', { value: null }, /no ledger entry here shows/],
  ['by somebody else', { listed: [{ id: 'a', label: 'Keys, accepted by Rob' }] }, /somebody else/],
  ['by a device of another', { writer: 'v' }, /somebody else/],
  ['by a device nobody has', { writer: 'x' }, /somebody else/],
  ['of another engagement', { value: { ...FACT, engagement: 'other' } }, /another engagement/],
  ['that is shown and not listed', { listed: [] }, /does not list/],
  [
    'taken back by somebody else',
    { withdrawn: [{ id: 'x', label: 'Keys, taken back by Rob' }] },
    /The withdrawal Keys, taken back by Rob was stated by somebody else/,
  ],
  ['taken back by nobody', { withdrawal: null }, /a withdrawal \(Keys, taken back by Rita\) that no ledger/],
  ['whose withdrawal is not listed', { withdrawn: [] }, /shows a withdrawal here that the manifest does not/],
  [
    'taken back under another one’s name',
    { withdrawal: { ...TAKEN_BACK, record: 'acceptance:b' } },
    /is no acceptance that the manifest lists/,
  ],
  [
    'taken back in another engagement',
    { withdrawal: { ...TAKEN_BACK, engagement: 'other' } },
    /The withdrawal .* was stated in another engagement/,
  ],
])('an acceptance %s is a mismatch', (_what, change, message) => {
  const problems = found(change);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toMatch(/^manifest-mismatch: /);
  expect(problems.join('\n')).toMatch(message);
});

test('one of another engagement that happens to be shown is not missed', () => {
  const other = { value: { ...FACT, engagement: 'other' }, listed: [] };
  const taken = { withdrawal: { ...TAKEN_BACK, engagement: 'other' }, withdrawn: [] };
  expect(found({ ...other, ...taken })).toEqual([]);
});
