import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerReport } from '../../../../shared/contract/proof.ts';
import type { LinkReport, RegisterRow } from '../../../../shared/contract/register.ts';
import {
  type Api,
  faultOf,
  finish,
  makeEngagement,
  type TestWorkspace,
} from '../../../support/workspaces.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
let w: TestWorkspace;
let api: Api;
beforeEach(async () => {
  w = await makeEngagement({ Aziz: 'auditor', Rita: 'reviewer', Vera: 'viewer' });
  api = w.api;
});
afterEach(() => w.close());

const day = (offset: number) => new Date(Date.now() + offset * DAY).toISOString().slice(0, 10);

async function add(title: string, details: object = {}, control: string | null = 'AC-1'): Promise<string> {
  const { evidence } = await api.evidence.add({
    files: [
      { path: w.file(`${title.replace(/[^\w]/g, '-')}.txt`, `This shows ${title}.`), name: `${title}.txt` },
    ],
    title,
    links: control === null ? [] : [{ control }],
    ...details,
  });
  return evidence[0]?.id ?? '';
}
async function only(title: string, on: Api = api): Promise<RegisterRow> {
  const { rows } = await on.register.list({ text: title });
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`${rows.length} match ${title}`);
  return row;
}
async function expectIntact(): Promise<void> {
  const report = await finish<LedgerReport>(api, api.ledger.verify({ rebuild: true }));
  expect(report.problems).toEqual([]);
  expect(report.rebuild?.differences).toEqual([]);
}

const EVERY_FIELD = {
  owner: 'Olga',
  collected: '2026-01-05',
  expires: '2027-01-05',
  periodFrom: '2025-10-01',
  periodTo: '2025-12-31',
  lastVerified: '2026-01-06',
  note: 'Quarterly.',
  systems: ['Payroll', 'Directory'],
  verification: 'runbook',
  source: 'Ticket 4711',
  proofLink: 'https://wiki.example.org/reviews',
  reviewer: 'Rita',
  riskIfStale: 'Leavers keep access',
  marking: 'Confidential',
  retainUntil: day(400),
};

describe('evidence', () => {
  test('holds every field of a register, in its row, its search and its history', async () => {
    const id = await add('Access review', EVERY_FIELD);
    const row = await only('Access review');
    expect(row).toMatchObject({ ...EVERY_FIELD, id, held: false, serves: 1 });
    expect(row.places).toMatchObject([{ label: 'AC-1', title: 'Policy' }]);
    expect(row.removable).toEqual({
      allowed: false,
      because: `It is kept until ${EVERY_FIELD.retainUntil}.`,
    });
    for (const word of ['Directory', 'runbook', '4711', 'Leavers', 'Confidential'])
      expect((await api.search.find({ text: word })).map((hit) => hit.id)).toContain(id);
    await api.evidence.update({ evidence: id, reviewer: 'Renate', systems: ['Payroll', ' Payroll '] });
    const { history, evidence } = await api.evidence.get({ evidence: id });
    expect(evidence).toMatchObject({ reviewer: 'Renate', systems: ['Payroll'] });
    expect(history[0]?.summary).toBe('Evidence details changed: reviewer Rita → Renate');
  });

  test('is written by the first version of an action as long as an older build would understand', async () => {
    const id = await add('Plain');
    await api.evidence.update({ evidence: id, owner: 'Olga' });
    await api.evidence.update({ evidence: id, systems: ['Payroll'] });
    const actions = (await api.ledger.entries({})).rows.map((entry) => entry.action);
    expect(actions.slice(0, 3)).toEqual(['evidence.update@2', 'evidence.update@1', 'evidence.add@1']);
  });

  test('goes back to what it said, field by field, but never to a shorter retention', async () => {
    const id = await add('Plain');
    await api.evidence.update({ evidence: id, systems: ['Payroll'], source: 'Ticket' });
    await api.ledger.undo();
    expect(await only('Plain')).toMatchObject({ systems: [], source: '' });
    await api.evidence.update({ evidence: id, retainUntil: day(10) });
    expect(await faultOf(api.ledger.undo())).toMatchObject({ rule: 'retention' });
    expect(await faultOf(api.evidence.update({ evidence: id, retainUntil: day(9) }))).toMatchObject({
      rule: 'retention',
    });
    expect(await faultOf(api.evidence.update({ evidence: id, retainUntil: null }))).toMatchObject({
      rule: 'retention',
    });
  });
});

