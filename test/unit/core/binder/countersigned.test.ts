import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BinderSource, CountersignedBinder } from '../../../../shared/contract/proof.ts';
import type { VerifyReport } from '../../../../shared/domain/binder.ts';
import { faultOf, finish, makeEngagement, OWNER, type TestWorkspace } from '../../../support/workspaces.ts';

let ws: TestWorkspace;
let binder: string;
let composed: string;

beforeAll(async () => {
  ws = await makeEngagement({ Bob: 'reviewer', Cleo: 'reviewer' });
  composed = (await finish<{ file: string }>(ws.api, ws.api.binders.compose({}))).file;
  binder = (await listed()).id;
});
afterAll(() => ws.close());

/** The newest binder. */
async function listed() {
  const [row] = (await ws.api.binders.list({})).rows;
  if (row === undefined) throw new Error('No binder is listed.');
  return row;
}

async function countersign(name: string, file: BinderSource, as: 'reviewer' | 'approver' = 'reviewer') {
  const api = await ws.as(name);
  try {
    return await finish<CountersignedBinder>(api, api.binders.countersign({ file, as }));
  } finally {
    await ws.as(OWNER);
  }
}

const verify = (file: BinderSource) => finish<VerifyReport>(ws.api, ws.api.binders.verify({ file }));

test('a binder of the workspace is countersigned beside its file, and listed with who signed', async () => {
  const before = readFileSync(composed);
  const signed = await countersign('Bob', { binder });
  expect(signed).toMatchObject({ binder, file: composed.replace(/\.pdf$/, ' countersigned.pdf') });
  expect(readFileSync(composed).equals(before)).toBe(true);
  expect((await listed()).countersigned).toMatchObject({
    bytes: readFileSync(signed.file).length,
    signatures: [
      { by: OWNER, field: 'Preparer' },
      { by: 'Bob', field: 'Reviewer' },
    ],
  });
});

test('what is verified and signed next is the newest file of it', async () => {
  expect((await verify({ binder })).signatures.map(({ by }) => by)).toEqual([OWNER, 'Bob']);
  const again = await countersign('Cleo', { binder }, 'approver');
  expect(again.file).toBe(composed.replace(/\.pdf$/, ' countersigned (2).pdf'));
  expect((await verify({ binder })).signatures.map(({ by }) => by)).toEqual([OWNER, 'Bob', 'Cleo']);
});

test('a copy that is handed over as bytes is known by its hash and kept with its binder', async () => {
  await finish(ws.api, ws.api.binders.compose({ out: join(ws.home, 'sent.pdf') }));
  const { id } = await listed();
  const api = await ws.as('Bob');
  const bytes = readFileSync(join(ws.home, 'sent.pdf'));
  const { upload } = await ws.core.files.stage('from the mail.pdf', 'application/pdf', only(bytes));
  const signed = await finish<CountersignedBinder>(api, api.binders.countersign({ file: { upload } }));
  await ws.as(OWNER);
  expect(signed).toMatchObject({
    binder: id,
    file: expect.stringContaining('from the mail countersigned.pdf'),
  });
  expect((await listed()).countersigned?.signatures).toHaveLength(2);
});

test('nobody signs twice, an unknown binder is named, and of a file that is gone the composed one is left', async () => {
  expect(await faultOf(countersign('Bob', { binder }))).toMatchObject({ rule: 'segregation-of-duties' });
  expect(await faultOf(verify({ binder: 'nowhere' }))).toMatchObject({ code: 'not-found', what: 'binder' });
  rmSync(composed.replace(/\.pdf$/, ' countersigned (2).pdf'));
  expect((await verify({ binder })).signatures.map(({ by }) => by)).toEqual([OWNER]);
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
