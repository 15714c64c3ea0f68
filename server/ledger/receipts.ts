import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { type Receipt, type ReceiptBody, receiptBytes, serverName } from '../../shared/sync/wire.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Signs how far the server has come, with the one key by which devices know it. */
export class ReceiptSigner {
  /** SPKI in base64url. */
  readonly publicKey: string;
  readonly #name: string;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    this.#key = key;
    this.#name = serverName(sha256, spki);
    this.publicKey = spki.toString('base64url');
  }

  receipt(
    place: { readonly id: string; readonly epoch: string; readonly counter: number; readonly root: string },
    at: Date,
  ): Receipt {
    const body: ReceiptBody = {
      schema: 'bindery.receipt/1',
      server: this.#name,
      workspace: place.id,
      epoch: place.epoch,
      sequence: place.counter,
      root: place.root,
      at: at.toISOString(),
    };
    return { body, signature: sign(null, receiptBytes(body), this.#key).toString('hex') };
  }
}