describe('a day that has not come', () => {
  const detailOf = async (act: Promise<unknown>) => {
    const fault = await faultOf(act);
    return fault && 'detail' in fault ? fault.detail : fault;
  };

  test('is none on which something was collected, verified, changed, measured or promised', async () => {
    const id = await add('Access review');
    const ahead = day(3);
    const late = new RegExp(`${ahead} has not come yet`);
    expect(await detailOf(add('Early', { collected: ahead }))).toMatch(late);
    expect(await detailOf(api.evidence.update({ evidence: id, collected: ahead }))).toMatch(late);
    expect(await detailOf(api.evidence.update({ evidence: id, lastVerified: ahead }))).toMatch(late);
    expect(
      await detailOf(api.register.declareChange({ systems: ['Payroll'], what: 'New', on: ahead })),
    ).toMatch(late);
    const { row } = await api.programme.put({ kind: 'kpi', fields: { title: 'Coverage', unit: '%' } });
    expect(await detailOf(api.programme.measure({ record: row.record, value: 1, day: ahead }))).toMatch(late);
    const gate = await api.programme.put({ kind: 'gate', fields: { title: 'Go live' } });
    const word = { record: gate.row.record, statement: 'So it is.', until: day(-1) };
    expect(await detailOf(api.programme.attest(word))).toContain('a day that has passed');
    // Where it is tomorrow already, tomorrow has come.
    expect((await api.evidence.update({ evidence: id, collected: day(1) })).evidence.collected).toBe(day(1));
  });

  test('and nothing expires before it was collected', async () => {
    const dates = { collected: '2026-03-01', expires: '2026-02-01' };
    expect(await detailOf(add('Upside down', dates))).toContain('before it was collected on 2026-03-01');
    const id = await add('Access review', { collected: '2026-03-01' });
    expect(await detailOf(api.evidence.update({ evidence: id, expires: '2026-02-01' }))).toContain('expire');
    // Old work is taken in as it is: its last day may have passed, also where nobody says when it was collected.
    await add('Old', { expires: '2026-02-01' });
  });
});

describe('half a year of the register', () => {
  test('what is due, missed, changed, attested and lapsed shows on its day, and the ledger stays intact', async () => {
    const id = await add('Backups', { owner: 'Olga', systems: ['Payroll'], expires: day(170) });
    await api.programme.put({ kind: 'cadence', fields: { refreshDays: 31, attestDays: 92 } });
    await add('Nobody needs this', {}, null);
    expect((await api.register.list({})).counts).toEqual({
      due: 0,
      stale: 0,
      expiring: 0,
      orphaned: 1,
      held: 0,
    });

    w.clock.ahead = 32 * DAY;
    expect(await only('Backups')).toMatchObject({
      stale: [expect.stringContaining('refreshed every 31 days')],
    });
    await api.evidence.revise({ evidence: id, files: [{ path: w.file('new.txt', 'newer') }] });
    expect(await only('Backups')).toMatchObject({ stale: [], collected: day(32), revision: 2 });

    w.clock.ahead = 40 * DAY;
    await api.evidence.update({ evidence: id, lastVerified: day(40) });
    const declared = await api.register.declareChange({ systems: ['PAYROLL '], what: 'Moved to a new host' });
    expect(declared.evidence).toBe(1);
    w.clock.ahead = 40 * DAY + 47 * HOUR;
    expect(await only('Backups')).toMatchObject({ stale: [] });
    w.clock.ahead = 40 * DAY + 49 * HOUR;
    expect((await only('Backups')).stale).toEqual([expect.stringContaining('Moved to a new host')]);
    await api.register.attest({ evidence: [id], statement: 'Still what we do.' });
    expect(await only('Backups')).toMatchObject({ stale: [], attestation: { by: 'Ada', met: true } });

    // An hour before midnight, 49 hours are three days.
    w.clock.ahead = 136 * DAY;
    await api.evidence.update({ evidence: id, lastVerified: day(136) });
    expect((await only('Backups')).stale).toEqual([expect.stringContaining('that is asked every 92 days')]);
    // The same words again are a new act.
    await api.register.attest({ owner: 'olga', statement: 'Still what we do.' });
    expect((await only('Backups')).stale).toEqual([]);

    w.clock.ahead = 150 * DAY;
    expect((await api.register.list({ only: 'expiring' })).rows.map((row) => row.title)).toEqual(['Backups']);
    w.clock.ahead = 171 * DAY;
    expect((await only('Backups')).stale).toContain(`It expired on ${day(170)}`);
    await expectIntact();
  }, 30_000);

  test('a cadence of the control is stricter than that of the engagement, and of nobody else', async () => {
    await add('Weekly', { owner: 'Olga' }, 'AC-2');
    await add('Slow', { owner: 'Olga' }, 'CM-1');
    await api.programme.put({ kind: 'cadence', fields: { for: null, refreshDays: 300 } });
    await api.programme.put({ kind: 'cadence', fields: { for: 'ac-2', refreshDays: 7 } });
    const refresh = async (title: string) =>
      (await only(title)).due.find((item) => item.kind === 'refresh')?.on;
    expect(await refresh('Weekly')).toBe(day(7));
    expect(await refresh('Slow')).toBe(day(300));
  });

  test('what is due is grouped by owner and day, what is overdue with it', async () => {
    await add('Backups', { owner: 'Olga' });
    await add('Firewall', { owner: 'Nils', collected: day(-40) });
    w.clock.ahead = 2 * DAY;
    const due = await api.register.due({ until: day(31) });
    expect(due.owners.map(({ owner, count, overdue }) => [owner, count, overdue])).toEqual([
      ['Nils', 2, 1],
      ['Olga', 2, 0],
    ]);
    expect(due.owners[0]?.days[0]).toMatchObject({
      day: day(-9),
      items: [{ title: 'Firewall', kind: 'refresh' }],
    });
    expect((await api.register.due({ until: day(30) })).total).toBe(1);
  });
});

