import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareLedgers } from '../../../../../core/binder/verify/against.ts';
import type { LedgerState } from '../../../../../core/binder/verify/compared-chains.ts';
import type { VerifyReport } from '../../../../../shared/domain/binder.ts';
import { toHex } from '../../../../../shared/ledger/canonical.ts';
import { MerkleTree } from '../../../../../shared/ledger/merkle.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../../../support/workspaces.ts';
import { hashOf } from './ledger-files.ts';

/** A chain of entry hashes in which each follows from the one before; `from` on it goes another way. */
function history(size: number, from = Number.POSITIVE_INFINITY): string[] {
  const hashes: string[] = [];
  for (let seq = 1; seq <= size; seq += 1)
    hashes.push(hashOf(Buffer.from(`${hashes.at(-1) ?? ''}${seq >= from ? 'other' : ''}${seq}`)));
  return hashes;
}

interface Wanted {
  readonly at: string;
  readonly chains: Readonly<Record<string, readonly string[]>>;
  /** Numbers of the entries in the extract, of each chain. */
  readonly shown?: readonly number[];
  /** The sizes of the state it is proven to continue. */
  readonly since?: Readonly<Record<string, number>>;
  readonly workspace?: string;
  readonly by?: string;
  /** Chains that go on from another after a number. */
  readonly branches?: Readonly<Record<string, readonly [stem: string, after: number]>>;
}

function state(wanted: Wanted): LedgerState {
  const { at, chains, shown = [], since, workspace = 'w', by = 'ada', branches = {} } = wanted;
  const branchOf = (id: string, hashes: readonly string[]) => {
    const [stem, after] = branches[id] ?? [];
    if (stem === undefined || after === undefined) return {};
    return { branch: { of: 'ada1', stem, after, first: hashes[after] ?? '' } };
  };
  const stateOf = (writer: string, hashes: readonly string[]) => ({
    writer,
    size: hashes.length,
    head: hashes.at(-1) ?? '',
    root: toHex(
      MerkleTree.of(
        (bytes) => Buffer.from(hashOf(bytes), 'hex'),
        hashes.map((hash) => Buffer.from(hash, 'hex')),
      ).root(),
    ),
    ...branchOf(writer, hashes),
  });
  const body = (of: Readonly<Record<string, readonly string[]>>, when: string) => ({
    schema: 'bindery.checkpoint/1' as const,
    workspace,
    at: when,
    chains: Object.entries(of).map(([writer, hashes]) => stateOf(writer, hashes)),
  });
  const before = Object.entries(since ?? {}).map(([writer, size]) => [
    writer,
    (chains[writer] ?? []).slice(0, size),
  ]);
  return {
    checkpoint: { body: body(chains, at), member: by, memberName: by, publicKey: by, signature: '' },
    proofs: {
      schema: 'bindery.proofs/1',
      inclusion: [],
      consistency: since ? { from: body(Object.fromEntries(before), '2026-01-01'), chains: [] } : null,
    },
    extract: {
      schema: 'bindery.extract/4',
      workspace,
      engagement: 'e',
      writers: Object.keys(chains).map((id) => ({
        id,
        member: id.replace(/\d+$/, ''),
        memberName: id,
        device: 'd',
        incarnation: '1',
      })),
      signed: {},
      texts: {},
      signOffs: [],
      seals: [],
      between: [],
      entries: Object.entries(chains).flatMap(([writer, hashes]) =>
        shown.flatMap((seq) => {
          const hash = hashes[seq - 1];
          if (hash === undefined) return [];
          const chain = branches[writer] === undefined ? {} : { chain: writer };
          if ((branches[writer]?.[1] ?? 0) >= seq) return [];
          return [
            {
              ...chain,
              entry: {
                writer: chain.chain === undefined ? writer : 'ada1',
                seq,
                prev: hashes[seq - 2] ?? '0'.repeat(64),
              },
              hash,
              values: [],
            },
          ];
        }),
      ),
    },
  };
}

