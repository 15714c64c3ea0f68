import { afterEach, describe, expect, it } from 'vitest';
import { append } from '../../../../../core/ledger/append.ts';
import { carriedSegment } from '../../../../../core/ledger/carried.ts';
import { sealOpen } from '../../../../../core/ledger/seal.ts';
import { sealPart, sealSegment } from '../../../../../core/ledger/sealed-part.ts';
import type { SegmentServer } from '../../../../../core/sync/server/api.ts';
import type { SegmentCopy } from '../../../../../core/sync/server/exchange.ts';
import { exchangeSegments } from '../../../../../core/sync/server/exchange-segments.ts';
import { readPlace } from '../../../../../core/sync/server/place.ts';
import { newKeyring } from '../../../../../core/workspace/keyring.ts';
import { conflictsOf } from '../../../../../db/queries/history.ts';
import { held, segments } from '../../../../../db/queries/ledger.ts';
import { runServerHistory } from '../../../../fuzz/server-history.ts';
import { MemoryServer } from '../../../../support/memory-server.ts';
import { check, Fleet, type Replica } from '../../../../support/replicas.ts';

const HISTORIES = Number(process.env.BINDERY_SERVER_HISTORIES ?? 6);
const keyring = newKeyring({ bytes: (length) => Buffer.alloc(length, 7) });
let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

const withKeys = (replica: Replica): SegmentCopy => ({ ...replica, keyring });

function two(): { a: Replica; b: Replica; server: MemoryServer } {
  fleet = new Fleet();
  const b = fleet.join('B', 'auditor');
  const [a] = fleet.replicas as [Replica];
  return { a, b, server: new MemoryServer(fleet.workspace) };
}

/** A line that is cut as soon as a push was taken and answered, before the order is read on. */
function cutAfterPush(server: MemoryServer): SegmentServer {
  let pushed = false;
  const line = server.line(() => (pushed ? 'before' : 'no'));
  return {
    ...line,
    push: async (segments) => {
      const answer = await line.push(segments);
      pushed = true;
      return answer;
    },
  };
}

function note(replica: Replica, n: number, value: string): void {
  const { record, about } = check(n);
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ]);
}

describe('copies that meet over a server', () => {
  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'converge with nothing lost although its line is cut and it goes back (history %i)',
    async (seed) => {
      const { replicas, exchanges } = await runServerHistory(seed);
      expect(replicas).toBeGreaterThan(1);
      expect(exchanges).toBeGreaterThan(5);
    },
  );

  it('see both values of one edit made apart, and the resolution of whoever decides', async () => {
    const { a, b, server } = two();
    note(a, 1, 'from A');
    note(b, 1, 'from B');
    for (const copy of [a, b, a]) await exchangeSegments(withKeys(copy), server.line());
    for (const copy of [a, b]) {
      const sides = conflictsOf(copy.db, check(1).record)[0]?.sides.map((side) => side.value);
      expect(sides?.sort()).toEqual(['from A', 'from B']);
    }
    note(b, 1, 'both are right');
    for (const copy of [b, a]) await exchangeSegments(withKeys(copy), server.line());
    expect(conflictsOf(a.db, check(1).record)).toEqual([]);
  });

  it('send and fetch nothing where nothing is new', async () => {
    const { a, b, server } = two();
    note(a, 1, 'once');
    for (const copy of [a, b]) await exchangeSegments(withKeys(copy), server.line());
    for (const copy of [a, b, a, b]) {
      const done = await exchangeSegments(withKeys(copy), server.line());
      expect(done).toMatchObject({ contact: 'continues', sent: { segments: 0 }, received: { segments: 0 } });
    }
  });
});

describe('a line that is cut while a large history comes', () => {
  it('has brought what came before, and that is not fetched again', async () => {
    const { a, b, server } = two();
    for (const copy of [a, b]) await exchangeSegments(withKeys(copy), server.line());
    for (let n = 1; n <= 70; n += 1) {
      note(a, n, `note ${n}`);
      sealOpen(a);
    }
    await exchangeSegments(withKeys(a), server.line());
    const asked: number[] = [];
    const line = server.line();
    const cut: SegmentServer = {
      ...line,
      list: async (after) => {
        const rows = [];
        for (let next: number | null = after; next !== null; ) {
          const page = await line.list(next);
          rows.push(...page.rows);
          next = page.next;
        }
        return { rows, next: null };
      },
      fetch: async (ids) => {
        asked.push(ids.length);
        if (asked.length === 2) throw new Error('cut');
        return line.fetch(ids);
      },
    };
    await expect(exchangeSegments(withKeys(b), cut)).rejects.toThrow('cut');
    const came = asked[0] ?? 0;
    expect(came).toBe(64);
    expect(
      segments(b.db).filter(({ header }) => header.device === a.writer.device).length,
    ).toBeGreaterThanOrEqual(came);
    const done = await exchangeSegments(withKeys(b), cut);
    expect(done.received.segments).toBe(asked[1]);
    expect(came + done.received.segments).toBeGreaterThanOrEqual(70);
    expect(fleet?.state(b)).toBe(fleet?.state(a));
  });
});

