import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { refuse } from '../../shared/fault.ts';
import { canonicalBytes, type Json } from '../../shared/ledger/canonical.ts';
import { fileError, writeAtomically } from './folder-io.ts';

/** The cost of one guess at a passphrase. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** About a third of a second on a small machine, and 64 MiB for every guess of an attacker. */
export const ARGON2_COST: Argon2Cost = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 };

/** A hostile file may ask for no more work than a few seconds. */
const Argon2 = z.strictObject({
  salt: z.base64().length(24),
  memoryKiB: z
    .int()
    .min(8)
    .max(512 * 1024),
  passes: z.int().min(1).max(10),
  lanes: z.int().min(1).max(4),
});

const KeySlot = z.strictObject({
  id: z.hex().length(32),
  kind: z.enum(['passphrase', 'recovery']),
  nonce: z.base64().length(16),
  /** Ciphertext and tag; its length says the kind and nothing of the member. */
  wrapped: z.base64(),
});
export type KeySlot = z.infer<typeof KeySlot>;

const FORMAT = 'bindery-keys';
const VERSION = 1;

const Body = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  workspace: z.string().min(1).max(100),
  argon2: Argon2,
  slots: z.array(KeySlot).min(1).max(1000),
});

/** `keys.json`: what is needed to try a passphrase, and nothing that tells who is behind a slot. */
export type KeyFile = z.infer<typeof Body>;

const Stored = Body.extend({ sha256: z.hex().length(64) });

const MAX_BYTES = 4 * 1024 * 1024;

export function keyFile(workspace: string, cost: Argon2Cost, salt: Uint8Array, slots: KeySlot[]): KeyFile {
  const argon2 = { salt: Buffer.from(salt).toString('base64'), ...cost };
  return { format: FORMAT, version: VERSION, workspace, argon2, slots };
}

/**
 * Reads a key file and refuses a damaged one. The checksum has no secret in it: it is there to tell a damaged file
 * from a wrong passphrase; who changes a slot on purpose meets its authenticated encryption.
 */
export function readKeyFile(path: string): KeyFile {
  return parseKeyFile(readText(path));
}

/** The same from text that came another way. */
export function parseKeyFile(text: string): KeyFile {
  if (text.length > MAX_BYTES) damaged('it is far larger than any key file');
  const stored = parse(text);
  const { sha256, ...body } = stored;
  if (checksum(body) !== sha256) damaged('its checksum does not fit its content');
  return body;
}

export function writeKeyFile(path: string, file: KeyFile): void {
  const stored = Stored.parse({ ...file, sha256: checksum(file) });
  writeAtomically(path, Buffer.from(`${JSON.stringify(stored, null, 2)}\n`));
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_BYTES) damaged('it is far larger than any key file');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, path);
  }
}

function parse(text: string): z.infer<typeof Stored> {
  const json = parseJson(text);
  refuseNewer(json);
  const parsed = Stored.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.');
  return damaged(where ? `"${where}" is not as it should be` : 'it does not have the shape of a key file');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return damaged('it is not JSON');
  }
}

function refuseNewer(json: unknown): void {
  const claim = z.looseObject({ format: z.literal(FORMAT), version: z.int() }).safeParse(json);
  if (!claim.success || claim.data.version <= VERSION) return;
  refuse({ code: 'newer-schema', found: claim.data.version, supported: VERSION });
}

function damaged(detail: string): never {
  refuse({ code: 'corrupt', what: 'key file', detail });
}

function checksum(body: KeyFile): string {
  return createHash('sha256')
    .update(canonicalBytes(body satisfies Json))
    .digest('hex');
}
