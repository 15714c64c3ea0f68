import { z } from 'zod';

/** What a new device is handed to join: where, with which one-time code, and the key of the parcel left for it. */
export const Invite = z.object({
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** The server's Ed25519 key, SPKI in base64url: the one its receipts have to be signed with. */
  serverKey: z.string().max(200),
  workspace: z.string().min(1).max(200),
  code: z.string().min(1).max(200),
  /** The age identity that opens the parcel; null in a server's first invite, which has no parcel. */
  identity: z.string().max(500).nullable(),
});
export type Invite = z.infer<typeof Invite>;

const PREFIX = 'bindery-invite-1.';

export function writeInvite(invite: Invite): string {
  // Escaped to ASCII, so that letters are bytes.
  const json = JSON.stringify(Invite.parse(invite)).replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return PREFIX + btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Null for a text that is no invite. */
export function readInvite(text: string): Invite | null {
  const trimmed = text.trim();
  if (!trimmed.startsWith(PREFIX)) return null;
  try {
    const letters = atob(trimmed.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return Invite.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return null;
  }
}