describe('a server that went back', () => {
  it('is noticed by who had read further, told to people, and healed', async () => {
    const { a, b, server } = two();
    for (const n of [1, 2, 3]) {
      note(a, n, `note ${n}`);
      for (const copy of [a, b]) await exchangeSegments(withKeys(copy), server.line());
    }
    const before = server.sequence;
    server.goBack(1);
    const done = await exchangeSegments(withKeys(b), server.line());
    expect(done.contact).toBe('went-back');
    expect(server.sequence).toBe(before);
    expect(readPlace(b.db).notices.map((notice) => notice.what)).toEqual(['went-back']);
    expect((await exchangeSegments(withKeys(b), server.line())).contact).toBe('continues');
  });

  it('is noticed by a copy that had not read so far, from the receipt another copy sealed', async () => {
    const { a, b, server } = two();
    for (const copy of [a, b]) await exchangeSegments(withKeys(copy), server.line());
    const early = server.sequence;
    for (const n of [1, 2]) {
      note(a, n, `note ${n}`);
      await exchangeSegments(withKeys(a), server.line());
    }
    // B gets the newest segment of A by another way; the server then forgets everything after B's last visit.
    const { receiveSegments } = await import('../../../../../core/ledger/receive.ts');
    receiveSegments(
      b,
      segments(a.db).map((row) => carriedSegment(a.db, row)),
    );
    server.goBack(early);
    await exchangeSegments(withKeys(b), server.line());
    expect(server.sequence).toBeGreaterThan(early);
  });

  it.each([
    ['as it was', 0],
    ['and grown by what others pushed since', 3],
  ])('after it took a push whose author never read on is noticed and healed (%s)', async (_, since) => {
    const { a, b, server } = two();
    for (const copy of [a, b, a]) await exchangeSegments(withKeys(copy), server.line());
    const early = server.sequence;
    note(a, 1, 'taken and lost');
    await expect(exchangeSegments(withKeys(a), cutAfterPush(server))).rejects.toMatchObject({
      fault: { code: 'unavailable' },
    });
    expect(server.sequence).toBe(early + 1);
    expect(readPlace(a.db)).toMatchObject({
      read: { sequence: early },
      receipt: { body: { sequence: early + 1 } },
    });
    server.goBack(early);
    for (let n = 1; n <= since; n += 1) {
      note(b, 1 + n, `note ${n}`);
      await exchangeSegments(withKeys(b), server.line());
    }
    expect(server.sequence).toBe(early + since);
    const done = await exchangeSegments(withKeys(a), server.line());
    expect(done).toMatchObject({
      contact: 'went-back',
      sent: { segments: 1 },
      received: { segments: since },
    });
    expect(readPlace(a.db).notices.map((notice) => notice.what)).toEqual(['went-back']);
    await exchangeSegments(withKeys(b), server.line());
    expect(fleet?.state(b)).toBe(fleet?.state(a));
    expect((await exchangeSegments(withKeys(a), server.line())).contact).toBe('continues');
  });

  it('that rewrote its order is told on and read anew', async () => {
    const { a, b, server } = two();
    for (const n of [1, 2, 3]) {
      note(a, n, `note ${n}`);
      await exchangeSegments(withKeys(a), server.line());
    }
    await exchangeSegments(withKeys(b), server.line());
    server.goBack(1);
    const label = { writer: 'f'.repeat(32), from: 1, count: 1, head: 'e'.repeat(64) };
    for (const text of ['one', 'two', 'three', 'four']) server.plant(label, Buffer.from(text.repeat(30)));
    const done = await exchangeSegments(withKeys(b), server.line());
    expect(done.contact).toBe('went-back');
    expect(fleet?.state(b)).toBe(fleet?.state(a));
  });

  it('with another key than the pinned one is refused before anything is taken', async () => {
    const { a, server } = two();
    const line = server.line();
    const other = { ...line, key: { ...line.key, id: '0'.repeat(32) } };
    await expect(exchangeSegments(withKeys(a), other)).rejects.toMatchObject({
      fault: { code: 'unavailable' },
    });
    expect(server.sequence).toBe(0);
  });
});

describe('a device that lies to the server', () => {
  it('cannot keep a segment from anybody by putting rubbish under its label', async () => {
    const { a, b, server } = two();
    note(a, 1, 'the true one');
    const { sealOpen } = await import('../../../../../core/ledger/seal.ts');
    sealOpen(a);
    for (const row of segments(a.db)) {
      const { writer, from, count, head } = row.header;
      server.plant({ writer, from, count, head }, sealPart(keyring, Buffer.from('"rubbish"')));
      server.plant(
        { writer, from, count, head },
        Buffer.from('not even sealed, and long enough to be looked at'),
      );
    }
    for (const copy of [a, b]) await exchangeSegments(withKeys(copy), server.line());
    expect(fleet?.state(b)).toBe(fleet?.state(a));
    expect(held(b.db, 'quarantine').map((row) => row.reason)).toContain('unreadable');
  });

  it('changes nothing by pushing a true segment under a false label', async () => {
    const { a, b, server } = two();
    note(a, 1, 'true');
    const { sealOpen } = await import('../../../../../core/ledger/seal.ts');
    sealOpen(a);
    const [row] = segments(a.db).slice(-1);
    if (row === undefined) throw new Error('nothing was sealed');
    const sealed = sealSegment(keyring, carriedSegment(a.db, row));
    server.plant({ writer: 'f'.repeat(32), from: 1, count: 1, head: 'e'.repeat(64) }, sealed);
    for (const other of segments(a.db)) {
      const { writer, from, count, head } = other.header;
      if (other.fromSeq !== row.fromSeq) server.plant({ writer, from, count, head }, sealed);
    }
    for (const copy of [a, b, a]) await exchangeSegments(withKeys(copy), server.line());
    expect(fleet?.state(b)).toBe(fleet?.state(a));
  });
});
