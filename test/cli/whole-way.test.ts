import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asReviewer,
  type Binder,
  type Disk,
  differing,
  emptyDisk,
  NOTES,
  ODD_FILES,
  OWN_CATALOG,
  OWN_PLAN,
  OWNER,
  OWNER_PASSPHRASE,
  REVIEWER,
  serving,
  sha256,
  toCountersigned,
  twoMembers,
} from '../support/whole-way.ts';

let disk: Disk;
let kit: string;
let audit: Binder;
let programme: Binder;

const OF_AUDIT = ['--engagement', 'Quay audit'];
const OF_PROGRAMME = ['--engagement', 'Readiness programme'];
const ITEM = 'Test the radio at night';

beforeAll(async () => {
  disk = emptyDisk();
  kit = (await twoMembers(disk)).recoveryKit;
  await disk.done('import', ['ws', OWN_CATALOG, OWN_PLAN]);
  audit = await toCountersigned(disk, 'Quay audit', 'Harbour controls', { control: 'AC-2(1)' });
  programme = await toCountersigned(
    disk,
    'Readiness programme',
    'Harbour readiness plan',
    { item: ITEM },
    { 'radio log.txt': 'answered after 40 s' },
  );
}, 240_000);

afterAll(() => disk.remove());

describe('the whole way by command line, with a catalog and a plan of our own', () => {
  it('counts what the two files hold', async () => {
    const { counts, conflicts } = await disk.done('info', ['ws']);
    expect(conflicts).toBe(0);
    expect(counts).toMatchObject({
      frameworks: 2,
      controls: 7,
      engagements: 2,
      checklists: 2,
      items: 5,
      evidence: 2,
      files: Object.keys(ODD_FILES).length + 1,
      members: 2,
    });
  });

  it('says of each file what it is, what it holds and where nothing changed', async () => {
    const { files } = await disk.done('import', ['ws', OWN_CATALOG, OWN_PLAN]);
    expect(files.map((file) => [file.file, file.outcome, file.format, file.sha256])).toEqual([
      [OWN_CATALOG, 'unchanged', 'oscal-catalog-json', sha256(readFileSync(OWN_CATALOG))],
      [OWN_PLAN, 'unchanged', 'plan-markdown', sha256(readFileSync(OWN_PLAN))],
    ]);
    expect(files[0]?.counts).toMatchObject({
      groups: 2,
      controls: 7,
      enhancements: 2,
      withdrawn: 1,
      parameters: 1,
    });
    expect(files[1]?.counts).toMatchObject({
      phases: 2,
      risks: 2,
      gates: 2,
      kpis: 2,
      checklists: 2,
      items: 5,
      criteria: 2,
    });
  });

  it.each([
    ['a control', () => audit],
    ['an item of a plan', () => programme],
  ])('submits %s by the preparer’s signature and accepts it by the reviewer’s', (_, binder) => {
    expect(binder().status).toEqual(['submitted', 'accepted']);
  });

  it.each([
    ['the audit', () => audit],
    ['the programme', () => programme],
  ])('the binder of %s is signed by both, valid, and nothing in it differs', async (_, binder) => {
    expect(binder().composed.signatures.map((one) => one.by)).toEqual([OWNER]);
    expect(binder().countersigned.signatures.map((one) => one.by)).toEqual([OWNER, REVIEWER]);
    const { files } = await disk.done('verify', [binder().file]);
    expect(files).toMatchObject([
      {
        file: binder().file,
        verdict: 'valid-unknown-signer',
        signatures: [
          { by: OWNER, valid: true, coversRevision: true, coversWholeFile: false },
          { by: REVIEWER, valid: true, coversRevision: true, coversWholeFile: true },
        ],
        manifest: { mismatches: [] },
        checkpoint: { valid: true },
        problems: [],
      },
    ]);
    expect(files[0]?.manifest?.files).toBe(binder().composed.attachments - 1);
  });

  it('tells whether the ledger of one binder continues the other’s, and ends with 3 where the other is bad', async () => {
    const later = await disk.done('verify', [programme.file, '--against', audit.file]);
    expect(later.files).toMatchObject([
      { against: { file: audit.file, relation: 'consistent', newer: 'here' } },
    ]);
    const bytes = readFileSync(audit.file);
    const at = bytes.indexOf('/MediaBox') + 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const bad = disk.write('turned.pdf', bytes);
    const told = await disk.run(['verify', programme.file, '--against', bad], { passphrase: null });
    expect(told).toMatchObject({ code: 3, value: { files: [{ against: { relation: 'unsaid' } }] } });
  });

  it('knows the signers once their certificates are named, and asks for them where that is demanded', async () => {
    const { files } = await disk.done('verify', [audit.file]);
    const certificates = (files[0]?.signatures ?? []).map((one, at) =>
      disk.write(`${at}.pem`, one.certificatePem),
    );
    const known = await disk.done('verify', [audit.file, '--trust', ...certificates, '--require-trusted']);
    expect(known.files[0]?.verdict).toBe('valid');
    const unknown = await disk.run(['verify', audit.file, '--require-trusted'], { passphrase: null });
    expect(unknown).toMatchObject({ code: 3, value: { files: [{ verdict: 'valid-unknown-signer' }] } });
  });

  it.each([
    ['the audit', () => audit],
    ['the programme', () => programme],
  ])('gives every file of %s back byte for byte under its own name', async (_, binder) => {
    expect(await differing(disk, binder())).toEqual([]);
  });

  it('keeps an intact ledger that replays to exactly the tables there are', async () => {
    const report = await disk.done('ledger verify', ['ws', '--rebuild']);
    expect(report).toMatchObject({ intact: true, problems: [], devices: 1, rebuild: { differences: [] } });
    expect(report.rebuild?.tables).toBeGreaterThan(10);
  });

  it('shows an assessment with everything that was done to it', async () => {
    const { rows } = await disk.done('list', ['ws', 'assessments', '--where', 'result=satisfied']);
    const { record, history } = await disk.done('show', ['ws', 'assessment', rows[0]?.id ?? '']);
    expect(record).toMatchObject({ result: 'satisfied', status: 'accepted' });
    expect(JSON.stringify(history)).toContain(NOTES.control);
  });

  it.each([
    ['controls', 7],
    ['risks', 2],
    ['gate', 2],
    ['members', 2],
  ])('lists %s, all %i of them, and a page at a time', async (kind, total) => {
    const page = await disk.done('list', ['ws', kind, '--limit', '1', '--offset', '1']);
    expect({ total: page.total, rows: page.rows.length }).toEqual({ total, rows: 1 });
  });
});

