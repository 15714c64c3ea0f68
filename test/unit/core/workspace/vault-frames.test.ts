import { createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemPorts } from '../../../../core/ports.ts';
import type { WorkspacePaths } from '../../../../core/workspace/folder.ts';
import { currentEpoch, newKeyring } from '../../../../core/workspace/keyring.ts';
import { openVault } from '../../../../core/workspace/vault.ts';
import { filesUnder, removeWorkspace, temporaryWorkspace } from './workspace-fixture.ts';

const MIB = 1024 * 1024;

let paths: WorkspacePaths;
beforeEach(() => {
  paths = temporaryWorkspace();
});
afterEach(() => removeWorkspace(paths));

/** Written from the definition and with node:crypto only, so that a change of the format cannot pass unseen. */
function decrypt(stored: Buffer, vaultKey: Buffer, sha256: string): Buffer {
  const header = stored.subarray(0, 40);
  const length = Number(header.readBigUInt64BE(16));
  const count = Math.max(1, Math.ceil(length / MIB));
  const key = hkdfSync(
    'sha256',
    vaultKey,
    Buffer.concat([Buffer.from(sha256, 'hex'), header.subarray(24)]),
    'bindery vault file 1',
    32,
  );
  const pieces: Buffer[] = [];
  for (let frame = 0, at = 40; frame < count; frame++, at += MIB + 16) {
    const sealed = stored.subarray(at, Math.min(at + MIB + 16, stored.length));
    const number = (value: number) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex');
    const nonce = Buffer.concat([Buffer.alloc(4), number(frame)]);
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key), nonce);
    decipher.setAAD(Buffer.concat([header, number(frame), number(count)])).setAuthTag(sealed.subarray(-16));
    pieces.push(decipher.update(sealed.subarray(0, -16)), decipher.final());
  }
  return Buffer.concat(pieces);
}

test.each([0, 5, MIB, 2 * MIB + 77])(
  'a stored file of %i bytes reads as its format is written down',
  async (size) => {
    const keyring = newKeyring(systemPorts.random);
    const bytes = randomBytes(size);
    const { sha256 } = await openVault(paths, keyring, systemPorts).put(bytes);
    const { vaultKey, nameKey } = currentEpoch(keyring);
    const [file = ''] = filesUnder(paths.vault);
    const name = createHmac('sha256', nameKey)
      .update(createHash('sha256').update(bytes).digest())
      .digest('hex');
    expect(relative(paths.vault, file)).toBe(join(name.slice(0, 2), name));
    const stored = readFileSync(file);
    const fixed = Buffer.from('424e445601000000' + '00000001' + '00100000', 'hex');
    expect(stored.subarray(0, 16)).toEqual(fixed);
    expect(decrypt(stored, vaultKey, sha256).equals(bytes)).toBe(true);
  },
);
