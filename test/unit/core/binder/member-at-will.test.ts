import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { reconsider } from '../../../../core/ledger/reconsider.ts';
import { frameworkBlobs } from '../../../../core/workspace/open-workspace.ts';
import { signedAssessment } from '../../../../db/projection/kinds/assessment.ts';
import { all, get } from '../../../../db/sql.ts';
import type { CheckpointBody } from '../../../../shared/domain/binder.ts';
import { signOffDigest } from '../../../../shared/domain/sign-off.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { type ModifiedClient, withModifiedClient } from '../../../support/modified-client.ts';
import { makeEngagement, type TestWorkspace } from '../../../support/workspaces.ts';
import { problemsOf, verifiedBinder } from './verify/verify.ts';

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Ann: 'auditor', Rita: 'reviewer' }, ['Payroll']);
  for (const control of ['AC-1', 'AC-2']) {
    await w.api.assessments.set({ control, result: 'satisfied', note: `Seen ${control}.` });
    await w.api.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
  }
});
afterEach(() => w.close());

/** States what they like under a name that fits, as another copy would judge it. */
async function states(
  member: string,
  action: string,
  kind: string,
  value: (client: ModifiedClient) => Json,
): Promise<void> {
  await withModifiedClient(w, member, (client) => {
    const stated = value(client);
    const record = `${kind}:${factId(sha256, kind, client.ws.writer.id, stated)}`;
    client.write(action, [{ record, field: 'fact', value: stated }]);
  });
  await withModifiedClient(w, 'Ada', async ({ ws }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    reconsider(ws);
  });
}

const signOff =
  (more: Readonly<Record<string, Json>>, change: Readonly<Record<string, Json>> = {}) =>
  ({ ws, check }: ModifiedClient): Json => {
    const record = check('AC-1');
    const signed = signedAssessment(ws.db, record);
    if (signed === null) throw new Error('AC-1 was never worked');
    return {
      ...{ kind: 'assessment', capacity: 'reviewer', verdict: 'signed', note: '', record, after: [] },
      ...{ digest: signOffDigest(sha256, signed), passphraseSetByOther: false },
      signed: { ...signed, ...change } as unknown as Json,
      ...more,
    };
  };

test.each([
  ['under a digest of nothing', signOff({ digest: 'f'.repeat(64) })],
  ['under what is no digest', signOff({ digest: 'x\ny' })],
  ['of the values of another control', signOff({}, { target: 'another' })],
  ['told as of a checklist', signOff({ kind: 'checklist' })],
])('a sign-off %s never enters, and binders stay valid', async (_, value) => {
  await states('Rita', 'review.sign@1', 'signoff', value);
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs.total).toBe(2);
});

test('who may only prepare returns nothing by calling it a signature', async () => {
  const returned = signOff({ verdict: 'returned', capacity: 'preparer', note: 'Not like this.' });
  await states('Ann', 'review.sign@1', 'signoff', returned);
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.signOffs.total).toBe(2);
});

test.each(['__proto__:x', '__proto__', 'constructor:x'])(
  'an acceptance of %s is one of a record that is not there',
  async (record) => {
    await states('Rita', 'programme.accept@1', 'acceptance', ({ ws }) => {
      const engagement = get<{ id: string }>(ws.db, 'SELECT id FROM engagement')?.id ?? '';
      const words = { reason: 'Because', compensating: 'None', expires: null };
      return { engagement, record, kind: 'exception', ...words };
    });
    expect(problemsOf(await verifiedBinder(w))).toEqual([]);
  },
);

test('a binder continues the newest earlier one that it can, whatever somebody says to have exported', async () => {
  await verifiedBinder(w);
  const first = await withCheckpoint();
  const wrong = (edit: (chain: CheckpointBody['chains'][number]) => object, more: object = {}) => ({
    ...first,
    ...more,
    chains: first.chains.map((chain) => ({ ...chain, ...edit(chain) })),
  });
  for (const checkpoint of [
    wrong(({ size }) => ({ size: size + 1000 })),
    wrong(() => ({ root: 'a'.repeat(64) })),
    wrong(() => ({}), { workspace: 'another' }),
    wrong(() => ({ writer: 'nobody' })),
  ])
    await states('Ann', 'binder.export@1', 'binder', ({ ws }) => {
      const { id = '' } = get<{ id: string }>(ws.db, 'SELECT id FROM engagement') ?? {};
      const counted = { bytes: 1, pages: 1, attachments: 0, omitted: 0, sha256: 'b'.repeat(64) };
      const stated = { engagement: id, kind: 'evidence', title: 'Made up', ...counted, checkpoint };
      return stated as unknown as Json;
    });
  const report = await verifiedBinder(w);
  expect(problemsOf(report)).toEqual([]);
  expect(report.proven.join('\n')).toContain(first.at.slice(0, 10));
});

async function withCheckpoint(): Promise<CheckpointBody> {
  let found: CheckpointBody | undefined;
  await withModifiedClient(w, 'Ada', ({ ws }) => {
    const [row] = all<{ checkpoint: string }>(ws.db, 'SELECT checkpoint FROM binder');
    found = row && (JSON.parse(row.checkpoint) as CheckpointBody);
  });
  if (found === undefined) throw new Error('no binder was exported');
  return found;
}