describe('exit codes and refusals', () => {
  it('refuses with 1 and says which key is wrong, whoever is meant', async () => {
    const wrong = await disk.run(['info', 'ws'], { passphrase: 'not this one' });
    expect(wrong).toMatchObject({ code: 1, fault: { code: 'wrong-key' } });
    const other = await disk.run(['info', 'ws', '--member', REVIEWER]);
    expect(other).toMatchObject({ code: 1, fault: { code: 'wrong-key' } });
    const own = await disk.run(['info', 'ws', '--member', REVIEWER], asReviewer);
    expect(own.code).toBe(0);
  });

  it('reads the passphrase from a file whose last line end is not part of it', async () => {
    const file = disk.write('passphrase.txt', `${OWNER_PASSPHRASE}\n`);
    const { code } = await disk.run(['info', 'ws', '--passphrase-file', file], { passphrase: null });
    expect(code).toBe(0);
    const without = await disk.run(['info', 'ws'], { passphrase: null });
    expect(without).toMatchObject({ code: 2, fault: { code: 'usage' } });
  });

  it.each([
    [['verfy', 'x.pdf'], 'verify'],
    [['info', 'ws', '--membre', 'x'], '--member'],
    [['list', 'ws', 'contrlos'], 'control'],
    [['call', 'ws', 'evidence.ad'], 'evidence.add'],
  ])('says of %j what was probably meant, and ends with 2', async (args, meant) => {
    const { code, fault } = await disk.run(args);
    expect({ code, fault: fault?.code }).toEqual({ code: 2, fault: 'usage' });
    expect(JSON.stringify(fault)).toContain(`Did you mean \\"${meant}`.replace('\\"--', '--'));
  });

  it.each([
    ['a word that is missing', ['info']],
    ['a word too many', ['info', 'ws', 'again']],
    ['a flag that is needed', ['engagement', 'new', 'ws', '--name', 'X']],
    ['a result that does not exist', ['assess', 'ws', 'AC-1', '--result', 'maybe']],
    ['a passphrase as an argument', ['info', 'ws', '--passphrase', 'x']],
  ])('calls %s a matter of usage', async (_, args) => {
    expect(await disk.run(args)).toMatchObject({ code: 2, fault: { code: 'usage' } });
  });

  it.each([
    ['not-found', ['info', 'nowhere']],
    ['not-found', ['assess', 'ws', 'ZZ-9', ...OF_AUDIT, '--result', 'satisfied']],
    ['not-found', ['evidence', 'export', 'ws', 'E-00000', '--out', 'x']],
    ['not-found', ['verify', 'no such.pdf']],
    ['conflict', ['sign', 'ws', 'checklist', 'Tasks', '--as', 'preparer', ...OF_PROGRAMME]],
    ['conflict', ['assess', 'ws', 'AC-1', '--result', 'satisfied']],
    ['rule-broken', ['sign', 'ws', 'control', 'AC-1', '--as', 'preparer', ...OF_AUDIT]],
  ])('refuses with 1 and %s: %j', async (code, args) => {
    expect(await disk.run(args)).toMatchObject({ code: 1, fault: { code } });
  });

  it('will not let a preparer review their own work, nor a reviewer do what only an owner may', async () => {
    const own = await disk.run(['sign', 'ws', 'control', 'AC-2(1)', '--as', 'reviewer', ...OF_AUDIT]);
    expect(own).toMatchObject({ code: 1, fault: { code: 'rule-broken' } });
    const add = await disk.run(['member', 'add', 'ws', '--name', 'Eve', '--role', 'owner'], {
      ...asReviewer,
      newPassphrase: 'another long passphrase',
    });
    expect(add).toMatchObject({ code: 1, fault: { code: 'forbidden' } });
  });

  it('refuses to create a workspace where something is', async () => {
    const again = await disk.run(['init', 'ws', '--name', 'Again', '--member', 'X']);
    expect(again.code).toBe(1);
    expect(again.fault?.code).not.toBe('internal');
  });

  it('tells people the same in two sentences on standard error, and nothing on standard output', async () => {
    const { code, stdout, stderr } = await disk.run(['info', 'nowhere'], { prose: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect(stderr).toContain('nowhere');
  });

  it('ends with 1 where one file of an import was refused, and keeps the others', async () => {
    const junk = disk.write('junk.json', '{"not":"a catalog"}');
    const { code, value } = await disk.run(['import', 'ws', junk, OWN_PLAN]);
    expect(code).toBe(1);
    expect(value).toMatchObject({ files: [{ outcome: 'refused' }, { outcome: 'unchanged' }] });
  });

  it('ends with 3 where a binder was changed', async () => {
    const bytes = readFileSync(audit.file);
    const at = bytes.indexOf('/MediaBox') + 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(disk.path('changed.pdf'), bytes);
    const found = await disk.run(['verify', audit.file, 'changed.pdf'], { passphrase: null });
    expect(found).toMatchObject({
      code: 3,
      value: { files: [{ verdict: 'valid-unknown-signer' }, { file: 'changed.pdf', verdict: 'invalid' }] },
    });
  });

  it('answers help without a workspace, a passphrase or a network', async () => {
    const { code, stdout } = await disk.run(['help'], { prose: true, passphrase: null });
    expect(code).toBe(0);
    for (const verb of ['init', 'import', 'evidence add', 'countersign', 'ledger verify', 'serve']) {
      expect(stdout).toContain(verb);
    }
  });

  it('never shows the recovery kit again after the workspace was made', async () => {
    const said = await Promise.all(
      [
        ['info', 'ws'],
        ['list', 'ws', 'members'],
        ['list', 'ws', 'devices'],
      ].map((args) => disk.run(args)),
    );
    // Three at once: each was answered or told that another has it open.
    for (const { code, fault } of said) expect(code === 0 || fault?.code === 'in-use').toBe(true);
    expect(said.map((one) => one.stdout).join('')).not.toContain(kit);
  });
});

describe('a workspace that another process has open', () => {
  it('is refused as in use while the browser shell holds it, and opens afterwards', async () => {
    const shell = await serving(disk, 'ws');
    try {
      await unlockInShell(shell.url, disk.path('ws'));
      const busy = await disk.run(['info', 'ws']);
      expect(busy).toMatchObject({ code: 1, fault: { code: 'in-use' } });
    } finally {
      await shell.stop();
    }
    expect((await disk.run(['info', 'ws'])).code).toBe(0);
  });
});

/** What the page does when a person types their passphrase. */
async function unlockInShell(url: string, dir: string): Promise<void> {
  const { bearerFrom } = await import('../support/doors.ts');
  const { createORPCClient } = await import('@orpc/client');
  const { RPCLink } = await import('@orpc/client/fetch');
  const { origin } = new URL(url);
  const headers = { authorization: `Bearer ${await bearerFrom(origin, url)}` };
  const client: import('../../core/root.ts').Core['client'] = createORPCClient(
    new RPCLink({ url: `${origin}/rpc`, headers }),
  );
  await client.workspace.unlock({ dir, passphrase: OWNER_PASSPHRASE });
}
