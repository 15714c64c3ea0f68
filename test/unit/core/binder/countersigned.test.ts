import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BinderSource, CountersignedBinder } from '../../../../shared/contract/proof.ts';
import type { VerifyReport } from '../../../../shared/domain/binder.ts';
import { stampAuthority } from '../../../support/stamp-authority.ts';
import {
  faultOf,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

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

test('a countersignature is in the ledger: its binder tells of it, and so does another copy', async () => {
  await finish(ws.api, ws.api.binders.compose({ title: 'For the board' }));
  const { id, sha256 } = await listed();
  const target = join(ws.home, 'copy');
  await ws.api.workspace.clone({ target, device: 'Laptop' });
  const signed = await countersign('Bob', { binder: id });
  const after = await listed();
  expect(after.countersignatures).toEqual([
    {
      by: 'Bob',
      at: signed.signatures[1]?.at,
      field: 'Reviewer',
      capacity: 'reviewer',
      sha256: after.countersigned?.sha256,
    },
  ]);
  const { history } = await ws.api.records.show({ kind: 'binder', id });
  expect(history.map(({ summary }) => summary)).toEqual(
    expect.arrayContaining(['Binder countersigned: as reviewer', 'Binder exported: For the board']),
  );
  const carried = join(ws.home, 'carried.bindery');
  await ws.api.ledger.export({ out: carried });
  const other = await makeCore();
  await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Cleo') });
  try {
    await other.api.ledger.import({ from: carried });
    const [row] = (await other.api.binders.list({})).rows;
    expect(row).toMatchObject({
      id,
      sha256,
      countersigned: null,
      countersignatures: [{ by: 'Bob', field: 'Reviewer', sha256: after.countersigned?.sha256 }],
    });
    // The file follows later, by whatever way: it is known by its hash, and another signs it there.
    const again = await finish<CountersignedBinder>(
      other.api,
      other.api.binders.countersign({
        file: { path: signed.file },
        out: join(ws.home, 'thrice.pdf'),
        as: 'approver',
      }),
    );
    expect(again.binder).toBe(id);
  } finally {
    await other.close();
  }
});

test('a binder that got a time stamp where it stands is the same binder, and is countersigned by its id', async () => {
  const authority = await stampAuthority(ws.home);
  const { file } = await finish<{ file: string }>(ws.api, ws.api.binders.compose({ title: 'Stamped' }));
  const { id, sha256 } = await listed();
  const stamp = async () => {
    const { query } = await ws.api.binders.timeStampRequest({ file: { path: file } });
    writeFileSync(join(ws.home, 'q.tsq'), Buffer.from(query, 'base64'));
    const answer = readFileSync(await authority.answer(join(ws.home, 'q.tsq'))).toString('base64');
    await finish(ws.api, ws.api.binders.timeStampAttach({ file: { path: file }, answer }));
  };
  await stamp();
  expect((await listed()).countersigned?.sha256).not.toBe(sha256);
  const signed = await countersign('Bob', { binder: id });
  expect(signed).toMatchObject({ binder: id, file: expect.stringContaining(' countersigned') });
  expect(signed.file).not.toBe(file);
  expect((await verify({ binder: id })).signatures.map(({ timeStamp }) => timeStamp !== null)).toEqual([
    true,
    false,
  ]);
});

test('a binder whose file was exchanged for another is not signed under its id', async () => {
  const first = await finish<{ file: string }>(ws.api, ws.api.binders.compose({ title: 'First' }));
  const { id } = await listed();
  const second = await finish<{ file: string }>(ws.api, ws.api.binders.compose({ title: 'Second' }));
  writeFileSync(first.file, readFileSync(second.file));
  expect(await faultOf(countersign('Bob', { binder: id }))).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('another one now'),
  });
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
