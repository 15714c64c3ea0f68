import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCore } from '../../core/index.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import { command } from '../support/command.ts';

const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };
const PLAN = `# Payroll readiness\n\n## Phase 1: Prepare\n\n- [ ] Restore a backup\n- [x] Name an owner\n\n## Exit criteria\n\n- All backups restored\n`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bindery-way-'));
  await writeFile(join(folder, 'catalog.json'), bigCatalog(6));
  await writeFile(join(folder, 'plan.md'), PLAN);
  await writeFile(join(folder, 'access log ü.txt'), 'who came in\n');
  await writeFile(join(folder, 'empty.json'), '');
});
afterAll(() => rm(folder, { recursive: true }));

interface Said {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test asserts the very shape it reads
  readonly value: any;
  readonly fault: { readonly code: string } | undefined;
}

/** Types a command in the folder, as Ada unless said otherwise, and reads the one JSON document it prints. */
async function type(line: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Said> {
  const run = await command(
    [...line, '--json'],
    {},
    {
      folder,
      environment: {
        BINDERY_HOME: join(folder, 'home'),
        BINDERY_PASSPHRASE: 'a long passphrase of Ada',
        ...environment,
      },
      createCore: (options) => createCore({ ...options, cost: CHEAP }),
    },
  );
  const document = JSON.parse(run.out);
  expect(document.ok).toBe(document.fault === undefined);
  return { code: run.code, value: document.value, fault: document.fault };
}
const BOB = { BINDERY_PASSPHRASE: 'another one of Bob' };

describe('the whole way by command line', () => {
  let kit: string;
  let evidence: string;

  test('a workspace is created in an empty folder only', async () => {
    const made = await type(['init', 'ws', '--name', 'Payroll', '--member', 'Ada']);
    expect(made).toMatchObject({
      code: 0,
      value: {
        workspace: { id: expect.any(String), name: 'Payroll' },
        member: { name: 'Ada' },
        recoveryKit: expect.any(String),
      },
    });
    kit = made.value.recoveryKit;
    expect((await type(['init', 'ws', '--name', 'P', '--member', 'A'])).code).toBe(1);
  });

  test('a dry run changes nothing, an import reports every file, a second one finds them unchanged', async () => {
    const files = ['catalog.json', 'plan.md', 'empty.json'];
    const outcomes = async (...flags: string[]) => {
      const { code, value } = await type(['import', 'ws', ...files, ...flags]);
      return [
        code,
        ...value.files.map((file: { file: string; outcome: string }) => `${file.file} ${file.outcome}`),
      ];
    };
    expect(await outcomes('--dry-run')).toEqual([
      1,
      'catalog.json would-import',
      'plan.md would-import',
      'empty.json refused',
    ]);
    expect((await type(['info', 'ws'])).value.counts.frameworks).toBe(0);
    expect(await outcomes()).toEqual([1, 'catalog.json imported', 'plan.md imported', 'empty.json refused']);
    expect(await outcomes()).toEqual([
      1,
      'catalog.json unchanged',
      'plan.md unchanged',
      'empty.json refused',
    ]);
    expect((await type(['list', 'ws', 'controls', '--limit', '2'])).value).toMatchObject({
      total: 6,
      rows: { length: 2 },
    });
  });

  test('a second member has a passphrase of their own', async () => {
    const added = await type(['member', 'add', 'ws', '--name', 'Bob', '--role', 'Reviewer'], {
      BINDERY_NEW_PASSPHRASE: BOB.BINDERY_PASSPHRASE,
    });
    expect(added.value).toEqual({ member: { id: expect.any(String), name: 'Bob', role: 'reviewer' } });
  });

  test('an engagement takes frameworks by title, and a control in any style', async () => {
    const opened = await type([
      'engagement',
      'new',
      'ws',
      '--name',
      'Audit',
      '--framework',
      'Large catalog',
      'Payroll readiness',
    ]);
    expect(opened.value.engagement).toMatchObject({ name: 'Audit', subjects: [{ name: 'Whole scope' }] });
    for (const label of ['G0-1', 'g0-1']) {
      const set = await type([
        'assess',
        'ws',
        label,
        '--result',
        'satisfied',
        '--method',
        'TEST',
        '--note',
        'Seen',
      ]);
      expect(set.value.assessment).toMatchObject({
        result: 'satisfied',
        method: 'test',
        note: 'Seen',
        status: 'draft',
      });
    }
    expect(await type(['assess', 'ws', 'G9-9', '--result', 'satisfied'])).toMatchObject({
      code: 1,
      fault: { code: 'not-found' },
    });
  });

  test('evidence goes in with its hash and comes out byte for byte', async () => {
    const added = await type([
      'evidence',
      'add',
      'ws',
      'access log ü.txt',
      '--control',
      'G0-1',
      '--collected',
      '2026-01-05',
    ]);
    expect(added.value.evidence).toEqual([
      {
        id: expect.any(String),
        reference: expect.stringMatching(/^E-/),
        title: expect.any(String),
        files: [
          {
            name: 'access log ü.txt',
            sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
            bytes: 12,
            mediaType: 'text/plain',
          },
        ],
      },
    ]);
    evidence = added.value.evidence[0].id;
    await type(['evidence', 'export', 'ws', evidence, '--out', 'out']);
    expect(await readdir(join(folder, 'out'))).toEqual(['access log ü.txt']);
    expect(await readFile(join(folder, 'out/access log ü.txt'), 'utf8')).toBe('who came in\n');
  });

  test('a checklist is worked item by item', async () => {
    const [checklist] = (await type(['checklist', 'list', 'ws'])).value.rows;
    const shown = (await type(['checklist', 'show', 'ws', checklist.id])).value.checklist;
    const set = await type([
      'checklist',
      'set',
      'ws',
      shown.rows[0].id,
      '--result',
      'satisfied',
      '--note',
      'Restored',
    ]);
    expect(set.value.checklist.rows[0]).toMatchObject({ result: 'satisfied', note: 'Restored' });
  });

  test('two named people sign, never the same one twice', async () => {
    const prepared = await type(['sign', 'ws', 'control', 'G0-1', '--as', 'preparer']);
    expect(prepared.value.signOff).toMatchObject({
      id: expect.any(String),
      digest: expect.any(String),
      by: { name: 'Ada' },
    });
    expect(await type(['sign', 'ws', 'control', 'G0-1', '--as', 'reviewer'])).toMatchObject({
      code: 1,
      fault: { code: 'rule-broken', rule: 'segregation-of-duties' },
    });
    const reviewed = await type(['sign', 'ws', 'control', 'G0-1', '--as', 'reviewer'], BOB);
    expect(reviewed.value.signOff.digest).toBe(prepared.value.signOff.digest);
  });

  test('a binder is composed, countersigned and verified by anybody', async () => {
    const composed = await type(['binder', 'ws', '--out', 'b.pdf']);
    expect(composed.value).toMatchObject({
      pages: expect.any(Number),
      signatures: [{ by: 'Ada' }],
      manifest: { omitted: [] },
    });
    expect((await type(['countersign', 'b.pdf', '--workspace', 'ws'], BOB)).value.signatures).toHaveLength(2);
    const verified = await type(['verify', 'b.pdf'], { BINDERY_PASSPHRASE: '' });
    expect(verified).toMatchObject({
      code: 0,
      value: {
        files: [
          {
            file: 'b.pdf',
            verdict: 'valid-unknown-signer',
            signatures: [
              { by: 'Ada', valid: true, coversRevision: true, coversWholeFile: false },
              { by: 'Bob', valid: true, coversRevision: true, coversWholeFile: true },
            ],
            manifest: { mismatches: [] },
            problems: [],
          },
        ],
      },
    });
    expect((await type(['verify', 'b.pdf', '--require-trusted'])).code).toBe(3);
    for (const [at, signature] of verified.value.files[0].signatures.entries()) {
      await writeFile(join(folder, `${at}.pem`), signature.certificatePem);
    }
    const trusted = await type(['verify', 'b.pdf', '--trust', '0.pem', '1.pem', '--require-trusted']);
    expect([trusted.code, trusted.value.files[0].verdict]).toEqual([0, 'valid']);
  });

  test('a binder goes into a bag for an archive, which anybody verifies', async () => {
    const made = await type(['binder', 'bag', 'b.pdf', '--out', 'bag'], { BINDERY_PASSPHRASE: '' });
    expect(made).toMatchObject({ code: 0, value: { binder: { name: 'b.pdf' } } });
    const { files } = made.value;
    const verified = await type(['bag', 'verify', 'bag'], { BINDERY_PASSPHRASE: '' });
    expect(verified).toMatchObject({
      code: 0,
      value: {
        verdict: 'valid-unknown-signer',
        complete: true,
        valid: true,
        payload: { files },
        beside: { files: files - 1, equal: files - 1 },
        problems: [],
      },
    });
    expect((await type(['bag', 'verify', 'bag', '--require-trusted'])).code).toBe(3);
    await writeFile(join(folder, 'bag/data/files/register.csv'), 'Reference\r\n');
    const changed = await type(['bag', 'verify', 'bag']);
    expect([changed.code, changed.value.verdict]).toEqual([3, 'invalid']);
    expect((await type(['bag', 'verify', 'no-bag'])).fault).toMatchObject({ code: 'not-found' });
    expect((await type(['binder', 'bag', 'b.pdf', '--out', 'bag'])).fault).toMatchObject({
      code: 'conflict',
    });
  });

  test('a redacted binder says what is redacted, and is shown to derive from the full one', async () => {
    await type(['binder', 'ws', '--out', 'full.pdf']);
    const composed = await type([
      'binder',
      'ws',
      '--out',
      'r.pdf',
      '--redact',
      'note G0-1: Names, and more: places',
    ]);
    expect(composed.value.manifest.omitted).toMatchObject([
      { kind: 'note', reason: 'redacted', detail: 'Names, and more: places', bytes: 4 },
    ]);
    const compared = await type(['verify', 'r.pdf', '--against', 'full.pdf'], { BINDERY_PASSPHRASE: '' });
    expect([compared.code, compared.value.files[0].against.derivation]).toMatchObject([
      0,
      { derives: true, redactions: 1, undeclared: [] },
    ]);
    await type(['assess', 'ws', 'G0-3', '--result', 'satisfied']);
    await type(['binder', 'ws', '--out', 'full.pdf']);
    const later = await type(['verify', 'r.pdf', '--against', 'full.pdf']);
    expect([later.code, later.value.files[0].against.derivation.derives]).toEqual([3, false]);
    expect((await type(['binder', 'ws', '--out', 'r.pdf', '--redact', 'G0-1'])).code).toBe(2);
  });

  test('a binder with one byte changed is found out', async () => {
    const bytes = await readFile(join(folder, 'b.pdf'));
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    await writeFile(join(folder, 'changed.pdf'), bytes);
    const verified = await type(['verify', 'changed.pdf']);
    expect([verified.code, verified.value.files[0].verdict]).toEqual([3, 'invalid']);
  });

  test('two copies that were worked apart keep both values until a person decides', async () => {
    expect((await type(['clone', 'ws', 'ws2', '--device', 'Stick'])).value.device.name).toBe('Stick');
    await type(['assess', 'ws', 'G0-2', '--result', 'satisfied']);
    await type(['assess', 'ws2', 'G0-2', '--result', 'not-satisfied']);
    await type(['ledger', 'export', 'ws2', '--out', 'carried']);
    expect((await type(['ledger', 'import', 'ws', 'carried'])).value).toMatchObject({
      applied: 1,
      conflicts: 1,
      quarantined: 0,
    });
    const { rows } = (await type(['conflicts', 'ws', 'list'])).value;
    const [{ record, field, sides }] = rows;
    expect(sides.map((side: { value: unknown }) => side.value).sort()).toEqual([
      'not-satisfied',
      'satisfied',
    ]);
    await type(['conflicts', 'ws', 'resolve', record, field, '--value', 'not-satisfied']);
    expect((await type(['conflicts', 'ws', 'list'])).value).toEqual({ total: 0, rows: [] });
  });

  test('the ledger is intact and its replay is what the tables hold', async () => {
    const verified = await type(['ledger', 'verify', 'ws', '--rebuild']);
    expect(verified).toMatchObject({
      code: 0,
      value: { intact: true, problems: [], rebuild: { differences: [] } },
    });
  });

  test('the recovery kit opens it again, with a new passphrase', async () => {
    const lost = { BINDERY_PASSPHRASE: '' };
    const recovered = await type(['recover', 'ws'], {
      ...lost,
      BINDERY_RECOVERY_KIT: kit,
      BINDERY_NEW_PASSPHRASE: 'a third passphrase here',
    });
    expect(recovered).toMatchObject({ code: 0, value: { member: { name: 'Ada' } } });
    expect((await type(['info', 'ws'], { BINDERY_PASSPHRASE: 'a third passphrase here' })).code).toBe(0);
  });
});
