import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * What people install: the package is packed, installed into an empty folder from the registry, and the examples of
 * `docs/ci-gate.md` are run there as they are written. It needs the network, as every installation does.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLES = readFileSync(join(root, 'docs/ci-gate.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'bindery-package-'));
const job = join(folder, 'job');
let tarball = '';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const ENVIRONMENT = {
  BINDERY_WORKSPACE: 'audit-workspace',
  BINDERY_GATE: 'Go live',
  BINDERY_PASSPHRASE: 'a passphrase for the pipeline',
};

function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const environment = { ...process.env, ...ENVIRONMENT, BINDERY_PACKAGE: tarball };
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: environment, maxBuffer: 1 << 26 }, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, out, err });
      else reject(error);
    });
  });
}

const shell = (script: string) => run('bash', ['-e', '-c', script], job);

async function done(...args: string[]): Promise<string> {
  const { code, out, err } = await run('npx', ['bindery', ...args], job);
  if (code !== 0) throw new Error(`"${args.join(' ')}" ended with ${code}: ${out}${err}`);
  return out;
}

/** The commands of the two examples, in their order. */
const github = [...EXAMPLES.matchAll(/run: \|\n((?: {10}.*\n)+)/g)].map((found) => (found[1] ?? '').trim());
const gitlab = [...(/ {2}script:\n((?: {4}- .*\n)+)/.exec(EXAMPLES)?.[1] ?? '').matchAll(/- (.*)\n/g)].map(
  (found) => found[1] ?? '',
);

const put = (kind: string, fields: Record<string, unknown>, record?: string) =>
  done('call', 'audit-workspace', 'programme.put', '--input', JSON.stringify({ kind, fields, record }));

beforeAll(async () => {
  mkdirSync(job);
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], root);
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error(`nothing was packed: ${packed.out}${packed.err}`);
  tarball = join(folder, name);
  writeFileSync(join(job, 'package.json'), '{"private":true}');
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package alone', () => {
  test('installs into an empty folder by the command of the examples and knows its version', async () => {
    expect(github).toHaveLength(2);
    expect(gitlab).toHaveLength(2);
    expect(gitlab[0]).toBe(github[0]);
    expect(await shell(github[0] ?? '')).toMatchObject({ code: 0 });
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await done('version')).toContain(version);
    expect(existsSync(join(job, 'node_modules/bindery/dist/app/core/index.js'))).toBe(true);
  }, 600_000);

  test('holds what its own code reads beside itself: fonts, frameworks and templates', () => {
    const assets = readdirSync(join(root, 'assets')).sort();
    expect(readdirSync(join(job, 'node_modules/bindery/dist/app/assets')).sort()).toEqual(assets);
  });

  test('hands on the page that verifies binders, though the sources of it are not there', async () => {
    expect(await done('verifier', '--out', 'verifier.html')).toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(readFileSync(join(job, 'verifier.html'), 'utf8')).toContain(
      `content="default-src 'none'; script-src`,
    );
  }, 60_000);

  test('judges a gate as the examples ask, not met before the risk is closed and met after', async () => {
    await done('init', 'audit-workspace', '--name', 'Release', '--member', 'Ada');
    cpSync(join(root, 'test/fixtures/catalog.json'), join(job, 'catalog.json'));
    await done('import', 'audit-workspace', 'catalog.json');
    await done(
      'engagement',
      'new',
      'audit-workspace',
      '--name',
      'Release',
      '--framework',
      'Harbour controls',
    );
    const rule = { rule: 'risks-at-most', severity: 'P0', atMost: 0, counting: 'open' };
    await put('gate', { title: 'Go live', rule });
    await put('risk', { title: 'Keys in the repository', severity: 'P0' });

    expect(await shell(github[1] ?? '')).toMatchObject({ code: 3 });
    expect(JSON.parse(readFileSync(join(job, 'gate.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'bindery/gate/risks-at-most', kind: 'fail', level: 'error' }] }],
    });
    expect(await shell(gitlab[1] ?? '')).toMatchObject({ code: 3 });
    expect(readFileSync(join(job, 'gate.xml'), 'utf8')).toContain(
      'message="1 open P0 risk, at most 0 allowed"',
    );

    await put('risk', { state: 'closed' }, 'Keys in the repository');
    expect(await shell(github[1] ?? '')).toMatchObject({ code: 0 });
    expect(await shell(gitlab[1] ?? '')).toMatchObject({ code: 0 });
    expect(readFileSync(join(job, 'gate.xml'), 'utf8')).toContain('failures="0"');
  }, 600_000);
});
