import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMANDS } from '../../../../../../core/binder/compose/sections/checking.ts';
import { finish, makeEngagement } from '../../../../../support/workspaces.ts';
import { fileOf } from '../../../../../tamper/contents.ts';
import { embedded, Pdf } from '../../../../../tamper/pdf.ts';
import { makeSigner } from '../../verify/signer.ts';

const run = (tool: string, args: readonly string[], cwd?: string) =>
  execFileSync(tool, args, { encoding: 'utf8', cwd, stdio: ['ignore', 'pipe', 'pipe'] });

/** The lines that begin with the name of a program, as they are copied from the page with that heading. */
function copied(file: string): string[] {
  const lines = run('pdftotext', [file, '-']).split(/[\n\f]/);
  const from = lines.lastIndexOf('With programs that anybody has');
  const to = lines.findIndex((line, at) => at > from && line.startsWith('What no check can tell'));
  expect([from > 0, to > from]).toEqual([true, true]);
  return lines
    .slice(from, to)
    .map((line) => line.replace(/^Run /, ''))
    .filter((line) => /^(pdfsig|openssl|grep|head|mkdir|pdfdetach|diff|sha256sum|qpdf) /.test(line));
}

test.each(['A4', 'Letter'] as const)(
  'every command printed on %s is copied as one line, and runs',
  async (page) => {
    const work = await makeEngagement({}, ['Payroll']);
    const evidence = work.file('list.csv', 'user\nexample\n');
    await work.api.evidence.add({ files: [{ path: evidence }], links: [{ control: 'AC-1' }] });
    const folder = join(work.home, 'check');
    mkdirSync(folder);
    const file = join(folder, 'binder.pdf');
    await finish(work.api, work.api.binders.compose({ out: file, page }));
    const commands = copied(file);
    expect(commands).toEqual(COMMANDS);
    const end = run('pdfsig', [file]).match(/Signed Ranges: .*- (\d+)\]/)?.[1] ?? '';
    expect(end).not.toBe('');
    for (const command of commands) {
      run('bash', ['-n', '-c', command]);
      // It ends at the first field that nobody signed, and says so by its code.
      const mayEnd = command.includes('-dump') ? ' || true' : '';
      run('bash', ['-c', command.replace('END', end) + mayEnd], folder);
    }
    expect(run('openssl', ['x509', '-noout', '-subject', '-in', 'signer.pem'], folder)).toContain('Ada');
    expect(readdirSync(join(folder, 'after'))).toContain('manifest.json');
    await work.close();
  },
);

test('a file exchanged for another by a later signer, its hash in the manifest too, is found as printed', async () => {
  const work = await makeEngagement({}, ['Payroll']);
  const evidence = work.file('list.csv', 'user\nexample\n');
  await work.api.evidence.add({ files: [{ path: evidence }], links: [{ control: 'AC-1' }] });
  const folder = join(work.home, 'check');
  mkdirSync(folder);
  const file = join(folder, 'binder.pdf');
  await finish(work.api, work.api.binders.compose({ out: file }));
  const pdf = new Pdf(readFileSync(file));
  const manifest = fileOf(pdf, 'manifest.json').toString('utf8');
  const { name, sha256 } = (JSON.parse(manifest) as { files: { name: string; sha256: string }[] })
    .files[0] ?? {
    name: '',
    sha256: '',
  };
  const other = Buffer.from('user\nnobody\n');
  const fitted = manifest.replace(sha256, createHash('sha256').update(other).digest('hex'));
  const extra = {
    [pdf.attachment(name).file]: embedded(other),
    [pdf.attachment('manifest.json').file]: embedded(Buffer.from(fitted)),
  };
  writeFileSync(file, pdf.sign(makeSigner('Rita'), { field: 'Reviewer', extra }).bytes);
  const signatures = run('pdfsig', [file]);
  expect(signatures.match(/Signature is Valid/g)).toHaveLength(2);
  const end = signatures.match(/Signed Ranges: .*- (\d+)\]/)?.[1] ?? '';
  const ran = COMMANDS.map((command) =>
    spawnSync('bash', ['-c', command.replace('END', end)], { cwd: folder, encoding: 'utf8' }),
  );
  const found = ran[COMMANDS.indexOf('diff -r before after')]?.stdout;
  expect(found).toContain(name);
  expect(found).toContain('manifest.json');
  await work.close();
});