describe('an attestation', () => {
  test('is a named person’s: a reviewer may, a viewer may not', async () => {
    const id = await add('Backups');
    await (await w.as('Rita')).register.attest({
      evidence: [id],
      met: false,
      statement: 'It is last year’s.',
    });
    expect(await only('Backups')).toMatchObject({
      attestation: { by: 'Rita', met: false },
      stale: [expect.stringContaining('Rita stated on')],
    });
    const viewer = await w.as('Vera');
    expect(await faultOf(viewer.register.attest({ evidence: [id], statement: 'Fine.' }))).toMatchObject({
      rule: 'named-person',
    });
  });

  test('of everything an owner has is one each, sealed at once, and a step of custody with the hash', async () => {
    const one = await add('Backups', { owner: 'Olga' });
    await add('Firewall', { owner: 'Olga' });
    await add('Other', { owner: 'Nils' });
    expect(await api.register.attest({ owner: 'Olga', statement: 'Holds.' })).toMatchObject({ attested: 2 });
    const { custody, evidence } = await api.evidence.get({ evidence: one });
    expect(custody.map(({ what, sha256 }) => [what, sha256])).toEqual([
      ['Taken in: Backups.txt', evidence.files[0]?.sha256],
      ['Attested: Backups.txt', evidence.files[0]?.sha256],
    ]);
    expect((await api.workspace.info()).counts.entries).toBeGreaterThan(0);
    expect(await faultOf(api.register.attest({ owner: 'Zoe', statement: 'Holds.' }))).toMatchObject({
      code: 'not-found',
    });
  });
});

test('evidence shown as proof is not removed unless that is meant', async () => {
  const id = await add('Rehearsal', {}, null);
  const { row } = await api.programme.put({ kind: 'gate', fields: { title: 'Go live' } });
  await api.programme.prove({ record: row.record, evidence: id });
  expect(await only('Rehearsal')).toMatchObject({
    orphaned: false,
    places: [{ label: 'gate', title: 'Go live' }],
  });
  expect(await faultOf(api.evidence.remove({ evidence: id }))).toMatchObject({
    rule: 'evidence-in-use',
    because: 'It is shown as proof on 1 record: Go live.',
  });
  await api.evidence.remove({ evidence: id, evenIfLinked: true });
  expect((await api.register.list({})).total).toBe(0);
});

test('one piece is found by any of its names', async () => {
  const id = await add('Backups');
  await add('Backups of the backups');
  const { reference } = await only('Backups of the backups');
  expect((await api.register.list({ evidence: id })).rows.map((row) => row.title)).toEqual(['Backups']);
  expect((await api.register.list({ evidence: reference })).total).toBe(1);
});

