import type { Sha256 } from '../ledger/canonical.ts';
import { FIRST_ROOT, nextRoot, type ReceiptBody } from './wire.ts';

/** How far a copy has read a server's order, and the root of all it read. */
export interface ReadTo {
  /** The server's epoch; empty before the first contact. */
  readonly epoch: string;
  readonly sequence: number;
  readonly root: string;
}

export const NOTHING_READ: ReadTo = { epoch: '', sequence: 0, root: FIRST_ROOT };

/** What a server shows on contact, against what a copy has read there. */
export type Contact =
  /** Nothing was read there before. */
  | 'first'
  /** Its order begins with what was read. */
  | 'continues'
  /** It no longer has what it once showed: restored from an earlier state, or its order was rewritten. */
  | 'went-back'
  /** It is another server, or begins anew. */
  | 'exchanged';

/**
 * Judges a contact. `rootAt` is the server's root at the number this copy has read to, null where it has not come that
 * far; `witness` is the newest receipt of this server that other copies have shown.
 */
export function judgeContact(
  read: ReadTo,
  now: { readonly epoch: string; readonly sequence: number; readonly rootAt: string | null },
  witness: Pick<ReceiptBody, 'epoch' | 'sequence'> | null,
): Contact {
  if (witness !== null && witness.epoch === now.epoch && witness.sequence > now.sequence) return 'went-back';
  if (read.epoch === '') return 'first';
  if (read.epoch !== now.epoch) return 'exchanged';
  return now.sequence >= read.sequence && now.rootAt === read.root ? 'continues' : 'went-back';
}

/** Where a copy has read to after one more segment; null where the server left a number out or turned two round. */
export function readOn(
  sha256: Sha256,
  read: ReadTo,
  row: { readonly sequence: number; readonly id: string },
): ReadTo | null {
  if (row.sequence !== read.sequence + 1) return null;
  return { epoch: read.epoch, sequence: row.sequence, root: nextRoot(sha256, read.root, row.id) };
}

/** Whether a receipt agrees with what was read; a receipt of another number says nothing either way. */
export function agrees(read: ReadTo, receipt: Pick<ReceiptBody, 'epoch' | 'sequence' | 'root'>): boolean {
  return receipt.epoch === read.epoch && (receipt.sequence !== read.sequence || receipt.root === read.root);
}