const told = (here: LedgerState, there: LedgerState): string => {
  const { relation, newer, chains } = compareLedgers(here, there);
  const findings = chains.map(({ finding, at }) => (at === null ? finding : `${finding} at ${at}`));
  return [relation, newer ?? 'neither', ...findings].join(', ');
};

const EARLY = '2026-02-01';
const LATE = '2026-03-01';
const early = state({ at: EARLY, chains: { ada1: history(6) } });

/** The device went on twice after its fourth entry. */
const [ONE, OTHER] = [history(9), history(8, 5)];
const twice = state({
  at: LATE,
  chains: { ada1: history(4), b1: ONE, b2: OTHER },
  branches: { b1: ['ada1', 4], b2: ['ada1', 4] },
  shown: [6, 7],
});

const CASES: [string, LedgerState, LedgerState, string][] = [
  ['the same state twice', early, early, 'consistent, neither, same'],
  [
    'a later state whose proof begins at the earlier one',
    state({ at: LATE, chains: { ada1: history(9) }, since: { ada1: 6 } }),
    early,
    'consistent, here, proof',
  ],
  [
    'the same the other way round',
    early,
    state({ at: LATE, chains: { ada1: history(9) }, since: { ada1: 6 } }),
    'consistent, there, proof',
  ],
  [
    'a later state that shows the entry with which the earlier one ended',
    state({ at: LATE, chains: { ada1: history(9) }, shown: [6] }),
    early,
    'consistent, here, hash-chain',
  ],
  [
    'a later state that shows the entry after it, which names the one before',
    state({ at: LATE, chains: { ada1: history(9) }, shown: [7] }),
    early,
    'consistent, here, hash-chain',
  ],
  [
    'a later state with a writer more',
    state({ at: LATE, chains: { ada1: history(9), rita1: history(2) }, since: { ada1: 6 } }),
    early,
    'consistent, here, proof, new',
  ],
  [
    'a later state with neither a proof nor an entry near',
    state({ at: LATE, chains: { ada1: history(9) }, shown: [3, 9], since: { ada1: 4 } }),
    early,
    'unsaid, here, unproven',
  ],
  [
    'as many entries with another end',
    state({ at: LATE, chains: { ada1: history(6, 6) } }),
    early,
    'rewritten, neither, rewritten at 6',
  ],
  [
    'more entries, and the proof begins at another state of the same size',
    state({ at: LATE, chains: { ada1: history(9, 5) }, since: { ada1: 6 } }),
    early,
    'rewritten, here, rewritten at 6',
  ],
  [
    'more entries, of which one that both show differs',
    state({ at: LATE, chains: { ada1: history(9, 2) }, shown: [3] }),
    state({ at: EARLY, chains: { ada1: history(6) }, shown: [3] }),
    'rewritten, here, rewritten at 2',
  ],
  [
    'two proofs that begin at one size with different roots',
    state({ at: LATE, chains: { ada1: history(9, 3) }, since: { ada1: 4 } }),
    state({ at: EARLY, chains: { ada1: history(6) }, since: { ada1: 4 } }),
    'rewritten, here, rewritten at 4',
  ],
  [
    'one that knew one of two histories',
    twice,
    state({ at: EARLY, chains: { ada1: ONE.slice(0, 6) } }),
    'consistent, here, hash-chain, new',
  ],
  [
    'one that knew the other',
    twice,
    state({ at: EARLY, chains: { ada1: OTHER.slice(0, 7) } }),
    'consistent, here, new, hash-chain',
  ],
  [
    'one that is in neither of the two',
    twice,
    state({ at: EARLY, chains: { ada1: history(6, 6) } }),
    'rewritten, here, rewritten at 6, new',
  ],
  [
    'a later one that dropped one of the two',
    state({ at: '2026-04-01', chains: { ada1: ONE } }),
    twice,
    'unsaid, there, same, new',
  ],
  [
    'a later one in which one of the two is another',
    state({
      at: '2026-04-01',
      chains: { ada1: history(4), b1: ONE, b2: history(8, 6) },
      branches: { b1: ['ada1', 4], b2: ['ada1', 4] },
    }),
    twice,
    'rewritten, neither, same, rewritten at 5',
  ],
  [
    'fewer entries of the signer’s only chain at a later time',
    state({ at: LATE, chains: { ada1: history(4) }, shown: [4] }),
    state({ at: EARLY, chains: { ada1: history(6) }, shown: [4] }),
    'rewritten, there, hash-chain',
  ],
  [
    'fewer entries at a later time of a member who has two devices, one of which may lag',
    state({ at: LATE, chains: { ada1: history(4), ada2: history(5) }, shown: [4] }),
    state({ at: EARLY, chains: { ada1: history(6), ada2: history(5) }, shown: [4] }),
    'unsaid, there, hash-chain, same',
  ],
  [
    'fewer entries at a later time on the copy of another member',
    state({ at: LATE, chains: { ada1: history(4), rita1: history(5) }, shown: [4], by: 'rita' }),
    state({ at: EARLY, chains: { ada1: history(6), rita1: history(5) }, shown: [4] }),
    'unsaid, there, hash-chain, same',
  ],
  [
    'copies that went apart',
    state({ at: LATE, chains: { ada1: history(6), rita1: history(5) }, shown: [5, 6] }),
    state({ at: EARLY, chains: { ada1: history(7), rita1: history(4) }, shown: [5, 6] }),
    'unsaid, neither, hash-chain, hash-chain',
  ],
  [
    'another workspace',
    state({ at: LATE, chains: { ada1: history(6) }, workspace: 'other' }),
    early,
    'other-workspace, neither',
  ],
];

