import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { append, type Draft } from '../../../../core/ledger/append.ts';
import { idsFrom, systemPorts } from '../../../../core/ports.ts';
import { actDraft, afterOf } from '../../../../core/programme/acts.ts';
import { type OpenWorkspace, sealAndClose } from '../../../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../../../core/workspace/unlock-workspace.ts';
import { changesKnown } from '../../../../db/queries/words.ts';
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

const HOUR = 3_600_000;
const PEOPLE = [OWNER, 'Jonas'] as const;

let desk: TestWorkspace;
let laptop: TestCore;
let target: string;
let evidence: string;
beforeEach(async () => {
  desk = await makeEngagement({ Jonas: 'auditor' });
  const files = [{ path: desk.file('scan.txt', 'clean') }];
  const added = await desk.api.evidence.add({ files, links: [{ control: 'AC-1' }], systems: ['Payroll'] });
  evidence = added.evidence[0]?.id ?? '';
  laptop = await makeCore(desk);
  target = join(laptop.home, 'copy');
  await desk.api.workspace.clone({ target, device: 'Laptop' });
  await laptop.api.workspace.unlock({ dir: target, passphrase: passphraseOf(OWNER) });
});
afterEach(() => desk.close());

const copies = () => [desk, laptop] as const;
const asOn = async (copy: TestCore, name: string) => {
  if (copy === desk) return desk.as(name);
  await laptop.api.workspace.unlock({ dir: target, passphrase: passphraseOf(name) });
  return laptop.api;
};
let parts = 0;
async function carry(from: TestCore, to: TestCore): Promise<void> {
  const out = join(desk.home, `part ${parts++}`);
  await from.api.ledger.export({ out });
  expect(await to.api.ledger.import({ from: out })).toMatchObject({ quarantined: 0 });
}
async function exchange(): Promise<void> {
  await carry(desk, laptop);
  await carry(laptop, desk);
}
const rowOf = async (api: Api) => (await api.register.list({})).rows.find(({ id }) => id === evidence);
/** The changes that stand unanswered, by what was said of them. */
const asked = async (api: Api) =>
  ((await rowOf(api))?.due ?? [])
    .flatMap(({ kind, because }) => (kind === 'change' ? (/\((.*?)\)/.exec(because)?.[1] ?? '') : []))
    .sort();
const verify = (api: Api) =>
  api.evidence.update({ evidence, lastVerified: new Date().toISOString().slice(0, 10) });

test.each([3 * HOUR, -3 * HOUR])(
  'a clock %i ms off answers no change that its owner had not heard of, and keeps none from being answered',
  async (ahead) => {
    laptop.clock.ahead = ahead;
    await desk.api.register.declareChange({ systems: ['Payroll'], what: 'Moved' });
    await verify(await asOn(laptop, 'Jonas'));
    await laptop.api.register.attest({ evidence: [evidence], met: true, statement: 'Looked' });
    await exchange();
    for (const { api } of copies()) expect(await asked(api)).toEqual(['Moved']);
    await verify(laptop.api);
    await exchange();
    for (const { api } of copies()) expect(await asked(api)).toEqual([]);
    await desk.api.register.declareChange({ systems: ['Payroll'], what: 'Moved again' });
    await exchange();
    await laptop.api.register.attest({ evidence: [evidence], met: true, statement: 'Looked again' });
    await exchange();
    for (const copy of copies()) copy.clock.ahead = 30 * HOUR;
    for (const { api } of copies()) expect(await asked(api)).toEqual([]);
  },
);

test('verified once more on the day is verified after what was declared that day', async () => {
  await verify(desk.api);
  await desk.api.register.declareChange({ systems: ['Payroll'], what: 'Moved' });
  expect(await asked(desk.api)).toEqual(['Moved']);
  await verify(desk.api);
  expect(await asked(desk.api)).toEqual([]);
});

test.each([{ systems: [] }, { systems: ['Intranet'] }])(
  'taking its systems off evidence answers no change of them: $systems',
  async (other) => {
    await desk.api.register.declareChange({ systems: ['Payroll'], what: 'Moved' });
    const jonas = await desk.as('Jonas');
    await jonas.evidence.update({ evidence, ...other });
    expect(await asked(jonas)).toEqual(['Moved']);
    desk.clock.ahead = 4 * 24 * HOUR;
    const later = await desk.as('Jonas');
    expect((await rowOf(later))?.state).toBe('stale');
    await verify(later);
    expect(await asked(later)).toEqual([]);
  },
);

