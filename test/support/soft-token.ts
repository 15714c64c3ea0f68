import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompanyKey } from './company-keys.ts';
import { runTool } from './outside-tools.ts';

const MODULES = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
];
export const TOKEN_PIN = '271828';

/** A token in software (SoftHSM) in a folder of its own; this process and those it starts see no other. */
export async function softToken(folder: string, label: string) {
  const module = MODULES.find((path) => existsSync(path));
  if (module === undefined) throw new Error('SoftHSM is not installed; on Debian: apt-get install softhsm2');
  const path = (name: string) => join(folder, name);
  mkdirSync(path('tokens'), { recursive: true });
  writeFileSync(path('softhsm.conf'), `directories.tokendir = ${path('tokens')}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = path('softhsm.conf');
  const run = async (tool: 'softhsm2-util' | 'pkcs11-tool' | 'openssl', ...args: readonly string[]) => {
    const { code, output } = await runTool(tool, ...args);
    if (code !== 0) throw new Error(output);
  };
  await run(
    'softhsm2-util',
    ...['--init-token', '--free', '--label', label, '--pin', TOKEN_PIN, '--so-pin', '314159'],
  );
  const writeCertificate = async (pem: string, id: string) => {
    await run('openssl', 'x509', '-in', pem, '-outform', 'DER', '-out', path('one.der'));
    await run(
      'pkcs11-tool',
      ...['--module', module, '--token-label', label, '--login', '--pin', TOKEN_PIN],
      ...['--write-object', path('one.der'), '--type', 'cert', '--id', id],
    );
  };
  return {
    module,
    token: label,
    writeCertificate,
    /** Puts a key and its certificate on the token, under an id. */
    async put({ keyPem, certificatePem }: CompanyKey, id: string): Promise<void> {
      await run('openssl', 'pkcs8', '-topk8', '-nocrypt', '-in', keyPem, '-out', path('one.p8'));
      await run(
        'softhsm2-util',
        ...['--import', path('one.p8'), '--token', label, '--label', id, '--id', id, '--pin', TOKEN_PIN],
      );
      await writeCertificate(certificatePem, id);
    },
  };
}
