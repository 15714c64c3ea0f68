import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { append, nextSequence, write } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { sealOpen } from '../../../../core/ledger/seal.ts';
import { idsFrom, systemPorts } from '../../../../core/ports.ts';
import { type OpenWorkspace, sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { wordsKnown } from '../../../../db/queries/words.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { type Operation, writerId } from '../../../../shared/ledger/entry.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { SEGMENT_MAX_BYTES } from '../../../../shared/ledger/segment.ts';
import {
  type Api,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestCore,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

let desk: TestWorkspace;
let laptop: TestCore;
let target: string;
let gate: { readonly id: string; readonly record: string; readonly engagement: string };
let evidence: string;
beforeEach(async () => {
  desk = await makeEngagement({ Mia: 'reviewer', Jonas: 'auditor' });
  gate = (await desk.api.programme.put({ kind: 'gate', fields: { title: 'Go live' } })).row;
  const files = [{ path: desk.file('scan.txt', 'clean') }];
  const added = await desk.api.evidence.add({ files, links: [{ control: 'AC-1' }] });
  evidence = added.evidence[0]?.id ?? '';
  laptop = await makeCore(desk);
  target = join(laptop.home, 'copy');
  await desk.api.workspace.clone({ target, device: 'Laptop' });
});
afterEach(() => desk.close());

let parts = 0;
async function carry(from: Api, to: Api): Promise<void> {
  const out = join(desk.home, `part ${parts++}`);
  await from.ledger.export({ out });
  expect(await to.ledger.import({ from: out })).toMatchObject({ quarantined: 0 });
}
const onLaptop = async (name: string) => {
  await laptop.api.workspace.unlock({ dir: target, passphrase: passphraseOf(name) });
  return laptop.api;
};
const say = (api: Api, met: boolean, statement = 'I looked') =>
  api.programme.attest({ record: gate.record, met, statement });
const gateOf = async (api: Api) => (await api.board.gates({ gate: gate.id })).gates[0]?.criteria[0];
const stateOf = async (api: Api) =>
  (await api.register.list({})).rows.find(({ id }) => id === evidence)?.state;

/** A word as the ledger has it. */
const word = (kernel: OpenWorkspace, record: string, said: Record<string, Json> = {}): Operation => {
  const engagement = record.startsWith('evidence:') ? '' : gate.engagement;
  const about = { engagement, record, met: true, statement: 'ok', until: null, seq: nextSequence(kernel) };
  const value = { ...about, ...said };
  const id = factId(sha256, 'attestation', kernel.writer.id, value);
  return { record: `attestation:${id}`, field: 'fact', value, parents: [] };
};
/** The last entry of every other writer, as `after` names it. */
const known = (kernel: OpenWorkspace) =>
  kernel.db
    .prepare('SELECT writer, max(seq), hash FROM entry WHERE writer <> ? GROUP BY writer')
    .raw()
    .all(kernel.writer.id) as [string, number, string][];

/** Writes on the laptop past every rule of the program, as a build of one's own would. */
async function past(name: string, ahead: number, act: (ws: OpenWorkspace) => void): Promise<void> {
  await laptop.api.workspace.lock({});
  const { random } = systemPorts;
  const ports = { clock: { now: () => Date.now() + ahead }, random, ids: idsFrom(random) };
  const ws = await unlockWorkspace(ports, { dir: target, passphrase: passphraseOf(name) });
  try {
    act(ws);
  } finally {
    sealAndClose(ws);
  }
}
/** The same under many writers of one member: a writer is a member, a device and an incarnation of one's own choice. */
const asWriters = (ws: OpenWorkspace, amount: number, act: (ws: OpenWorkspace) => void) => {
  for (let n = 0; n < amount; n += 1) {
    const { member, device } = ws.writer;
    const identity = { member, device, incarnation: `i${n}` };
    const kernel = { ...ws, writer: { ...identity, id: writerId(sha256, ws.workspace, identity) } };
    act(kernel);
    sealOpen(kernel);
  }
};

describe('between two laptops', () => {
  test('two minutes apart the last word of who knew the others decides, however often they change their mind', async () => {
    laptop.clock.ahead = 2 * MINUTE;
    await say(await onLaptop('Jonas'), true);
    await carry(laptop.api, desk.api);
    for (const met of [false, true, false, true, false]) {
      await say(desk.api, met);
      expect(await gateOf(desk.api)).toMatchObject({ met, by: OWNER });
    }
    await carry(desk.api, laptop.api);
    await say(laptop.api, true, 'It works now');
    await carry(laptop.api, desk.api);
    for (const api of [desk.api, laptop.api])
      expect(await gateOf(api)).toMatchObject({ met: true, by: 'Jonas' });
    const { gates } = await desk.api.board.gates({ gate: gate.id });
    expect((await laptop.api.board.gates({ gate: gate.id })).gates).toEqual(gates);
    const checked = await finish<{ rebuild: { differences: unknown[] } | null }>(
      desk.api,
      desk.api.ledger.verify({ rebuild: true }),
    );
    expect(checked.rebuild?.differences).toEqual([]);
  });

  test('what is said apart is not met until somebody who knows both says so', async () => {
    await say(await onLaptop('Jonas'), true);
    await say(desk.api, false, 'The drill failed');
    await carry(laptop.api, desk.api);
    expect(await gateOf(desk.api)).toMatchObject({
      met: false,
      because: expect.stringMatching(/The drill failed; Jonas \(.*\) said that it is met, without knowing/),
    });
    await say(await desk.as('Mia'), true);
    expect(await gateOf(desk.api)).toMatchObject({ met: true, by: 'Mia' });
  });

  test('a clock that was a day ahead once keeps nothing that is said afterwards from counting', async () => {
    desk.clock.ahead = DAY;
    await say(desk.api, true);
    await desk.api.register.attest({ evidence: [evidence], met: true, statement: 'Holds' });
    desk.clock.ahead = 0;
    const mia = await desk.as('Mia');
    await say(mia, false);
    await mia.register.attest({ evidence: [evidence], met: false, statement: 'It is of last year' });
    for (const ahead of [0, DAY + MINUTE, 9 * DAY]) {
      desk.clock.ahead = ahead;
      const api = await desk.as('Mia');
      expect(await gateOf(api)).toMatchObject({ met: false, by: 'Mia' });
      expect(await stateOf(api)).toBe('stale');
    }
  });
});

describe('a build of one’s own', () => {
  test('shields no word dated ahead behind many writers, however many', async () => {
    await say(desk.api, false);
    await onLaptop('Jonas');
    await past('Jonas', 400 * DAY, (ws) =>
      asWriters(ws, 60, (each) => write(each, 'programme.attest@3', [word(each, gate.record)])),
    );
    await past('Jonas', 2 * MINUTE, (ws) => write(ws, 'programme.attest@3', [word(ws, gate.record)]));
    await carry(await onLaptop('Jonas'), desk.api);
    const { fact } = await say(desk.api, false);
    expect(fact.body.after).toHaveLength(61);
    for (const ahead of [0, 3 * MINUTE, 400 * DAY + MINUTE]) {
      desk.clock.ahead = ahead;
      const api = await desk.as(OWNER);
      expect(await gateOf(api)).toMatchObject({ met: false, by: OWNER });
      expect((await gateOf(api))?.because).not.toContain('Jonas');
    }
  });

  test('takes nobody’s word away by one that lapsed before it was said, or that names what is not there', async () => {
    await say(await desk.as('Mia'), true);
    await carry(desk.api, await onLaptop(OWNER));
    await say(laptop.api, false, 'It broke today');
    await past('Jonas', 0, (ws) => {
      const after = known(ws);
      write(ws, 'programme.attest@3', [word(ws, gate.record, { met: false, until: '2020-01-01', after })]);
      const made = after.map(([writer, seq]): [string, number, string] => [writer, seq + 9, 'f'.repeat(64)]);
      write(ws, 'programme.attest@3', [word(ws, gate.record, { after: made })]);
    });
    await carry(await onLaptop('Jonas'), desk.api);
    expect(await gateOf(desk.api)).toMatchObject({ met: false, by: OWNER });
  });

  test('says nothing on evidence in the name of an engagement, and nothing twice', async () => {
    await onLaptop('Jonas');
    await past('Jonas', 0, (ws) => {
      const record = `evidence:${evidence}`;
      const refused = (op: Operation) => {
        const { field, value } = op;
        expect(() => append(ws, 'programme.attest@3', [{ record: op.record, field, value }])).toThrow();
        write(ws, 'programme.attest@3', [op]);
      };
      refused(word(ws, record, { engagement: 'nowhere', met: false }));
      refused(word(ws, record, { seq: 1, met: false }));
      write(ws, 'programme.attest@2', [word(ws, record, { met: false })]);
    });
    const out = join(desk.home, 'refused');
    await (await onLaptop('Jonas')).ledger.export({ out });
    expect(await desk.api.ledger.import({ from: out })).toMatchObject({ quarantined: 3 });
    expect((await desk.api.register.list({})).rows[0]?.attestation).toBeNull();
  });

  test('a word on evidence dated to the end of the day does not outlast the answer', async () => {
    await onLaptop('Jonas');
    const late = Date.parse(`${new Date().toISOString().slice(0, 10)}T23:59:59.000Z`) - Date.now();
    await past('Jonas', late, (ws) => write(ws, 'programme.attest@3', [word(ws, `evidence:${evidence}`)]));
    await carry(await onLaptop('Jonas'), desk.api);
    await desk.api.register.attest({ evidence: [evidence], met: false, statement: 'It does not' });
    expect(await stateOf(desk.api)).toBe('stale');
  });
});

test('evidence whose word was given until a day is stale after it, whatever its author said before', async () => {
  const attest = (until: string | null) =>
    desk.api.register.attest({ evidence: [evidence], met: true, statement: 'Holds', until });
  await attest(null);
  await attest(new Date(Date.now() + 5 * DAY).toISOString().slice(0, 10));
  expect(await stateOf(desk.api)).toBe('current');
  desk.clock.ahead = 7 * DAY;
  expect(await stateOf(await desk.as(OWNER))).toBe('stale');
});

test('many writers on much evidence fit into entries, and those whose words count are named first', async () => {
  const files = Array.from({ length: 80 }, (_, n) => ({ path: desk.file(`f${n}.txt`, `file ${n}`) }));
  const { evidence } = await desk.api.evidence.add({ files });
  const records = evidence.map(({ id }) => `evidence:${id}`);
  await say(await desk.as('Mia'), true);
  await desk.as(OWNER);
  await carry(desk.api, await onLaptop('Jonas'));
  await past('Jonas', 0, (ws) =>
    asWriters(ws, 30, (each) => {
      const words = [...records, gate.record].map((record) => word(each, record));
      write(each, 'programme.attest@3', words);
    }),
  );
  await past('Jonas', 9 * DAY, (ws) => write(ws, 'programme.attest@3', [word(ws, gate.record)]));
  await carry(await onLaptop('Jonas'), desk.api);
  await desk.api.register.attest({ evidence: evidence.map(({ id }) => id), met: false, statement: 'No' });
  expect((await desk.api.register.list({ only: 'stale', limit: 1 })).total).toBe(80);
  await desk.api.workspace.lock({});
  const ws = await unlockWorkspace(systemPorts, { dir: desk.dir, passphrase: passphraseOf(OWNER) });
  try {
    const sizes = ws.db
      .prepare(
        "SELECT sum(length(value)) FROM operation WHERE record LIKE 'attestation:%' AND writer = ? GROUP BY seq",
      )
      .pluck()
      .all(ws.writer.id) as number[];
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(SEGMENT_MAX_BYTES);
    const today = new Date().toISOString().slice(0, 10);
    const all = wordsKnown(ws.db, 'attestation', gate.record, { writer: ws.writer.id, today });
    expect(all).toHaveLength(32);
    const two = wordsKnown(ws.db, 'attestation', gate.record, { writer: ws.writer.id, today, most: 2 });
    expect(new Set(two.map(([writer]) => nameOf(ws, writer)))).toEqual(new Set(['Mia', 'Jonas']));
    expect(all.at(-1)?.[0]).toBe(aheadOf(ws));
  } finally {
    sealAndClose(ws);
  }
});

const nameOf = ({ db }: OpenWorkspace, writer: string) =>
  db
    .prepare('SELECT m.name FROM writer w JOIN member m ON m.id = w.member WHERE w.id = ?')
    .pluck()
    .get(writer);
/** The writer whose word is of a day to come. */
const aheadOf = ({ db }: OpenWorkspace) =>
  db.prepare('SELECT writer FROM programme_fact ORDER BY at DESC LIMIT 1').pluck().get();
