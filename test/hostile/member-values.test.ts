import { afterEach, expect, test } from 'vitest';
import { takeIn } from '../../core/ledger/take-in.ts';
import { systemPorts } from '../../core/ports.ts';
import { sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import { adminVector } from '../../db/queries/ledger.ts';
import type { CourierExported } from '../../shared/contract/courier.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { craft } from '../support/replicas.ts';
import {
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../support/workspaces.ts';

let desk: TestWorkspace | undefined;
let other: TestCore | undefined;
afterEach(async () => {
  await other?.close();
  await desk?.close();
});

/** None of them is what any field holds; some look like it to whoever does not look closely. */
const VALUES: readonly Json[] = [
  ...[null, 5, 'x', [], [null], {}, { seen: 5 }, { nonce: null }, { role: 'owner', cutoff: null }],
  ...[{ files: 5 }, { files: [null] }, { files: [{ sha256: 'zz', bytes: 'many' }] }],
  ...[
    { blob: 5, original: null },
    { blob: '../../keys.json', original: {} },
  ],
];
const FACTS = 'custody carriage signoff binder countersignature lockdown hold attestation finalisation late';
const FIELDS = [
  ...'workspace:name workspace:genesis workspace:house member:name member:key member:role'.split(' '),
  ...'device:about framework:import engagement:begun engagement:frameworks engagement:state'.split(' '),
  ...'subject:about evidence:title evidence:files evidence:deleted evidence:systems'.split(' '),
  ...'link:state note:raised assessment:about assessment:result proof:state packet:of action:of'.split(' '),
  ...'gate:rule section:of toString:valueOf __proto__:constructor'.split(' '),
  ...FACTS.split(' ').map((kind) => `${kind}:fact`),
];

/** Takes in what this member can send by another program: each value in each field, of records there are and are not. */
async function poison(test: TestWorkspace, member: string): Promise<unknown> {
  await test.api.workspace.lock();
  const ws = await unlockWorkspace(systemPorts, { dir: test.dir, passphrase: passphraseOf(member) });
  const records = ws.db.prepare('SELECT DISTINCT record FROM operation').pluck().all() as string[];
  const ops = (value: Json) =>
    FIELDS.flatMap((name) => {
      const [kind = '', field = ''] = name.split(':');
      const there = records.find((record) => record.startsWith(`${kind}:`)) ?? `${kind}:`;
      return [`${kind}:hostile`, there].map((record) => ({ record, field, value }));
    });
  const segment = craft({
    workspace: ws.workspace,
    identity: { member: ws.writer.member, device: 'another program', incarnation: '1' },
    key: ws.ledgerKey,
    admin: adminVector(ws.db),
    entries: ['from.later@9', 'constructor@1', 'device.join@1', 'evidence.add@3'].flatMap((action) =>
      VALUES.map((value) => ({ action, ops: ops(value) })),
    ),
  });
  sealAndClose(ws);
  const ada = await unlockWorkspace(systemPorts, { dir: test.dir, passphrase: passphraseOf(OWNER) });
  const taken = await takeIn(ada, [segment]);
  sealAndClose(ada);
  return taken;
}

test('whatever a viewer writes by another program, others open, work and send their copies as before', async () => {
  desk = await makeEngagement({ Vic: 'viewer' });
  const path = desk.file('review.csv', 'who,when\nAda,today\n');
  await desk.api.evidence.add({ files: [{ path }], title: 'Access review', links: [{ control: 'AC-2' }] });
  await desk.api.assessments.set({ control: 'AC-2', result: 'satisfied', note: 'Reviewed.' });
  expect(await poison(desk, 'Vic')).toMatchObject({ applied: 0, quarantined: 4 * VALUES.length });
  const api = await desk.as(OWNER);
  expect((await api.sync.status()).quarantined).toBe(4 * VALUES.length);
  expect((await api.courier.state()).setAside).not.toEqual([]);
  expect((await api.evidence.list({})).rows).toMatchObject([{ title: 'Access review' }]);
  expect(await api.ledger.entries({})).toMatchObject({ total: expect.any(Number) });
  expect(await finish(api, api.ledger.verify({ rebuild: true }))).toMatchObject({ intact: true });
  const out = `${desk.home}/first.age`;
  const sent = api.courier.export({ first: true, passphrase: 'a bundle’s own', out });
  expect(await finish<CourierExported>(api, sent)).toMatchObject({ empty: false });
  other = await makeCore(desk);
  const begin = other.api.courier.begin({
    files: [{ path: out }],
    dir: `${desk.home}/copy`,
    bundlePassphrase: 'a bundle’s own',
    passphrase: passphraseOf(OWNER),
    device: 'Tablet',
  });
  await finish(other.api, begin);
  expect((await other.api.evidence.list({})).rows).toMatchObject([{ title: 'Access review' }]);
});