describe('a legal hold', () => {
  test('refuses removal, whatever else is said, until it is lifted', async () => {
    const id = await add('Backups');
    expect(await api.register.hold({ evidence: [id], reason: 'Matter 7' })).toEqual({ changed: 1, held: 1 });
    expect(await only('Backups')).toMatchObject({ held: true, holds: [{ by: 'Ada', reason: 'Matter 7' }] });
    expect((await api.register.list({ only: 'held' })).total).toBe(1);
    expect(await faultOf(api.evidence.remove({ evidence: id, evenIfLinked: true }))).toMatchObject({
      rule: 'legal-hold',
    });
    await api.register.hold({ evidence: [id], on: false, reason: 'Settled' });
    expect(await api.register.hold({ evidence: [id], on: false, reason: 'Settled' })).toEqual({
      changed: 0,
      held: 0,
    });
    // Laid again in the same words, it stands again.
    await api.register.hold({ evidence: [id], reason: 'Matter 7' });
    expect(await only('Backups')).toMatchObject({ held: true });
    await api.register.hold({ evidence: [id], on: false, reason: 'Settled' });
    await api.evidence.remove({ evidence: id, evenIfLinked: true });
    expect((await api.register.list({})).total).toBe(0);
    await expectIntact();
  });

  test('is laid by whoever administers and by nobody else', async () => {
    const id = await add('Backups');
    for (const name of ['Aziz', 'Rita', 'Vera'])
      expect(await faultOf((await w.as(name)).register.hold({ evidence: [id], reason: 'No' }))).toMatchObject(
        { code: 'forbidden' },
      );
  });
});

describe('a check of files and links', () => {
  const check = (input: Parameters<Api['register']['checkLinks']>[0] = {}) =>
    finish<LinkReport>(api, api.register.checkLinks(input));

  test('reads every kept file again and looks whether paths are there', async () => {
    const path = w.file('proof.txt', 'proof');
    await add('Backups', { proofLink: path });
    await add('Firewall', { proofLink: join(w.home, 'gone.txt') });
    await add('Share', { proofLink: '\\\\server\\share\\x' });
    const report = await check();
    expect(report).toMatchObject({ checked: 3, broken: 1, notChecked: 1 });
    expect(
      report.rows.map(({ title, findings }) => [title, findings.map((one) => one.outcome)]).sort(),
    ).toEqual([
      ['Firewall', ['missing']],
      ['Share', ['not-checked']],
    ]);
    expect((await only('Firewall')).due[0]).toMatchObject({ kind: 'links', overdue: true });
    expect(await only('Backups')).toMatchObject({ check: { by: 'Ada', broken: 0 } });
    rmSync(path);
    expect((await check({ evidence: [(await only('Backups')).id] })).broken).toBe(1);
  });

  test('says which kept file is damaged, in the register and in its custody', async () => {
    const id = await add('Backups');
    const vault = join(w.dir, 'vault');
    const { readdirSync, statSync } = await import('node:fs');
    const files = readdirSync(vault, { recursive: true, encoding: 'utf8' })
      .map((name) => join(vault, name))
      .filter((name) => statSync(name).isFile() && statSync(name).size < 2000);
    for (const file of files) {
      const bytes = readFileSync(file);
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      writeFileSync(file, bytes);
    }
    expect((await check({ evidence: [id] })).rows[0]?.findings[0]).toMatchObject({
      target: 'Backups.txt',
      outcome: 'damaged',
    });
    const { custody } = await api.evidence.get({ evidence: id });
    expect(custody.at(-1)?.what).toBe('Read again and found damaged: Backups.txt');
  });

  test('asks nothing on the web until both the copy and the call say so', async () => {
    await add('Backups', { proofLink: 'http://127.0.0.1:9/x' });
    expect((await check()).rows[0]?.findings[0]).toMatchObject({ outcome: 'not-checked' });
    expect(await faultOf(check({ urls: true }))).toMatchObject({ rule: 'web-off' });
    expect(await api.register.preferences()).toEqual({ urls: false });
    await api.register.prefer({ urls: true });
    const report = await check({ urls: true });
    expect(report.rows[0]?.findings[0]).toMatchObject({
      outcome: 'not-checked',
      detail: 'It leads to an address that is not public, which is never asked.',
    });
    expect(report.broken).toBe(0);
  });
});

