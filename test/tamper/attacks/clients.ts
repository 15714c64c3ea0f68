import { readFileSync } from 'node:fs';
import { publicKeyText, sha256, signLedger } from '../../../core/ledger/keys.ts';
import { signedAssessment } from '../../../db/projection/kinds/assessment.ts';
import { signOffIdsOf } from '../../../db/queries/assessments.ts';
import type { Role } from '../../../shared/domain/results.ts';
import { signOffDigest } from '../../../shared/domain/sign-off.ts';
import { canonicalBytes, type Json } from '../../../shared/ledger/canonical.ts';
import { factId } from '../../../shared/ledger/fact.ts';
import { type ModifiedClient, withModifiedClient } from '../../support/modified-client.ts';
import { finish, makeEngagement, type TestWorkspace } from '../../support/workspaces.ts';
import { makeSigner } from '../../unit/core/binder/verify/signer.ts';
import type { Attack, Family } from '../attack.ts';
import { type Contents, dishonest, rewriteTwin } from '../contents.ts';
import type { RealBinder } from '../real-binder.ts';

type Members = Readonly<Record<string, Role>>;
type Work = (test: TestWorkspace, as: Acting) => Promise<void>;
type Acting = (member: string, run: (client: ModifiedClient) => void) => Promise<void>;

/** A binder of a workspace in which some worked with a modified program, as its owner composed it. */
async function composedAfter(members: Members, work: Work): Promise<Buffer> {
  const test = await makeEngagement(members, ['Payroll']);
  try {
    await test.api.assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen the policy.' });
    await work(test, (member, run) => withModifiedClient(test, member, run));
    await test.as('Ada');
    const out = test.file('binder.pdf', '');
    await finish(test.api, test.api.binders.compose({ out, force: true }));
    return readFileSync(out);
  } finally {
    await test.close();
  }
}

const client =
  (members: Members, work: Work): Attack['file'] =>
  () =>
    composedAfter(members, work);

/** The same, and its composer writes the embedded files over. */
const clientAndComposer =
  (members: Members, work: Work, edit: (contents: Contents, binder: RealBinder) => void): Attack['file'] =>
  async (binder) => {
    const once = await composedAfter(members, work);
    const unsigned = once.subarray(0, once.indexOf('%%EOF') + 6);
    return dishonest({ ...binder, once, unsigned, stranger: makeSigner('Mallory') }, edit);
  };

/** Signs a note on AC-1 that nobody ever wrote. */
function signWhatNeverWas({ ws, check, write }: ModifiedClient): void {
  const record = check('AC-1');
  const now = signedAssessment(ws.db, record);
  if (now === null) throw new Error('AC-1 was never worked');
  const signed = { ...now, note: 'Nobody wrote this.' };
  const value = {
    ...{ kind: 'assessment', capacity: 'reviewer', verdict: 'signed', note: '', record },
    ...{ digest: signOffDigest(sha256, signed), after: signOffIdsOf(ws.db, record) },
    ...{ signed: signed as unknown as Json, passphraseSetByOther: false },
  };
  write('review.sign@1', [
    { record: `signoff:${factId(sha256, 'signoff', ws.writer.id, value)}`, field: 'fact', value },
  ]);
}

/** Takes a return out: with its entry, its seal and its proof, and with its author where nothing else is theirs. */
function withoutReturn({ extract, proofs, manifest }: Contents): void {
  const gone = extract.signOffs.find(({ verdict }) => verdict === 'returned');
  if (gone === undefined) throw new Error('nothing was returned');
  const { writer, seq } = gone;
  extract.signOffs = extract.signOffs.filter((one) => one !== gone);
  extract.entries = extract.entries.filter(({ entry }) => entry.writer !== writer || entry.seq !== seq);
  proofs.inclusion = proofs.inclusion.filter((one) => one.writer !== writer || one.seq !== seq);
  extract.seals = extract.seals.filter(
    ({ header }) => header.writer !== writer || seq < header.from || seq >= header.from + header.count,
  );
  const left = new Set(extract.entries.map(({ entry }) => entry.writer));
  extract.writers = extract.writers.filter(({ id }) => left.has(id));
  manifest.counts.signOffs -= 1;
}

/** Rob returns what Ada prepared; Rita, who saw that, accepts it all the same. */
const returned: Work = async (_, as) => {
  await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
  await as('Rob', ({ sign }) => sign('AC-1', 'reviewer', { verdict: 'returned' }));
  await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
};
const REVIEWERS: Members = { Rita: 'reviewer', Rob: 'reviewer' };

