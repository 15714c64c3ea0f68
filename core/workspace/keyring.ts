import { z } from 'zod';
import type { Random } from '../ports.ts';

/** The keys of one epoch, 32 bytes each. Rotation adds an epoch; older ones stay to read what they wrote. */
export interface KeyEpoch {
  readonly epoch: number;
  readonly databaseKey: Buffer;
  readonly vaultKey: Buffer;
  readonly nameKey: Buffer;
}

/** What every key slot wraps: whoever has it reads the whole workspace. Oldest epoch first. */
export interface Keyring {
  readonly epochs: readonly KeyEpoch[];
}

const KEY_BYTES = 32;

export function newKeyring(random: Random): Keyring {
  return { epochs: [newEpoch(1, random)] };
}

/** The keyring with one more epoch, which becomes the current one. */
export function withNewEpoch(keyring: Keyring, random: Random): Keyring {
  return { epochs: [...keyring.epochs, newEpoch(currentEpoch(keyring).epoch + 1, random)] };
}

/** The epoch new files and the database are written under. */
export function currentEpoch(keyring: Keyring): KeyEpoch {
  const current = keyring.epochs.at(-1);
  if (current === undefined) throw new Error('a keyring has at least one epoch');
  return current;
}

/** The database key as the driver wants it. */
export function databaseKeyHex(keyring: Keyring): string {
  return currentEpoch(keyring).databaseKey.toString('hex');
}

/** Overwrites the keys in memory; nothing can be read with this keyring afterwards. */
export function eraseKeyring(keyring: Keyring): void {
  for (const { databaseKey, vaultKey, nameKey } of keyring.epochs) {
    for (const key of [databaseKey, vaultKey, nameKey]) key.fill(0);
  }
}

const Key = z.base64().transform((text, context) => {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES) return key;
  context.addIssue('a key has 32 bytes');
  return z.NEVER;
});

/** A keyring as it stands inside a slot. */
export const StoredKeyring = z.strictObject({
  epochs: z
    .array(z.strictObject({ epoch: z.int().positive(), databaseKey: Key, vaultKey: Key, nameKey: Key }))
    .min(1),
});

export function storedKeyring(keyring: Keyring): z.input<typeof StoredKeyring> {
  return {
    epochs: keyring.epochs.map(({ epoch, databaseKey, vaultKey, nameKey }) => ({
      epoch,
      databaseKey: databaseKey.toString('base64'),
      vaultKey: vaultKey.toString('base64'),
      nameKey: nameKey.toString('base64'),
    })),
  };
}

function newEpoch(epoch: number, random: Random): KeyEpoch {
  const key = () => random.bytes(KEY_BYTES);
  return { epoch, databaseKey: key(), vaultKey: key(), nameKey: key() };
}
