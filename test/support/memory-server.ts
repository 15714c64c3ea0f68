import { createHash, sign } from 'node:crypto';
import { keyIdOf, ledgerKeyFromSeed, publicKeyText } from '../../core/ledger/keys.ts';
import { partId } from '../../core/ledger/sealed-part.ts';
import type { LabelledSegment, SegmentServer } from '../../core/sync/server/api.ts';
import { FaultError } from '../../shared/fault.ts';
import type { Pushed, ServerState } from '../../shared/sync/contract.ts';
import {
  FIRST_ROOT,
  type ListedSegment,
  nextRoot,
  type Receipt,
  type ReceiptBody,
  receiptBytes,
} from '../../shared/sync/wire.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const page = 3;

/** A server's order in memory, by the same rules as the real one, with a line to it that can be bad. */
export class MemoryServer {
  readonly #key = ledgerKeyFromSeed(sha256(new TextEncoder().encode('memory server')));
  readonly #workspace: string;
  #epoch = 'a'.repeat(32);
  #rows: (ListedSegment & { root: string; sealed: Uint8Array })[] = [];
  readonly publicKey: string;
  readonly keyId: string;

  constructor(workspace: string) {
    this.#workspace = workspace;
    this.publicKey = publicKeyText(this.#key);
    this.keyId = keyIdOf(this.publicKey);
  }

  get sequence(): number {
    return this.#rows.length;
  }

  /** As a backup of an earlier state would bring it back. */
  goBack(to: number): void {
    this.#rows = this.#rows.slice(0, to);
  }

  beginAnew(epoch: string): void {
    this.#epoch = epoch;
    this.#rows = [];
  }

  /** A row of a device that lies: other bytes under a true label. */
  plant(label: LabelledSegment['label'], sealed: Uint8Array): void {
    this.#store(label, sealed);
  }

  receipt(sequence = this.#rows.length): Receipt {
    const body: ReceiptBody = {
      schema: 'bindery.receipt/1',
      server: this.keyId,
      workspace: this.#workspace,
      epoch: this.#epoch,
      sequence,
      root: this.#rows[sequence - 1]?.root ?? FIRST_ROOT,
      at: '2026-03-01T09:00:00.000Z',
    };
    return { body, signature: sign(null, receiptBytes(body), this.#key).toString('hex') };
  }

  /** The server as one copy reaches it; `cut` says whether a call is lost, before or after the server took it. */
  line(cut: () => 'no' | 'before' | 'after' = () => 'no'): SegmentServer {
    const call = async <T>(work: () => T): Promise<T> => {
      const when = cut();
      if (when === 'before') throw lost();
      const answer = work();
      if (when === 'after') throw lost();
      return answer;
    };
    return {
      key: { id: this.keyId, publicKey: this.publicKey },
      state: (at) => call(() => this.#state(at)),
      list: (after) =>
        call(() => {
          const rows = this.#rows.slice(after, after + page).map(({ root: _, sealed: __, ...row }) => row);
          const last = after + rows.length;
          return { rows, next: last < this.#rows.length ? last : null };
        }),
      fetch: (ids) => call(() => ids.map((id) => this.#row(id).sealed)),
      push: (segments) => call(() => this.#push(segments)),
      held: (vector) =>
        call(() => Object.fromEntries(Object.keys(vector).map((writer) => [writer, this.#heldTo(writer)]))),
    };
  }

  #state(at: number): ServerState {
    const rootAt = at === 0 ? FIRST_ROOT : (this.#rows[at - 1]?.root ?? null);
    const receipt = this.receipt();
    const { epoch, sequence, root } = receipt.body;
    return { epoch, sequence, root, rootAt, receipt };
  }

  #row(id: string) {
    const row = this.#rows.find((one) => one.id === id);
    if (row === undefined) throw new FaultError({ code: 'not-found', what: 'segment', id });
    return row;
  }

  #push(segments: readonly LabelledSegment[]): Pushed {
    const outcomes = segments.map(({ label, sealed }) => this.#store(label, sealed));
    return { receipt: this.receipt(), segments: outcomes };
  }

  #store(label: LabelledSegment['label'], sealed: Uint8Array): Pushed['segments'][number] {
    const id = partId(sealed);
    if (this.#rows.some((row) => row.id === id && row.head === label.head && row.writer === label.writer))
      return { id, outcome: 'known' };
    const sequence = this.#rows.length + 1;
    const root = nextRoot(sha256, this.#rows.at(-1)?.root ?? FIRST_ROOT, id);
    this.#rows.push({ ...label, id, sequence, bytes: sealed.length, root, sealed: Uint8Array.from(sealed) });
    return { id, outcome: 'stored' };
  }

  #heldTo(writer: string): number {
    const rows = this.#rows.filter((row) => row.writer === writer).sort((a, b) => a.from - b.from);
    return rows.reduce((to, row) => (row.from <= to + 1 ? Math.max(to, row.from + row.count - 1) : to), 0);
  }
}

function lost(): FaultError {
  return new FaultError({ code: 'unavailable', what: 'sync server', detail: 'the line was cut' });
}
