import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServerFault } from '../fault.ts';
import { type Command, text } from './command.ts';

/** Makes the two secrets, once: what is there is never written over. */
export const init: Command = async (given) => {
  const folder = resolve(text(given, 'folder'));
  await mkdir(folder, { recursive: true });
  const keyFile = join(folder, 'server-key.pem');
  const secretFile = join(folder, 'server-secret');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeNew(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  await writeNew(secretFile, `${randomBytes(32).toString('base64url')}\n`);
  console.log(`Made the server's key and secret. Keep a copy of both apart from the backups, and set:

  BINDERY_SERVER_FOLDER=${folder}
  BINDERY_SERVER_KEY_FILE=${keyFile}
  BINDERY_SERVER_SECRET_FILE=${secretFile}`);
  return 0;
};

async function writeNew(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ServerFault(`${path} is there already. Nothing was changed.`);
  }
}
