import { z } from 'zod';
import { canonicalBytes, type Json, type Sha256, toHex } from '../ledger/canonical.ts';

/** Names the shape that is hashed; a new shape gets a new name, since sign-offs are bound to the hash. */
export const CONTROL_TEXT = 'bindery.control-text/1';

/** What a control says, in the form that is hashed. */
export const ControlText = z.strictObject({
  as: z.literal(CONTROL_TEXT),
  label: z.string(),
  title: z.string(),
  withdrawn: z.strictObject({ reason: z.string(), into: z.array(z.string()) }).nullable(),
  severity: z.string().nullable(),
  parameters: z.array(z.unknown()),
  parts: z.array(z.unknown()),
});
export type ControlText = z.infer<typeof ControlText>;

/** What an item of a checklist says. */
export const ItemText = z.strictObject({ text: z.string() });
export type ItemText = z.infer<typeof ItemText>;

/** What a checklist says: its title, and its items in their order. */
export const ChecklistText = z.strictObject({ title: z.string(), items: z.array(z.string()) });
export type ChecklistText = z.infer<typeof ChecklistText>;

/** A text whose hash a sign-off is bound to. */
export const SignedText = z.union([ControlText, ItemText, ChecklistText]);
export type SignedText = z.infer<typeof SignedText>;

/** SHA-256 (hex) of the RFC 8785 form of a text: the `textHash` of signed values. */
export function textHashOf(sha256: Sha256, text: SignedText): string {
  return toHex(sha256(canonicalBytes(text as Json)));
}