/** Writes past the rules of the program, as a build of one's own would. */
async function past(name: string, act: (ws: OpenWorkspace) => void): Promise<void> {
  await desk.api.workspace.lock({});
  const { random } = systemPorts;
  const ports = { clock: { now: () => Date.now() + desk.clock.ahead }, random, ids: idsFrom(random) };
  const ws = await unlockWorkspace(ports, { dir: desk.dir, passphrase: passphraseOf(name) });
  try {
    act(ws);
  } finally {
    sealAndClose(ws);
  }
  await desk.as(OWNER);
}

test('a renewal without files or dates of the evidence beside it answers nothing, on every copy', async () => {
  await desk.api.register.declareChange({ systems: ['Payroll'], what: 'Moved' });
  const renew = (ws: OpenWorkspace, beside: Draft[]) => {
    const about = {
      engagement: '',
      record: `evidence:${evidence}`,
      ...afterOf(changesKnown(ws.db, ws.writer.id)),
    };
    const { id: _id, ...renewal } = actDraft(ws, 'renewal', about);
    append(ws, 'evidence.update@3', [renewal, ...beside]);
  };
  const record = `evidence:${evidence}`;
  await past('Jonas', (ws) => renew(ws, []));
  await past('Jonas', (ws) => renew(ws, [{ record, field: 'note', value: 'Looked' }]));
  await exchange();
  for (const { api } of copies()) expect(await asked(api)).toEqual(['Moved']);
  const { rebuild } = await finish<{ rebuild: { differences: unknown[] } | null }>(
    desk.api,
    desk.api.ledger.verify({ rebuild: true }),
  );
  expect(rebuild?.differences).toEqual([]);
  await past('Jonas', (ws) => renew(ws, [{ record, field: 'lastVerified', value: '2026-11-20' }]));
  expect(await asked(desk.api)).toEqual([]);
});

/** A row of numbers below 1 that is the same for the same seed. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test.each([1, 2, 3, 4, 5, 6])(
  'history %i: whatever the clocks say, what stands is what nobody answered who knew it, on every copy',
  async (seed) => {
    const drawn = numbers(seed);
    const draw = <T>(of: readonly T[]): T => of[Math.floor(drawn.next().value * of.length)] as T;
    // What each copy knows of: changes declared, and of answers the changes that their authors knew.
    const known = new Map(
      copies().map((copy) => [copy, { changes: new Set<string>(), answered: new Set<string>() }]),
    );
    const [here, there] = copies().map((copy) => known.get(copy)) as [Knows, Knows];
    const meet = async () => {
      await exchange();
      for (const of of ['changes', 'answered'] as const) {
        here[of] = new Set([...here[of], ...there[of]]);
        there[of] = new Set(here[of]);
      }
    };
    for (let step = 0; step < 14; step += 1) {
      const copy = draw(copies());
      copy.clock.ahead = draw([-5, -1, 0, 0.5, 4]) * HOUR;
      const knows = known.get(copy) as Knows;
      const act = draw(['declare', 'declare', 'verify', 'attest', 'exchange'] as const);
      if (act === 'exchange') {
        await meet();
        continue;
      }
      const api = await asOn(copy, draw(PEOPLE));
      if (act === 'declare') {
        await api.register.declareChange({ systems: ['Payroll'], what: `Change ${step}` });
        knows.changes.add(`Change ${step}`);
        continue;
      }
      await (act === 'verify'
        ? verify(api)
        : api.register.attest({ evidence: [evidence], met: true, statement: `${step}` }));
      for (const change of knows.changes) knows.answered.add(change);
    }
    // A word counts from its own day on: both look once all those days have come.
    for (const copy of copies()) copy.clock.ahead = 30 * HOUR;
    await meet();
    const open = [...here.changes].filter((change) => !here.answered.has(change)).sort();
    for (const { api } of copies()) {
      expect(await asked(api)).toEqual(open);
      const checked = await finish<{ rebuild: { differences: unknown[] } | null }>(
        api,
        api.ledger.verify({ rebuild: true }),
      );
      expect(checked.rebuild?.differences).toEqual([]);
    }
    expect(await rowOf(desk.api)).toEqual(await rowOf(laptop.api));
  },
  30_000,
);

interface Knows {
  changes: Set<string>;
  answered: Set<string>;
}
