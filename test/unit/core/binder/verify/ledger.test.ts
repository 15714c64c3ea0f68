import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../../shared/domain/binder.ts';
import type { SignedAssessment } from '../../../../../shared/domain/sign-off.ts';
import { canonicalBytes, type Json } from '../../../../../shared/ledger/canonical.ts';
import { BinderFile } from './binder-file.ts';
import { type Course, type LedgerModel, sha256, WRITER } from './ledger-files.ts';
import { makeSigner } from './signer.ts';
import { problemsOf, verifyBytes } from './verify.ts';

const ada = makeSigner('Ada');
const W = WRITER.slice(0, 8);
const signedWith = (
  ledger: (model: LedgerModel) => void,
  { missing = [], ...course }: Course & { missing?: readonly string[] } = {},
): Buffer => {
  const manifest = (listed: Manifest): void => {
    for (const id of missing) listed.omitted.push({ kind: 'file', id, label: id, reason: 'missing' });
    listed.counts.omitted = listed.omitted.length;
  };
  return BinderFile.make({ ledger, manifest, course }).sign(ada).bytes;
};

/** What a preparer could put in: every file fits the manifest and the signature is good. */
const FORGERIES: [string, (model: LedgerModel) => void, string][] = [
  [
    'a signed value changed after the sign-off',
    ({ extract }) => {
      for (const values of Object.values(extract.signed)) values.textHash = 'cd'.repeat(32);
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
  ],
  [
    'the signed values left out',
    ({ extract }) => {
      extract.signed = {};
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
  ],
  [
    'a sign-off told in somebody else’s name',
    ({ extract }) => {
      for (const signOff of extract.signOffs) signOff.byName = 'Grace';
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
  ],
  [
    'a sign-off told in another capacity',
    ({ extract }) => {
      for (const signOff of extract.signOffs) signOff.capacity = 'reviewer';
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as reviewer',
  ],
  [
    'a returned record told as signed',
    ({ extract }) => {
      for (const signOff of extract.signOffs) signOff.verdict = 'returned';
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
  ],
  [
    'a sign-off that the ledger does not have',
    ({ extract }) => {
      extract.signOffs = extract.signOffs.map((signOff) => ({ ...signOff, id: 'invented', seq: 11 }));
    },
    'sign-off-mismatch @ sign-off AC-2 · Payroll as preparer',
  ],
  [
    'a value that was not recorded',
    ({ extract }) => {
      const value = extract.entries[3]?.values[0];
      if (value) value.value = { step: 'forged' };
    },
    `entry-mismatch @ ledger entry ${W}:11`,
  ],
  [
    'an entry rewritten without its hash',
    ({ extract }) => {
      for (const entry of extract.entries) entry.entry.action = 'other@1';
    },
    `entry-mismatch @ ledger entry ${W}:10`,
  ],
  [
    'an entry rewritten with its hash',
    ({ extract }) => {
      const entry = extract.entries[1];
      if (!entry) return;
      entry.entry.action = 'other@1';
      const prev = Buffer.from(String(entry.entry.prev), 'hex');
      entry.hash = Buffer.from(sha256(Buffer.concat([prev, canonicalBytes(entry.entry as Json)]))).toString(
        'hex',
      );
    },
    `proof-failed @ ledger entry ${W}:4`,
  ],
  [
    'an entry of an unknown writer',
    ({ extract }) => {
      extract.writers = [];
    },
    `entry-mismatch @ ledger entry ${W}:4`,
  ],
  [
    'an entry twice',
    ({ extract }) => {
      extract.entries = [...extract.entries, ...extract.entries.slice(1, 2)];
    },
    `entry-mismatch @ ledger entry ${W}:4`,
  ],
  [
    'an entry without a proof',
    ({ proofs }) => {
      proofs.inclusion = proofs.inclusion.filter(({ seq }) => seq !== 4);
    },
    `proof-failed @ ledger entry ${W}:4`,
  ],
  [
    'a proof without an entry',
    ({ extract }) => {
      extract.entries = extract.entries.filter(({ entry }) => entry.seq !== 4);
    },
    `proof-failed @ ledger entry ${W}:4`,
  ],
  [
    'a checkpoint with another root',
    ({ checkpoint }) => {
      for (const chain of checkpoint.body.chains) chain.root = 'ef'.repeat(32);
    },
    'checkpoint-signature @ ledger checkpoint',
  ],
  [
    'a checkpoint with another key',
    ({ checkpoint }) => {
      checkpoint.publicKey = Buffer.alloc(32, 9).toString('base64url');
    },
    'checkpoint-signature @ ledger checkpoint',
  ],
  [
    'a checkpoint with no real key',
    ({ checkpoint }) => {
      checkpoint.publicKey = 'AAAA';
    },
    'checkpoint-signature @ ledger checkpoint',
  ],
  [
    'another workspace’s extract',
    ({ extract }) => {
      extract.workspace = 'workspace-2';
    },
    'ledger-mismatch @ ledger extract',
  ],
  [
    'another engagement’s extract',
    ({ extract }) => {
      extract.engagement = 'engagement-2';
    },
    'ledger-mismatch @ ledger extract',
  ],
  [
    'a history that does not continue the earlier binder',
    ({ proofs }) => {
      for (const chain of proofs.consistency?.from.chains ?? []) chain.root = 'ef'.repeat(32);
    },
    `proof-failed @ ledger chain ${W}`,
  ],
  [
    'a chain of the earlier binder gone',
    ({ proofs }) => {
      if (proofs.consistency) proofs.consistency.chains = [];
    },
    `proof-failed @ ledger chain ${W}`,
  ],
  [
    'an extract of another form',
    (model) => {
      Object.assign(model.extract, { extra: true });
    },
    'ledger-unreadable @ attachment ledger-extract.json',
  ],
];

describe('a binder signed over forged ledger files', () => {
  it.each(FORGERIES)('with %s is invalid and says where', async (_, forge, problem) => {
    const report = await verifyBytes(signedWith(forge));
    expect(problemsOf(report)).toContain(problem);
    expect(report.verdict).toBe('invalid');
    expect(report.signatures[0]?.valid).toBe(true);
  });

  it('lists the sign-off whose values are not those signed', async () => {
    const report = await verifyBytes(
      signedWith(({ extract }) => {
        for (const values of Object.values(extract.signed)) values.textHash = 'cd'.repeat(32);
      }),
    );
    expect(report.signOffs).toEqual({ total: 1, recomputed: 0, voided: 0, mismatched: ['AC-2 · Payroll'] });
    expect(report.problems.map((p) => p.message)).toContain(
      'AC-2 · Payroll is not what Ada signed: the recomputed digest differs.',
    );
  });
});

describe('what a binder says of a sign-off by itself', () => {
  const voided = ({ extract }: LedgerModel) => {
    for (const signOff of extract.signOffs) signOff.voided = true;
  };
  const values = (edit: (values: SignedAssessment) => void) => (model: LedgerModel) => {
    voided(model);
    for (const one of Object.values(model.extract.signed)) if (one.kind === 'assessment') edit(one);
  };
  const flags: [string, (model: LedgerModel) => void][] = [
    ['void though nothing was changed', voided],
    ['void, over another result', values((one) => Object.assign(one, { result: 'not-applicable' }))],
    ['void, over another method', values((one) => Object.assign(one, { method: 'test' }))],
    ['void, over another text', values((one) => Object.assign(one, { textHash: 'cd'.repeat(32) }))],
    [
      'void, over evidence of another day',
      values((one) => Object.assign(one.evidence[0] ?? {}, { expires: '2030-01-01' })),
    ],
    [
      'void, over other files',
      values((one) => Object.assign(one.evidence[0] ?? {}, { files: ['99'.repeat(32)] })),
    ],
    ['void, without its evidence', values((one) => one.evidence.splice(0))],
    [
      'void, over another note whose entry hides it',
      (model) => {
        values((one) => Object.assign(one, { note: 'Other.' }))(model);
        model.extract.entries[3]?.values.splice(4, 1, null);
      },
    ],
    [
      'of another control',
      ({ extract }) => {
        for (const one of Object.values(extract.signed)) one.target = 'control-2';
      },
    ],
    [
      'without the text of its control',
      ({ extract }) => {
        extract.texts = {};
      },
    ],
    ['listed twice', ({ extract }) => extract.signOffs.push(...extract.signOffs)],
  ];

  it.each(flags)('is believed nowhere: %s', async (_, forge) => {
    const report = await verifyBytes(signedWith(forge));
    expect(problemsOf(report)).toContain('sign-off-mismatch @ sign-off AC-2 · Payroll as preparer');
  });

  it('is missed where its entry is here', async () => {
    const report = await verifyBytes(
      signedWith(({ extract }) => {
        extract.signOffs = [];
        extract.signed = {};
      }),
    );
    expect(problemsOf(report)).toContain(`sign-off-mismatch @ ledger entry ${W}:10`);
  });
});

describe('what a ledger extract may have', () => {
  it('is a voided sign-off, which counts no more', async () => {
    const report = await verifyBytes(signedWith(() => {}, { later: 'Seen it all again.' }));
    expect(problemsOf(report)).toEqual([]);
    expect(report.signOffs).toEqual({ total: 1, recomputed: 0, voided: 1, mismatched: [] });
    expect(report.notProven.join(' ')).toContain('What 1 sign-off referred to');
  });

  it('is no earlier binder to continue', async () => {
    const report = await verifyBytes(
      signedWith(({ proofs }) => {
        proofs.consistency = null;
      }),
    );
    expect(problemsOf(report)).toEqual([]);
    expect(report.proven.join(' ')).not.toContain('continues');
  });

  it('is evidence named by hash that is not embedded, which is told', async () => {
    const elsewhere = ['99'.repeat(32)];
    const report = await verifyBytes(signedWith(() => {}, { further: elsewhere, missing: elsewhere }));
    expect(problemsOf(report)).toEqual([]);
    expect(report.notProven.join(' ')).toContain('The content of 1 evidence file');
  });
});