describe('two ledgers', () => {
  it.each(CASES)('%s', (_, here, there, expected) => {
    expect(told(here, there)).toBe(expected);
  });

  it('of one case are told alike from either side', () => {
    const turned: Readonly<Record<string, string>> = { here: 'there', there: 'here' };
    for (const [, here, there, expected] of CASES) {
      const [relation = '', newer = '', ...rest] = expected.split(', ');
      expect(told(there, here)).toBe([relation, turned[newer] ?? newer, ...rest].join(', '));
    }
  });
});

describe('binders of the product', () => {
  let test: TestWorkspace;
  const paths: Record<string, string> = {};
  const compose = async (name: string) => {
    const out = test.file(`${name}.pdf`, '');
    await finish(test.api, test.api.binders.compose({ out, force: true }));
    paths[name] = out;
  };
  const compare = async (file: string, other: string): Promise<VerifyReport['against']> => {
    const started = test.api.binders.verify({
      file: { path: paths[file] ?? file },
      against: { path: paths[other] ?? other },
    });
    const report = (await finish(test.api, started)) as VerifyReport;
    return report.against;
  };

  beforeAll(async () => {
    test = await makeEngagement({}, ['Payroll']);
    await test.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy.' });
    await compose('january');
    await test.api.assessments.set({ control: 'AC-2', result: 'not-satisfied', note: 'Two lack a form.' });
    await compose('february');
    await test.api.engagements
      .create({ name: 'Other', frameworks: [], subjects: ['Desk'] })
      .catch(() => null);
    await compose('march');
  });
  afterAll(() => test.close());

  it('each continues the one before, by the proof it carries', async () => {
    expect(await compare('february', 'january')).toMatchObject({
      file: paths.january,
      verdict: 'valid-unknown-signer',
      relation: 'consistent',
      newer: 'here',
      chains: [{ finding: expect.stringMatching(/^(proof|hash-chain)$/) }],
      sentences: [
        expect.stringMatching(
          /^The ledger of this binder extends that of the other binder: .* entries were added\.$/,
        ),
      ],
    });
    expect(await compare('january', 'february')).toMatchObject({ relation: 'consistent', newer: 'there' });
  });

  it('say nothing of each other’s ledgers where one is not valid', async () => {
    const forged = test.file('forged.pdf', '');
    const bytes = readFileSync(paths.january ?? '');
    bytes[bytes.indexOf('/MediaBox') + 12] = 0x39;
    test.file('forged.pdf', bytes);
    expect(await compare('february', forged)).toMatchObject({
      verdict: 'invalid',
      relation: 'unsaid',
      chains: [],
      sentences: [expect.stringContaining('The other binder is not valid')],
    });
  });
});
