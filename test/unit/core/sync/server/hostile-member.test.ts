import { afterEach, expect, test } from 'vitest';
import { append } from '../../../../../core/ledger/append.ts';
import { carriedSegment } from '../../../../../core/ledger/carried.ts';
import { receiveSegments } from '../../../../../core/ledger/receive.ts';
import { partId, sealSegment } from '../../../../../core/ledger/sealed-part.ts';
import type { SegmentCopy } from '../../../../../core/sync/server/exchange.ts';
import { exchangeSegments } from '../../../../../core/sync/server/exchange-segments.ts';
import { newKeyring } from '../../../../../core/workspace/keyring.ts';
import { segments } from '../../../../../db/queries/ledger.ts';
import type { CarriedSegment } from '../../../../../shared/ledger/segment.ts';
import { LIMITS } from '../../../../../shared/sync/wire.ts';
import { MemoryServer } from '../../../../support/memory-server.ts';
import { check, Fleet, type Replica } from '../../../../support/replicas.ts';

const keyring = newKeyring({ bytes: (length) => Buffer.alloc(length, 7) });
const MOST_SEALED = LIMITS.sealedSegment;
let fleet: Fleet;
afterEach(() => {
  Object.assign(LIMITS, { sealedSegment: MOST_SEALED });
  fleet.close();
});

const meet = (replica: Replica, server: MemoryServer) => {
  const copy: SegmentCopy = { ...replica, keyring };
  return exchangeSegments(copy, server.line());
};

function note(replica: Replica, n: number, value: string): void {
  const { record, about } = check(n);
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);
}

async function listed(server: MemoryServer): Promise<string[]> {
  const line = server.line();
  const ids: string[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { rows, next } = await line.list(after);
    ids.push(...rows.map(({ id }) => id));
    after = next;
  }
  return ids;
}

const sealedIds = ({ db }: Replica) =>
  segments(db).map((row) => partId(sealSegment(keyring, carriedSegment(db, row))));

/** What a member can make of a segment without its author's key: header and signature are true, what it says is not. */
function twinOf({ header, signature, seed, entries }: CarriedSegment): CarriedSegment {
  const twisted = entries.map((entry) => ({
    ...entry,
    ops: entry.ops.map((op) => ({ ...op, value: 'twisted' })),
  }));
  return { header, signature, seed, entries: twisted } as CarriedSegment;
}

test('twins that bear the headers of true segments keep none of them from a server that begins anew', async () => {
  fleet = new Fleet();
  const b = fleet.join('B', 'auditor');
  const [a] = fleet.replicas as [Replica];
  const server = new MemoryServer(fleet.workspace);
  note(a, 1, 'from A');
  for (const copy of [a, b]) await meet(copy, server);
  server.beginAnew('b'.repeat(32));
  for (const row of segments(a.db)) {
    const { writer, from, count, head } = row.header;
    server.plant({ writer, from, count, head }, sealSegment(keyring, twinOf(carriedSegment(a.db, row))));
  }
  for (const copy of [a, b, a]) await meet(copy, server);
  expect(await listed(server)).toEqual(expect.arrayContaining(sealedIds(a)));
});

test('a segment that waits is passed on, and once', async () => {
  fleet = new Fleet();
  const b = fleet.join('B', 'auditor');
  const [a] = fleet.replicas as [Replica];
  const server = new MemoryServer(fleet.workspace);
  const lacking = { ...check(1), parents: [['f'.repeat(32), 1] as const] };
  const waiting = fleet.forge(b, [
    {
      action: 'assess@1',
      ops: [{ record: lacking.record, field: 'note', value: 'later', parents: lacking.parents }],
    },
  ]);
  receiveSegments(a, [waiting]);
  expect((await meet(a, server)).sent.segments).toBeGreaterThan(0);
  expect((await meet(a, server)).sent.segments).toBe(0);
});

test('a segment that no server takes stays here, and what comes after it is sent', async () => {
  fleet = new Fleet();
  const b = fleet.join('B', 'auditor');
  const [a] = fleet.replicas as [Replica];
  const server = new MemoryServer(fleet.workspace);
  const text = Array.from({ length: 2000 }, (_, n) => Math.imul(n, 2654435761).toString(36)).join('');
  const { record, about } = check(9);
  const large = fleet.forge(b, [
    {
      action: 'assess@1',
      ops: [
        { record, field: 'about', value: about },
        { record, field: 'note', value: text },
      ],
    },
  ]);
  receiveSegments(a, [large]);
  Object.assign(LIMITS, { sealedSegment: 8000 });
  note(a, 1, 'from A');
  for (let n = 0; n < 2; n += 1) await meet(a, server);
  const [largeId] = [partId(sealSegment(keyring, large))];
  expect(await listed(server)).toEqual(expect.arrayContaining(sealedIds(a).filter((id) => id !== largeId)));
  expect(await listed(server)).not.toContain(largeId);
});
