import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../shared/domain/binder.ts';
import { finish, makeEngagement, OWNER, type TestWorkspace } from '../../../support/workspaces.ts';

const PACKET = 'Audit binder';
const PURPOSE = 'Made for the auditors of the harbour payroll, covering every control in scope.';
const DAY = 86_400_000;

let w: TestWorkspace;
beforeEach(async () => {
  w = await makeEngagement({ Rita: 'reviewer' });
});
afterEach(() => w.close());

async function addEvidence(name: string): Promise<string> {
  const { evidence } = await w.api.evidence.add({ files: [{ path: w.file(name, `about ${name}`) }] });
  const [first] = evidence;
  if (first === undefined) throw new Error('nothing was added');
  return first.id;
}

/** A control decided and signed, with its evidence and a risk beside it. */
async function decide(): Promise<void> {
  const { rows } = await w.api.controls.list({ limit: 1 });
  const control = rows[0]?.id ?? '';
  await w.api.assessments.set({ control, result: 'satisfied', note: 'Looked at the written policy' });
  await w.api.evidence.link({ evidence: await addEvidence('policy.txt'), control });
  await w.api.review.sign({ kind: 'assessment', id: control, as: 'preparer' });
  await w.api.programme.put({ kind: 'risk', fields: { title: 'Bank rejects a file', severity: 'P1' } });
}

/** A packet with its words, a file attached to them, and a waiver of what the workspace has no data of. */
async function fill(waived: readonly string[]): Promise<void> {
  const { view } = await w.api.packets.create({ template: 'evidence-binder', title: PACKET });
  const packet = view.packet.id;
  await w.api.packets.setSection({ packet, section: 'purpose', text: PURPOSE });
  await w.api.packets.attach({ packet, section: 'purpose', evidence: await addEvidence('mandate.txt') });
  const rita = await w.as('Rita');
  for (const section of waived)
    await rita.packets.waive({ packet, section, reason: 'Decided by the bank alone' });
  await w.as(OWNER);
}

async function exported(name: string) {
  const out = join(w.home, name);
  await finish(w.api, w.api.packets.compose({ packet: PACKET, out }));
  const report = await finish<VerifyReport>(w.api, w.api.binders.verify({ file: { path: out } }));
  return { out, report, text: run('pdftotext', out, '-').replace(/\s+/gu, ' ') };
}

const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });

function taken(file: string, name: string): Record<string, unknown> {
  const listed = run('pdfdetach', '-list', file).split('\n');
  const number = listed
    .find((line) => line.endsWith(`: ${name}`))
    ?.split(':')[0]
    ?.trim();
  if (number === undefined) throw new Error(`${name} is not attached`);
  const out = join(w.home, `taken-${name}`);
  run('pdfdetach', '-save', number, '-o', out, file);
  return JSON.parse(readFileSync(out, 'utf8'));
}

test('an evidence binder prints what people put into its packet, and carries it for machines', async () => {
  await fill(['results', 'evidence']);
  const draft = await exported('draft.pdf');
  expect(draft.text).toContain('Draft, not final');
  await w.api.packets.finalise({ packet: PACKET });
  const { out, text, report } = await exported('final.pdf');
  for (const said of [
    PURPOSE,
    'Waived by Rita',
    'Decided by the bank alone',
    'mandate.txt',
    `made final by ${OWNER}`,
    'About this packet',
    'Purpose and scope',
  ])
    expect(text).toContain(said);
  expect(report).toMatchObject({ verdict: 'valid-unknown-signer', problems: [] });
  expect(taken(out, 'packet.json')).toMatchObject({
    title: PACKET,
    sections: [{ text: PURPOSE }, {}, {}, {}, {}],
  });
  expect(JSON.stringify(taken(out, 'manifest.json'))).toContain('"kind":"section"');
});

test('a final evidence binder tells the records of the moment it was made final, whatever came afterwards', async () => {
  await decide();
  await fill([]);
  await w.api.packets.finalise({ packet: PACKET });
  w.clock.ahead += 40 * DAY;
  await w.as(OWNER);
  const { rows } = await w.api.controls.list({ limit: 1 });
  await w.api.assessments.set({
    control: rows[0]?.id ?? '',
    result: 'not-satisfied',
    note: 'Overtaken in spring',
  });
  await w.api.programme.put({
    kind: 'risk',
    fields: { title: 'A risk of the next quarter', severity: 'P0' },
  });
  const { text, report } = await exported('late.pdf');
  expect(text).toContain('Bank rejects a file');
  expect(text).toContain('Looked at the written policy');
  expect(text).not.toContain('Overtaken in spring');
  expect(text).not.toContain('A risk of the next quarter');
  expect(text).toContain('records as they stood then');
  expect(report).toMatchObject({
    verdict: 'valid-unknown-signer',
    problems: [],
    signOffs: { total: 1, recomputed: 1 },
  });

  await w.api.packets.setSection({ packet: PACKET, section: 'exceptions', text: 'One more word' });
  const changed = await exported('changed.pdf');
  expect(changed.text).toContain('Draft, not final');
  expect(changed.text).toContain('Overtaken in spring');
});

test('comparing two says whether their data for machines are the same, which no ledger tells', async () => {
  await fill(['results', 'evidence']);
  const draft = await exported('draft.pdf');
  await w.api.packets.setSection({ packet: PACKET, section: 'purpose', text: 'Made for somebody else.' });
  const other = await exported('other.pdf');
  const against = async (here: string, there: string) => {
    const { against: told } = await finish<VerifyReport>(
      w.api,
      w.api.binders.verify({ file: { path: here }, against: { path: there } }),
    );
    return told?.sentences.join('\n');
  };
  expect(await against(draft.out, draft.out)).toContain('Both carry the same packet.json, byte for byte.');
  expect(await against(other.out, draft.out)).toContain(
    'data for machines (packet.json) differ: they are of',
  );
});
