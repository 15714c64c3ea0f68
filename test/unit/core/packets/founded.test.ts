import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Host } from '../../../../core/host.ts';
import { readPacket } from '../../../../core/packets/content.ts';
import { packetSource } from '../../../../core/packets/source.ts';
import { findPacket, packetDigest } from '../../../../core/packets/view.ts';
import { stateAct } from '../../../../core/programme/acts.ts';
import { createRouter } from '../../../../core/router/index.ts';
import { knownHeads } from '../../../../db/queries/heads.ts';
import type { PacketContent } from '../../../../shared/domain/programme/packet-content.ts';
import { packetSuite } from '../../../../shared/domain/programme/packet-report.ts';
import {
  type Api,
  CHEAP,
  finish,
  makeCore,
  makeEngagement,
  OWNER,
  passphraseOf,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

let w: TestWorkspace;
let packet: string;
beforeEach(async () => {
  w = await makeEngagement({ Aziz: 'auditor' });
  await w.api.programme.put({ kind: 'risk', fields: { title: 'Keys in the clear', severity: 'P0' } });
  const { view } = await w.api.packets.create({ template: 'weekly-summary', title: 'Week 1' });
  packet = view.packet.record;
  for (const { key } of view.sections.filter(({ state }) => state === 'missing'))
    await w.api.packets.setSection({ packet, section: key, text: `About ${key}` });
});
afterEach(() => w.close());

const shown = async (api: Api = w.api) => (await api.packets.get({ packet })).view;

/** The same workspace in a session that has looked at nothing yet. */
async function anew() {
  await w.as('Aziz');
  return w.as(OWNER);
}

/** States a finalisation by a program of Aziz's own, with the charts turned green. */
async function forge(
  which = packet,
  change: (content: PacketContent) => PacketContent = green,
): Promise<void> {
  await w.api.workspace.lock();
  const host = new Host({ shell: 'test', home: w.home, cost: CHEAP });
  const api = createRouterClient(createRouter(host));
  await api.workspace.unlock({ dir: w.dir, passphrase: passphraseOf('Aziz') });
  const ws = host.demand('prepare');
  const row = findPacket(ws, { packet: which });
  const content = change(readPacket(packetSource(ws, row.engagement), row).content);
  const about = { engagement: row.engagement, record: which, digest: packetDigest(content), content };
  stateAct(ws, 'packet.finalise@2', 'finalisation', { ...about, seen: knownHeads(ws.db) });
  host.lock();
}

const green = (content: PacketContent): PacketContent => ({
  ...content,
  figures: content.figures && {
    ...content.figures,
    overall: { ...content.figures.overall, rag: 'green', share: 1, why: '' },
  },
});

const outcomes = async () => packetSuite(await shown(), true).cases.map(({ outcome }) => outcome);

async function exported(): Promise<string> {
  const out = join(w.home, 'week.pdf');
  await finish(w.api, w.api.packets.compose({ packet, out, force: true }));
  return execFileSync('pdftotext', ['-layout', out, '-'], { encoding: 'utf8' });
}

test('a packet that is final is what the ledger shows, in whatever session and however it went on', async () => {
  await w.api.packets.finalise({ packet });
  await w.api.programme.put({ kind: 'risk', fields: { title: 'One more', severity: 'P0' } });
  const view = await shown(await anew());
  expect(view).toMatchObject({ packet: { state: 'final' }, differences: [] });
  expect(await exported()).toContain('Final since');
});

test('made final again with data the ledger does not show, it stays as it was made final before', async () => {
  await w.api.packets.finalise({ packet });
  await forge();
  await anew();
  expect(await shown()).toMatchObject({
    packet: { state: 'final' },
    finalisation: { by: OWNER },
    differences: [],
  });
  expect(new Set(await outcomes())).toEqual(new Set(['met']));
});

test('made final only with data the ledger does not show, it is not final, says so, and is drawn as it is', async () => {
  await forge();
  await anew();
  const found = await shown();
  expect(found.packet.state).toBe('changed');
  expect(found.differences.map(({ what }) => what)).toContain('not what the ledger shows');
  expect(await outcomes()).toContain('not-met');
  expect(JSON.stringify(packetSuite(found, true))).toContain('What it keeps is not what the ledger shows');
  const pages = await exported();
  expect(pages).toContain('Draft');
  expect(pages).not.toMatch(/100 ?% ready/);
  expect((await w.api.packets.finalise({ packet })).view).toMatchObject({
    packet: { state: 'final' },
    finalisation: { by: OWNER },
    differences: [],
  });
});

test('made final with sections missing it is not final, whether it owns up to that or not', async () => {
  const { view } = await w.api.packets.create({ template: 'release', title: 'Release 9' });
  const { record } = view.packet;
  const got = async () => (await w.api.packets.get({ packet: record })).view;
  await forge(record, (content) => content);
  await anew();
  expect(await got()).toMatchObject({ packet: { state: 'open' }, finalisation: null });
  await forge(record, (content) => ({
    ...content,
    sections: content.sections.map((section) => ({ ...section, state: 'filled' })),
  }));
  await anew();
  const found = await got();
  expect(found.packet.state).toBe('changed');
  expect(found.differences.map(({ what }) => what)).toContain('not what the ledger shows');
});

test('a waiver without a reason waives nothing', async () => {
  const { view } = await w.api.packets.create({ template: 'release', title: 'Release 9' });
  const [section] = view.sections.filter(({ state }) => state === 'missing');
  const { record, engagement, title } = view.packet;
  await w.api.workspace.lock();
  const host = new Host({ shell: 'test', home: w.home, cost: CHEAP });
  await createRouterClient(createRouter(host)).workspace.unlock({
    dir: w.dir,
    passphrase: passphraseOf(OWNER),
  });
  const said = { engagement, record, section: section?.key ?? '', title };
  const state = (reason: string) =>
    stateAct(host.demand('prepare'), 'packet.waive@1', 'waiver', { ...said, reason });
  state('It is known');
  state(' ');
  host.lock();
  const shownOf = async () => {
    const { sections } = (await (await anew()).packets.get({ packet: record })).view;
    return sections.find(({ key }) => key === section?.key);
  };
  expect(await shownOf()).toMatchObject({ state: 'waived', waiver: { reason: 'It is known' } });
});

test('work dated before it that came in later is told where its data would be other now, and only there', async () => {
  const other = await makeCore(w);
  const target = join(other.home, 'copy');
  await w.api.workspace.clone({ target, device: 'Laptop' });
  await other.api.workspace.unlock({ dir: target, passphrase: passphraseOf('Aziz') });
  const exchange = async () => {
    const out = join(other.home, 'out');
    await other.api.ledger.export({ out, force: true });
    await w.api.ledger.import({ from: out });
  };
  await other.api.programme.put({ kind: 'request', fields: { title: 'Access review' } });
  const risk = { title: 'The vendor is gone', severity: 'P0', likelihood: 5, impact: 5 };
  w.clock.ahead = 60_000;
  await w.api.packets.finalise({ packet });
  await exchange();
  expect((await shown()).packet.state).toBe('final');
  await other.api.programme.put({ kind: 'risk', fields: risk });
  await exchange();
  const view = await shown();
  expect(view.packet.state).toBe('changed');
  expect(view.differences.map(({ what }) => what)).toContain('not what the ledger shows');
  expect((await w.api.packets.finalise({ packet })).view.packet.state).toBe('final');
  await other.close();
});
