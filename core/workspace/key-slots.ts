import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';
import { refuse } from '../../shared/fault.ts';
import { canonicalBytes } from '../../shared/ledger/canonical.ts';
import type { Ports } from '../ports.ts';
import { ARGON2_COST, type Argon2Cost, type KeyFile, type KeySlot, keyFile } from './key-file.ts';
import { type Keyring, newKeyring, StoredKeyring, storedKeyring } from './keyring.ts';
import { printRecoveryKit, RECOVERY_SECRET_BYTES, readRecoveryKit } from './recovery-kit.ts';

/** What only the member's own passphrase opens: nobody who can read the data can sign as somebody else. */
const MemberSecrets = z.strictObject({
  /** The member's id. */
  member: z.string().min(1),
  /** Ed25519 private key, PKCS #8 in base64: seals segments of the ledger. */
  ledgerKey: z.base64(),
  /** P-256 private key, PKCS #8 in base64: signs binders. */
  pdfKey: z.base64(),
  /** Whoever set the passphrase could have read these keys; the member's signatures say so until it is changed. */
  passphraseSetByOther: z.boolean(),
});
export type MemberSecrets = Readonly<z.infer<typeof MemberSecrets>>;

/** A passphrase slot that opened. */
export interface OpenSlot {
  readonly slot: string;
  readonly keyring: Keyring;
  readonly secrets: MemberSecrets;
}

export interface NewSlot {
  readonly keyring: Keyring;
  readonly secrets: MemberSecrets;
  readonly passphrase: string;
}

type Chance = Pick<Ports, 'random' | 'ids'>;

/** The first slots of a new workspace: its owner's passphrase and the recovery kit, printed once. */
export async function createKeyFile(
  chance: Chance,
  first: { readonly workspace: string; readonly passphrase: string; readonly secrets: MemberSecrets },
  cost: Argon2Cost = ARGON2_COST,
): Promise<{ file: KeyFile; slot: string; keyring: Keyring; recoveryKit: string }> {
  const keyring = newKeyring(chance.random);
  const empty = keyFile(first.workspace, cost, chance.random.bytes(16), []);
  const { file: withOwner, slot } = await addPassphraseSlot(chance, empty, { ...first, keyring });
  const { file, recoveryKit } = newRecoverySlot(chance, withOwner, keyring);
  return { file, slot, keyring, recoveryKit };
}

/**
 * Every slot this passphrase opens, by one run of Argon2; several where members chose the same passphrase. Refuses
 * with `wrong-key` where it opens none.
 */
export async function openByPassphrase(file: KeyFile, passphrase: string): Promise<readonly OpenSlot[]> {
  const slots = file.slots.filter((slot) => slot.kind === 'passphrase');
  const stretched = await stretch(file, passphrase);
  const opened = slots.flatMap((slot) => {
    const payload = openSlot(file, slot, stretched);
    return payload === null ? [] : [{ slot: slot.id, ...parsePayload(MemberPayload, payload) }];
  });
  stretched.fill(0);
  if (opened.length === 0) refuse({ code: 'wrong-key' });
  return opened;
}

/**
 * Two members of one passphrase could each come in as the other: it is refused, without a word of whose it is. `own` is
 * the slot it is meant for, which it may open already.
 */
export async function demandUnusedPassphrase(file: KeyFile, passphrase: string, own?: string): Promise<void> {
  const stretched = await stretch(file, passphrase);
  const taken = file.slots.some(
    (slot) => slot.kind === 'passphrase' && slot.id !== own && openSlot(file, slot, stretched) !== null,
  );
  stretched.fill(0);
  if (taken) {
    refuse({
      code: 'conflict',
      detail: 'This passphrase opens the workspace for somebody already.',
      remedy: 'Choose another passphrase.',
    });
  }
}

/** Refuses with `wrong-key` unless this passphrase opens this slot. */
export async function demandPassphraseOf(file: KeyFile, slot: string, passphrase: string): Promise<void> {
  const opened = await openByPassphrase(file, passphrase);
  if (!opened.some((open) => open.slot === slot)) refuse({ code: 'wrong-key' });
}

/** The data, not the keys of a member: who recovers gets new ones by a recorded act. */
export function openByRecoveryKit(file: KeyFile, kit: string): { slot: string; keyring: Keyring } {
  const secret = readRecoveryKit(kit);
  for (const slot of file.slots.filter(({ kind }) => kind === 'recovery')) {
    const payload = openSlot(file, slot, secret);
    if (payload !== null) return { slot: slot.id, ...parsePayload(DataPayload, payload) };
  }
  return refuse({ code: 'wrong-key' });
}