const RIGHT = 'author-right @ ledger entry *';
const OWN = 'own-review @ sign-off AC-1 · Payroll as reviewer';
const NAMED = 'sign-off-mismatch @ sign-off AC-1 · Payroll as reviewer';
const TWIN = 'twin-mismatch @ attachment assessment-results.json';

export const CLIENTS: Family = {
  name: 'A member whose program asks no rule',
  about:
    'Entries are really theirs: signed by their key, sealed and in the checkpoint. They had no right to write them, or the composer leaves out what does not suit.',
  attacks: [
    {
      title: 'An auditor accepts as reviewer',
      file: client({ Ann: 'auditor' }, async (_, as) => {
        await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
        await as('Ann', ({ sign }) => sign('AC-1', 'reviewer'));
      }),
      found: [RIGHT],
    },
    {
      title: 'A reviewer writes a result',
      file: client({ Rita: 'reviewer' }, async (_, as) => {
        await as('Rita', (rita) =>
          rita.write('assess@1', [
            { record: `assessment:${rita.check('AC-1')}`, field: 'result', value: 'not-satisfied' },
          ]),
        );
      }),
      found: [RIGHT],
    },
    {
      title: 'A viewer signs as preparer',
      file: client({ Vic: 'viewer' }, (_, as) => as('Vic', ({ sign }) => sign('AC-1', 'preparer'))),
      found: [RIGHT],
    },
    {
      title: 'An auditor makes herself an owner, and accepts as reviewer',
      file: client({ Ann: 'auditor' }, async (_, as) => {
        await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
        await as('Ann', (ann) => {
          const { member } = ann.ws.writer;
          const value = { role: 'owner', cutoff: {} };
          ann.write('member.role@1', [{ record: `member:${member}`, field: 'role', value }]);
          ann.sign('AC-1', 'reviewer');
        });
      }),
      found: [RIGHT],
    },
    {
      title: 'A reviewer whose access had ended accepts, and pretends not to have heard of it',
      file: client({ Rita: 'reviewer' }, async (_, as) => {
        await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
        let record = '';
        await as('Rita', ({ ws }) => {
          record = `member:${ws.writer.member}`;
        });
        await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
        await as('Ada', ({ ws, write }) => {
          const value = { role: 'viewer', cutoff: { [ws.writer.id]: 1 } };
          write('member.role@1', [{ record, field: 'role', value }]);
        });
      }),
      found: [RIGHT],
    },
    {
      title: 'A result under the name of an action that nobody knows',
      file: client({}, async (_, as) => {
        await as('Ada', (ada) =>
          ada.write('assess@99', [
            { record: `assessment:${ada.check('AC-1')}`, field: 'result', value: 'not-satisfied' },
          ]),
        );
      }),
      found: [RIGHT],
    },
    {
      title: 'A result under the name of an action that is for something else',
      file: client({}, async (_, as) => {
        await as('Ada', (ada) =>
          ada.write('evidence.update@1', [
            { record: `assessment:${ada.check('AC-1')}`, field: 'result', value: 'not-satisfied' },
          ]),
        );
      }),
      found: [RIGHT],
    },
    {
      title: 'An owner accepts what they wrote themselves, and somebody else signed as preparer',
      file: client({ Ben: 'auditor' }, async (_, as) => {
        await as('Ben', ({ sign }) => sign('AC-1', 'preparer'));
        await as('Ada', ({ sign }) => sign('AC-1', 'reviewer'));
      }),
      found: [OWN],
    },
    {
      title: 'A return left out with its entry, which a later sign-off names',
      file: clientAndComposer(REVIEWERS, returned, withoutReturn),
      found: [NAMED],
    },
    {
      title: 'What was returned, told other programs as accepted',
      file: clientAndComposer(
        REVIEWERS,
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
          await as('Rob', ({ sign }) => sign('AC-1', 'reviewer', { verdict: 'returned', after: [] }));
        },
        (contents, binder) =>
          rewriteTwin(contents, binder, 'assessment-results.json', (text) =>
            text.replace(/("name":"status"[^}]*)"returned"/, '$1"accepted"'),
          ),
      ),
      found: [TWIN],
    },
    {
      title: 'A reviewer names a sign-off that never was, so that every binder would be bad',
      file: client(REVIEWERS, async (_, as) => {
        await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
        await as('Rita', ({ sign }) => sign('AC-1', 'reviewer', { after: ['0'.repeat(32)] }));
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'It counts for nothing here',
    },
    {
      title: 'An honest sign-off told as one that counts for nothing',
      file: clientAndComposer(
        REVIEWERS,
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
        },
        ({ extract }) => {
          for (const one of extract.signOffs) if (one.capacity === 'reviewer') one.baseless = true;
        },
      ),
      found: [NAMED],
    },
    {
      title: 'One that counts for nothing told as if it did',
      file: clientAndComposer(
        REVIEWERS,
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer', { after: ['0'.repeat(32)] }));
        },
        ({ extract }) => {
          for (const one of extract.signOffs) delete one.baseless;
        },
      ),
      found: [NAMED],
    },
    {
      title: 'A reviewer signs values that never were, so that every binder would be bad',
      file: client(REVIEWERS, async (_, as) => {
        await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
        await as('Rita', (rita) => signWhatNeverWas(rita));
      }),
      found: [],
      verdict: 'valid-unknown-signer',
      told: 'no entry here shows that they stood and were changed since',
    },
    {
      title: 'An honest sign-off told as one over values that never were',
      file: clientAndComposer(
        REVIEWERS,
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
        },
        ({ extract }) => {
          for (const one of extract.signOffs) if (one.capacity === 'reviewer') one.unfounded = true;
        },
      ),
      found: [NAMED],
    },
    {
      title: 'An honest sign-off that is void told as one over values that never were',
      file: clientAndComposer(
        REVIEWERS,
        async (test, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
          await test.as('Ada');
          await test.api.assessments.set({ control: 'AC-1', note: 'Looked again.' });
        },
        ({ extract }) => {
          for (const one of extract.signOffs) if (one.capacity === 'reviewer') one.unfounded = true;
        },
      ),
      found: [NAMED],
    },
    {
      title: 'One over values that never were told as no more than void',
      file: clientAndComposer(
        REVIEWERS,
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          await as('Rita', (rita) => signWhatNeverWas(rita));
        },
        ({ extract }) => {
          for (const one of extract.signOffs) delete one.unfounded;
        },
      ),
      found: [NAMED],
    },
    {
      title: 'An acceptance that counts, by somebody whose role was lowered since, hidden and left out',
      file: clientAndComposer(
        { Rob: 'admin', Rita: 'reviewer' },
        async (_, as) => {
          await as('Ada', ({ sign }) => sign('AC-1', 'preparer'));
          let record = '';
          await as('Rob', ({ ws, sign }) => {
            record = `member:${ws.writer.member}`;
            sign('AC-1', 'reviewer');
          });
          await as('Rita', ({ sign }) => sign('AC-1', 'reviewer'));
          await as('Ada', ({ ws, write }) => {
            const value = { role: 'reviewer', cutoff: { [ws.writer.id]: 1 } };
            write('member.role@1', [{ record, field: 'role', value }]);
          });
        },
        (contents) => {
          const { extract, manifest } = contents;
          const gone = extract.signOffs.find(({ byName }) => byName === 'Rob');
          if (gone === undefined) throw new Error('Rob accepted nothing');
          extract.signOffs = extract.signOffs.filter((one) => one !== gone);
          manifest.counts.signOffs -= 1;
          for (const { entry, values } of extract.entries)
            if (entry.writer === gone.writer && entry.seq === gone.seq) values.fill(null);
        },
      ),
      found: ['sign-off-mismatch @ ledger entry *', NAMED],
    },
    {
      title: 'A viewer composes a binder',
      file: async (binder) => {
        let by: Partial<Contents['checkpoint']> = {};
        let signed = (_: Json): string => '';
        const once = await composedAfter({ Vic: 'viewer' }, async (_, as) => {
          await as('Vic', ({ ws }) => {
            by = { member: ws.writer.member, memberName: 'Vic', publicKey: publicKeyText(ws.ledgerKey) };
            const { ledgerKey } = ws;
            signed = (body) =>
              Buffer.from(signLedger(ledgerKey, canonicalBytes(body)), 'hex').toString('base64url');
          });
        });
        const unsigned = once.subarray(0, once.indexOf('%%EOF') + 6);
        return dishonest({ ...binder, once, unsigned }, ({ checkpoint }) =>
          Object.assign(checkpoint, by, { signature: signed(checkpoint.body as unknown as Json) }),
        );
      },
      found: ['author-right @ ledger checkpoint'],
    },
  ],
};
