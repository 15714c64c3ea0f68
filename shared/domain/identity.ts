import { canonicalBytes, type Sha256, toHex } from '../ledger/canonical.ts';

/**
 * Derives a record id that two copies compute alike without talking: the first 128 bits (32 hex digits)
 * of SHA-256 over the canonical JSON of `[kind, ...parts]`.
 */
export function deriveId(sha256: Sha256, kind: string, ...parts: readonly string[]): string {
  return toHex(sha256(canonicalBytes([kind, ...parts]))).slice(0, 32);
}

/** The id of an assessment: one control (or plan item) for one subject in an engagement. */
export function assessmentId(sha256: Sha256, engagement: string, target: string, subject: string): string {
  return deriveId(sha256, 'assessment', engagement, target, subject);
}

/** The id of a node of a framework (control, checklist, item, risk, …), from the framework and its path. */
export function nodeId(sha256: Sha256, kind: string, framework: string, path: string): string {
  return deriveId(sha256, kind, framework, path);
}

/** How the nonce of a record begins that is added in an entry: by the place of that entry, which no other has. */
export function addedPrefix(writer: string, seq: number): string {
  return `${writer}:${seq}:`;
}

/** The id of a record that people add to a programme; unlike a plan's node, a nonce names no record that stands already. */
export function addedId(sha256: Sha256, kind: string, engagement: string, nonce: string): string {
  return deriveId(sha256, 'added', kind, engagement, nonce);
}

/** The id of an engagement, from the nonce it is begun with. */
export function begunId(sha256: Sha256, nonce: string): string {
  return deriveId(sha256, 'engagement', nonce);
}

/** The record of a section: two copies that fill it apart write in one and the same. */
export function sectionId(sha256: Sha256, packet: string, key: string): string {
  return deriveId(sha256, 'section', packet, key);
}

/** The id of a device that a member adds: its nonce stands in its `about`, so nobody else's device can be meant. */
export function joinedDeviceId(sha256: Sha256, workspace: string, member: string, nonce: string): string {
  return deriveId(sha256, 'device', workspace, member, nonce);
}

/** The subject every engagement has when none is named. */
export const WHOLE_SCOPE = 'Whole scope';
