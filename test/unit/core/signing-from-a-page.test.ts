import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../../../core/index.ts';
import type { SigningKey } from '../../../shared/contract/signing.ts';
import type { VerifyReport } from '../../../shared/domain/binder.ts';
import { companyAuthority, keyFile } from '../../support/company-keys.ts';
import {
  CHEAP,
  faultOf,
  finish,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../support/workspaces.ts';

/** What a page can ask the core to sign with: bytes that it was given, never a file or a program of this machine. */
let ws: TestWorkspace;
let authority: Awaited<ReturnType<typeof companyAuthority>>;
let binder: string;

beforeAll(async () => {
  ws = await makeEngagement({ Rita: 'reviewer' });
  authority = await companyAuthority(ws.home);
  binder = join(ws.home, 'binder.pdf');
  await finish(ws.api, ws.api.binders.compose({ out: binder }));
  await ws.api.workspace.lock();
}, 60_000);
afterAll(() => ws.close());

/** The key as a page would send it, whatever its shape. */
const odd = (key: object): SigningKey => key as SigningKey;
const TOKEN: SigningKey = { kind: 'token', module: '/usr/lib/softhsm/libsofthsm2.so', pin: '1234' };

describe.each(['browser', 'electron'] as const)('a page in the shell %s', (shell) => {
  test('signs with no module of a token, and writes and reads no file by its path', async () => {
    const core = await createCore({ shell, home: join(ws.home, shell), cost: CHEAP });
    try {
      const { binders, packets, workspace } = core.client;
      await workspace.unlock({ dir: ws.dir, passphrase: passphraseOf(OWNER) });
      const asked = [
        () => binders.compose({ key: TOKEN }),
        () => binders.countersign({ file: { upload: 'x' }, key: TOKEN }),
        () => packets.compose({ packet: 'x', key: TOKEN }),
        () => binders.revocationAttach({ file: { path: binder } }),
        () => binders.timeStampAttach({ file: { path: binder }, answer: '' }),
      ];
      for (const ask of asked) expect(await faultOf(ask)).toMatchObject({ code: 'forbidden' });
      for (const key of [
        odd({ kind: 'file', path: join(ws.home, 'x.p12'), password: 'x' }),
        odd({ kind: 'file', content: { path: '/x' }, password: 'x' }),
        odd({ kind: 'path', module: '/x' }),
      ])
        expect(await faultOf(() => binders.compose({ key }))).toMatchObject({ code: 'invalid-input' });
    } finally {
      await core.close();
    }
  });

  test('signs with a key file that was handed over as bytes', async () => {
    const ada = await authority.certify(`Ada ${shell}`, 'ec', 'opens it');
    const core = await createCore({ shell, home: join(ws.home, shell), cost: CHEAP });
    try {
      await core.client.workspace.unlock({ dir: ws.dir, passphrase: passphraseOf(OWNER) });
      const job = core.client.binders.compose({ key: keyFile(ada.p12, 'opens it') });
      const { file } = await finish<{ file: string }>(core.client, job);
      await core.client.workspace.lock();
      await ws.as(OWNER);
      const report = await finish<VerifyReport>(ws.api, ws.api.binders.verify({ file: { path: file } }));
      expect(report.signatures).toMatchObject([
        { by: `Ada ${shell}`, vouchedBy: { member: { name: 'Ada' } } },
      ]);
      await ws.api.workspace.lock();
    } finally {
      await core.close();
    }
  });
});

test.each([
  [
    'a wrong passphrase',
    'ec',
    'mistyped',
    30,
    { code: 'invalid-input', detail: /does not open this key file/ },
  ],
  [
    'a key that no reader of PDF knows',
    'ed25519',
    'opens it',
    30,
    { code: 'invalid-input', detail: /P-256 or with RSA/ },
  ],
  [
    'a certificate that ran out',
    'rsa',
    'opens it',
    -1,
    { rule: 'certificate-in-force', because: /is valid from/ },
  ],
] as const)('%s is said before anything is composed', async (what, kind, password, days, said) => {
  const { p12 } = await authority.certify(what, kind, 'opens it', undefined, days);
  await ws.as(OWNER);
  const out = join(ws.home, `${kind}.pdf`);
  writeFileSync(out, 'kept');
  const fault = await faultOf(
    finish(ws.api, ws.api.binders.compose({ out, force: true, key: keyFile(p12, password) })),
  );
  const words = Object.fromEntries(
    Object.entries(said).map(([key, value]) => [
      key,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]),
  );
  expect(fault).toMatchObject(words);
  const steps = await ws.api.jobs.list();
  expect(JSON.stringify(steps)).not.toContain(password);
});