export async function addPassphraseSlot(
  chance: Chance,
  file: KeyFile,
  slot: NewSlot,
): Promise<{ file: KeyFile; slot: string }> {
  const id = chance.ids.next();
  return { file: withSlot(file, await passphraseSlot(chance, file, id, slot)), slot: id };
}

/** Takes a slot away; what its member copied before stays readable to them until the keys are rotated. */
export function removeSlot(file: KeyFile, id: string): KeyFile {
  const slots = file.slots.filter((slot) => slot.id !== id);
  if (slots.length === file.slots.length) refuse({ code: 'not-found', what: 'key slot', id });
  if (!slots.some(({ kind }) => kind === 'passphrase')) {
    refuse({
      code: 'rule-broken',
      rule: 'last-key-slot',
      because: 'Nobody could open the workspace any more.',
    });
  }
  return { ...file, slots };
}

/** A new recovery kit; the one printed before opens nothing any more. */
export function newRecoverySlot(
  chance: Chance,
  file: KeyFile,
  keyring: Keyring,
): { file: KeyFile; recoveryKit: string } {
  const secret = chance.random.bytes(RECOVERY_SECRET_BYTES);
  const slot = sealSlot(chance, file, { id: chance.ids.next(), kind: 'recovery' }, secret, {
    keyring: storedKeyring(keyring),
  });
  const recoveryKit = printRecoveryKit(secret);
  secret.fill(0);
  const others = file.slots.filter(({ kind }) => kind !== 'recovery');
  return { file: { ...file, slots: [...others, slot] }, recoveryKit };
}

async function passphraseSlot(chance: Chance, file: KeyFile, id: string, slot: NewSlot): Promise<KeySlot> {
  const stretched = await stretch(file, slot.passphrase);
  const payload = { keyring: storedKeyring(slot.keyring), secrets: slot.secrets };
  const sealed = sealSlot(chance, file, { id, kind: 'passphrase' }, stretched, payload);
  stretched.fill(0);
  return sealed;
}

function withSlot(file: KeyFile, slot: KeySlot): KeyFile {
  return { ...file, slots: [...file.slots, slot] };
}

/** One run serves all slots: the salt is the workspace's. NFC, since keyboards compose the same letter differently. */
async function stretch(file: KeyFile, passphrase: string): Promise<Uint8Array> {
  const { salt, memoryKiB, passes, lanes } = file.argon2;
  return argon2id({
    password: passphrase.normalize('NFC'),
    salt: Buffer.from(salt, 'base64'),
    memorySize: memoryKiB,
    iterations: passes,
    parallelism: lanes,
    hashLength: 32,
    outputType: 'binary',
  });
}

const MemberPayload = z.strictObject({ keyring: StoredKeyring, secrets: MemberSecrets });
const DataPayload = z.strictObject({ keyring: StoredKeyring });

const TAG_BYTES = 16;
/** Payloads are padded to a multiple of this, so that lengths of ids and flags do not show. */
const PADDING = 256;

type SlotName = Pick<KeySlot, 'id' | 'kind'>;

function sealSlot(
  chance: Chance,
  file: KeyFile,
  name: SlotName,
  secret: Uint8Array,
  payload: z.input<typeof MemberPayload> | z.input<typeof DataPayload>,
): KeySlot {
  const text = JSON.stringify(payload);
  const plain = Buffer.from(text.padEnd(Math.ceil(text.length / PADDING) * PADDING));
  const nonce = chance.random.bytes(12);
  const key = slotKey(secret, name.id);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(binding(file, name));
  const wrapped = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  plain.fill(0);
  return { ...name, nonce: nonce.toString('base64'), wrapped: wrapped.toString('base64') };
}

/** The payload, or null where the secret is another one. */
function openSlot(file: KeyFile, slot: KeySlot, secret: Uint8Array): Buffer | null {
  const wrapped = Buffer.from(slot.wrapped, 'base64');
  if (wrapped.length < TAG_BYTES) return null;
  const key = slotKey(secret, slot.id);
  const nonce = Buffer.from(slot.nonce, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(binding(file, slot)).setAuthTag(wrapped.subarray(-TAG_BYTES));
  key.fill(0);
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

function slotKey(secret: Uint8Array, slot: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `bindery key slot 1 ${slot}`, 32));
}

/** A slot opens only where it was made: not in another workspace, under another id or as another kind. */
function binding(file: KeyFile, { id, kind }: SlotName): Uint8Array {
  return canonicalBytes(['bindery key slot', file.version, file.workspace, id, kind]);
}

function parsePayload<T extends z.ZodType>(shape: T, payload: Buffer): z.output<T> {
  const parsed = shape.safeParse(JSON.parse(payload.toString('utf8')));
  payload.fill(0);
  if (parsed.success) return parsed.data;
  return refuse({ code: 'corrupt', what: 'key file', detail: 'a slot opens but does not hold a keyring' });
}
