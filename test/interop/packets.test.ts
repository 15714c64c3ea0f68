import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../shared/domain/binder.ts';
import { runTool } from '../support/outside-tools.ts';
import { finish, makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';

let w: TestWorkspace;
const files: Record<string, string> = {};

beforeAll(async () => {
  w = await makeEngagement({ Rita: 'reviewer' });
  const { evidence } = await w.api.evidence.add({ files: [{ path: w.file('junit.xml', '<testsuite/>') }] });
  for (const template of ['release', 'handover', 'evidence-binder', 'monthly-checkpoint', 'weekly-summary']) {
    const { view } = await w.api.packets.create({ template, title: `A ${template}` });
    const packet = view.packet.id;
    if (template === 'release')
      await w.api.packets.attach({ packet, section: 'tests', evidence: evidence[0]?.id ?? '' });
    const out = join(w.home, `${template}.pdf`);
    await finish(w.api, w.api.packets.compose({ packet, out }));
    files[template] = out;
  }
}, 60_000);
afterAll(() => w.close());

describe.each(['release', 'handover', 'evidence-binder', 'monthly-checkpoint', 'weekly-summary'])(
  'a %s',
  (template) => {
    const file = () => files[template] ?? '';

    test('is a whole PDF to qpdf, signed as a whole to pdfsig', async () => {
      expect(await runTool('qpdf', '--check', file())).toMatchObject({ code: 0 });
      const { output } = await runTool('pdfsig', file());
      expect(output).toContain('Signature is Valid.');
      expect(output).toContain('Total document signed');
      expect(output).toContain(`Signer Certificate Common Name: ${OWNER}`);
    });

    test('is verified from its bytes alone, manifest and ledger entries included', async () => {
      const report = await finish<VerifyReport>(
        w.api,
        w.api.binders.verify({ file: { path: file() }, trust: [] }),
      );
      expect(report).toMatchObject({
        verdict: 'valid-unknown-signer',
        problems: [],
        checkpoint: { valid: true },
      });
      expect(report.manifest?.mismatches).toEqual([]);
    });
  },
);

test('a release carries itself for machines beside its test report', async () => {
  const { output } = await runTool('pdfdetach', '-list', files.release ?? '');
  for (const name of ['junit.xml', 'packet.json', 'ledger-extract.json', 'manifest.json'])
    expect(output).toContain(name);
  const { output: text } = await runTool('pdftotext', files.release ?? '', '-');
  expect(text).toContain('Not ready');
});

test('a reviewer countersigns a packet, and both signatures hold', async () => {
  const rita = await w.as('Rita');
  await finish(
    rita,
    rita.binders.countersign({
      file: { path: files['weekly-summary'] ?? '' },
      out: join(w.home, 'both.pdf'),
    }),
  );
  const { output } = await runTool('pdfsig', join(w.home, 'both.pdf'));
  expect(output.match(/Signature is Valid\./g)).toHaveLength(2);
});