describe('the register as CSV', () => {
  /** Reads RFC 4180 back, by the letter. */
  function parse(text: string): string[][] {
    const rows: string[][] = [[]];
    const cell = /("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r\n)/gy;
    for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
      const [, raw = '', end] = match;
      rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
      if (end === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
  }

  test('holds every column, whatever a cell says, and nothing a spreadsheet would run', async () => {
    await add('=HYPERLINK("http://evil","x")', {
      ...EVERY_FIELD,
      owner: '+Olga, "the" owner',
      note: 'two\r\nlines',
    });
    const { text, counts, problems, sha256 } = await api.register.csv({});
    const [head = [], row = []] = parse(text ?? '');
    expect(counts).toEqual({ rows: 1, columns: head.length });
    const cells = Object.fromEntries(head.map((name, at) => [name, row[at]]));
    expect(cells).toMatchObject({
      Title: `'=HYPERLINK("http://evil","x")`,
      Owner: `'+Olga, "the" owner`,
      Notes: 'two\r\nlines',
      'Control ID': 'AC-1',
      'Control name': 'Policy',
      'Systems in scope': 'Payroll; Directory',
      'Last verified': '2026-01-06',
      'Verification method': 'runbook',
      'Evidence link': 'https://wiki.example.org/reviews',
      'Reviewer / approver': 'Rita',
      'Next review / expires': '2027-01-05',
      'Risk if stale': 'Leavers keep access',
      Classification: 'Confidential',
      'Kept until': EVERY_FIELD.retainUntil,
    });
    expect(problems.map(({ where }) => where.replace(/^\S+ /, ''))).toEqual(['Title', 'Owner']);
    const out = join(w.home, 'register.csv');
    expect(await api.register.csv({ out })).toMatchObject({ file: out, text: null, sha256 });
    expect(readFileSync(out, 'utf8')).toBe(text);
    expect(await faultOf(api.register.csv({ out }))).toMatchObject({ code: 'conflict' });
  });
});

describe('an evidence request', () => {
  const ask = () =>
    api.register.ask({ title: 'Access reviews of 2026', asked: 'Olga', due: day(5), for: 'ac-2' });

  test('is asked, answered, returned, answered again and accepted', async () => {
    const { request } = await ask();
    expect(request).toMatchObject({
      overdue: false,
      place: { label: 'AC-2', title: 'Accounts' },
      evidence: [],
    });
    w.clock.ahead = 6 * DAY;
    expect((await api.register.requests({ overdue: true })).total).toBe(1);
    expect(await faultOf(api.register.acceptAnswer({ request: request.row.id }))).toMatchObject({
      rule: 'request-open',
    });
    const existing = await add('Reviews', {}, null);
    const answered = await api.register.answer({
      request: 'Access reviews of 2026',
      evidence: [existing],
      files: [{ path: w.file('q2.txt', 'second quarter') }],
    });
    expect(answered.request).toMatchObject({ overdue: false, row: { body: { state: 'answered' } } });
    expect(answered.request.evidence.map((one) => [one.title, one.links])).toEqual([
      ['Reviews', 1],
      ['q2.txt', 1],
    ]);
    expect((await only('q2.txt')).places.map((place) => place.label)).toEqual(['AC-2', 'request']);
    await api.register.returnAnswer({ request: request.row.id, note: 'The third quarter is missing.' });
    expect(await faultOf(api.register.answer({ request: request.row.id }))).toMatchObject({
      code: 'invalid-input',
    });
    await api.register.answer({ request: request.row.id, note: 'There was none in the third.' });
    const accepted = await api.register.acceptAnswer({ request: request.row.id });
    expect(accepted.request.row.body).toMatchObject({
      state: 'accepted',
      note: 'There was none in the third.',
    });
    expect(await faultOf(api.register.answer({ request: request.row.id, note: 'More' }))).toMatchObject({
      rule: 'request-accepted',
    });
    await expectIntact();
  });

  test('is handed over as a folder, byte for byte, with every hash and a word on what is missing', async () => {
    const { request } = await ask();
    const gone = await add('Gone', {}, null);
    await api.register.answer({
      request: request.row.id,
      evidence: [gone],
      files: [{ path: w.file('a b.txt', 'first') }, { path: w.file('CON.txt', 'second') }],
    });
    await api.evidence.remove({ evidence: gone, evenIfLinked: true });
    const out = join(w.home, 'answer');
    const written = await api.register.answerPackage({ request: request.row.id, out });
    expect(written.files.map(({ path }) => path.replace(/^E-\w+\//, ''))).toEqual(['a b.txt', '_CON.txt']);
    expect(readFileSync(join(out, written.files[0]?.path ?? ''), 'utf8')).toBe('first');
    expect(written.missing).toEqual([
      { what: `Evidence ${gone}`, because: 'It was removed after the answer.' },
    ]);
    expect(written.summary).toContain('It holds 2 files of 2 pieces of evidence');
    const manifest = JSON.parse(readFileSync(written.manifest.path, 'utf8')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      schema: 'bindery.answer-package/1',
      request: { title: 'Access reviews of 2026', place: { label: 'AC-2' } },
      missing: written.missing,
    });
    const { createHash } = await import('node:crypto');
    for (const line of readFileSync(join(out, 'SHA256SUMS'), 'utf8').trimEnd().split('\n')) {
      const [sha256 = '', path = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(readFileSync(join(out, path)))
          .digest('hex'),
      ).toBe(sha256);
    }
    const { custody } = await api.evidence.get({ evidence: (await only('a b.txt')).id });
    expect(custody.at(-1)?.what).toBe('Handed over in answer to "Access reviews of 2026": a b.txt');
    expect(await faultOf(api.register.answerPackage({ request: request.row.id, out }))).toMatchObject({
      code: 'conflict',
    });
    const folders = [];
    for (let time = 0; time < 2; time += 1)
      folders.push((await api.register.answerPackage({ request: request.row.id })).folder);
    const named = join(w.home, 'Answers', `Access reviews of 2026 ${day(0)}`);
    expect(folders).toEqual([named, `${named} (2)`]);
    expect(existsSync(join(named, 'SHA256SUMS'))).toBe(true);
  });
});

test('every export is a step of custody of its own, also a viewer’s, and taking back skips it', async () => {
  const id = await add('Backups', { note: 'first' });
  await api.evidence.update({ evidence: id, note: 'second' });
  for (const folder of ['one', 'two']) await api.evidence.export({ evidence: id, out: join(w.home, folder) });
  await api.ledger.undo();
  expect(await only('Backups')).toMatchObject({ note: 'first' });
  await (await w.as('Vera')).evidence.export({ evidence: id, out: join(w.home, 'three') });
  expect(existsSync(join(w.home, 'three', 'Backups.txt'))).toBe(true);
  const { custody } = await api.evidence.get({ evidence: id });
  expect(custody.map(({ by, what }) => `${by} ${what}`)).toEqual([
    'Ada Taken in: Backups.txt',
    'Ada Exported: Backups.txt',
    'Ada Exported: Backups.txt',
    'Vera Exported: Backups.txt',
  ]);
});

test('a planned record goes back to the plan’s own words, and an added one to nothing said', async () => {
  const { rows } = await api.programme.list({ kind: 'phase' });
  const [phase] = rows;
  if (phase === undefined) throw new Error('the plan has no phase');
  await api.programme.put({
    kind: 'phase',
    record: phase.record,
    fields: { to: '2026-05-05', title: 'Other' },
  });
  await api.ledger.undo();
  const after = (await api.programme.get({ record: phase.record })).row;
  expect(after).toMatchObject({ title: phase.title, body: phase.body });
  const { row } = await api.programme.put({ kind: 'risk', fields: { title: 'Lapse' } });
  await api.programme.put({ kind: 'risk', record: row.record, fields: { owner: 'Olga' } });
  await api.ledger.undo();
  expect((await api.programme.get({ record: row.record })).row.body).toMatchObject({
    title: 'Lapse',
    owner: '',
  });
  expect(await faultOf(api.ledger.undo({ ...(await created(row.record)) }))).toMatchObject({
    rule: 'not-undoable',
  });
  await expectIntact();
});

/** The entry in which a record began. */
async function created(record: string): Promise<{ writer: string; seq: number }> {
  const { history } = await api.programme.get({ record });
  const first = history.at(-1);
  if (first === undefined) throw new Error('it has no history');
  return { writer: first.writer, seq: first.seq };
}
