import { createHash } from 'node:crypto';
import { refuse } from '../../shared/fault.ts';

/** Crockford's base32: no I, L, O or U, so that what is read aloud or copied by hand comes back right. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_BYTES = 20;
const SECRET_CHARACTERS = (SECRET_BYTES * 8) / 5;
const CHECK_CHARACTERS = 4;
const GROUP = 4;

/** How many random bytes a recovery kit carries: 160 bits need no stretching. */
export const RECOVERY_SECRET_BYTES = SECRET_BYTES;

/** The secret as nine printable groups, the last one a check against typing errors. */
export function printRecoveryKit(secret: Uint8Array): string {
  const characters = toBase32(secret) + check(secret);
  return (characters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');
}

/** The secret in a kit as somebody typed it: any case, any spacing, O for 0, I or L for 1. */
export function readRecoveryKit(typed: string): Buffer {
  const characters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}_.,:]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const unknown = [...characters].find((character) => !ALPHABET.includes(character));
  if (unknown !== undefined) mistyped(`"${unknown}" does not occur in one`);
  const due = SECRET_CHARACTERS + CHECK_CHARACTERS;
  if (characters.length !== due)
    mistyped(`it has ${characters.length} letters and digits where ${due} are due`);
  const secret = fromBase32(characters.slice(0, SECRET_CHARACTERS));
  if (check(secret) !== characters.slice(SECRET_CHARACTERS))
    mistyped('its last group does not fit the others');
  return secret;
}

function mistyped(detail: string): never {
  refuse({ code: 'invalid-input', detail: `This recovery kit has a typing error: ${detail}.` });
}

function check(secret: Uint8Array): string {
  const digest = createHash('sha256').update('bindery recovery kit 1').update(secret).digest();
  return toBase32(digest.subarray(0, 5)).slice(0, CHECK_CHARACTERS);
}

/** Whole groups of 5 bytes only, which is what both callers have. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 5) {
    const group = Buffer.from(bytes.subarray(at, at + 5)).readUIntBE(0, 5);
    for (let place = 7; place >= 0; place--) text += ALPHABET[Math.floor(group / 32 ** place) % 32];
  }
  return text;
}

function fromBase32(text: string): Buffer {
  const bytes = Buffer.alloc((text.length * 5) / 8);
  for (let at = 0; at < text.length; at += 8) {
    const group = [...text.slice(at, at + 8)].reduce((sum, letter) => sum * 32 + ALPHABET.indexOf(letter), 0);
    bytes.writeUIntBE(group, (at * 5) / 8, 5);
  }
  return bytes;
}
