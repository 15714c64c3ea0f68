import { cpSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerVerification } from '../../../../core/ledger/verify.ts';
import { tell } from '../../../../shared/fault-sentences.ts';
import { type CopyHere, type CourierWorld, courierWorld } from '../../../support/courier-world.ts';
import {
  type Api,
  faultOf,
  finish,
  makeCore,
  passphraseOf,
  type TestCore,
} from '../../../support/workspaces.ts';

let world: CourierWorld;
let laptop: CopyHere;
let twin: TestCore;
beforeEach(async () => {
  world = await courierWorld({ Ben: 'auditor' });
  laptop = await world.begin('Laptop');
});
afterEach(async () => {
  await twin?.close();
  await world.close();
});

const send = (api: Api, name: string) =>
  finish<{ files: string[] }>(api, api.courier.export({ for: 'Laptop', out: world.path(name) }));
const compose = (engagement: string) =>
  finish<{ bytes: number }>(
    laptop.api,
    laptop.api.binders.compose({ out: world.path(`${engagement}.pdf`), engagement }),
  );

/** Copies the Desk's folder, lets this member go on in both, and brings both histories to the Laptop. */
async function goOnTwice(name: string): Promise<void> {
  const { source } = world;
  const copy = world.path('copied');
  await world.first.take((await laptop.send('Desk')).files);
  await source.api.workspace.lock();
  cpSync(source.dir, copy, { recursive: true });
  twin = await makeCore(source);
  await twin.api.workspace.unlock({ dir: copy, passphrase: passphraseOf(name) });
  const here = await source.as(name);
  for (const [api, side] of [
    [here, 'here'],
    [twin.api, 'there'],
  ] as const) {
    await api.assessments.set({ control: 'AC-1', note: `seen ${side}` });
    await api.ledger.seal();
    await laptop.take((await send(api, `${side}.age`)).files, { replayed: true });
  }
}

/** An engagement in which the Laptop's own work alone stands. */
async function beginAnew(): Promise<void> {
  const { rows } = await laptop.api.frameworks.list({});
  await laptop.api.engagements.create({ name: 'Anew', frameworks: rows.map(({ id }) => id) });
  await laptop.api.assessments.set({ engagement: 'Anew', control: 'AC-1', note: 'seen again' });
}

const REFUSED =
  'The device Desk wrote two histories under the same numbers. Both count here, but a binder cannot prove what that device wrote.';

test('a binder that needs work of a device with two histories names the device, and what it says to do works', async () => {
  expect((await compose('Audit 2026')).bytes).toBeGreaterThan(10_000);
  await goOnTwice('Ben');
  const { problems } = await finish<LedgerVerification>(
    laptop.api,
    laptop.api.ledger.verify({ rebuild: false }),
  );
  expect(problems.map(({ message }) => message)).toContain(
    'The device Desk of Ben wrote 2 histories under the same numbers. All of them count.',
  );
  const { happened, remedy } = tell(await faultOf(compose('Audit 2026')));
  expect(happened).toBe(REFUSED);
  expect(remedy).toBe('Add and sign what belongs into it anew in another engagement, from another device.');
  await beginAnew();
  expect((await compose('Anew')).bytes).toBeGreaterThan(10_000);
});

test('where that device told who the people are, no other engagement helps, and none is advised', async () => {
  await goOnTwice('Ada');
  await beginAnew();
  for (const engagement of ['Audit 2026', 'Anew']) {
    const { happened, remedy } = tell(await faultOf(compose(engagement)));
    expect(happened).toBe(REFUSED);
    expect(remedy).toMatch(/Begin a new workspace/);
  }
});
