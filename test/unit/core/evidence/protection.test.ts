import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { append, nextSequence } from '../../../../core/ledger/append.ts';
import { resolveConflict } from '../../../../core/ledger/conflicts.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { replay } from '../../../../db/projection/rebuild.ts';
import { conflictsOf } from '../../../../db/queries/history.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { Fleet, type Replica } from '../../../support/replicas.ts';
import { faultOf } from '../../../support/workspaces.ts';

const DAY = 86_400_000;
const RECORD = 'evidence:e1';
let fleet: Fleet;
let a: Replica;
let b: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [a] = fleet.replicas as [Replica];
  append(a, 'evidence.add@1', [
    { record: RECORD, field: 'title', value: 'Access review' },
    { record: RECORD, field: 'files', value: { revision: 1, files: [] } },
  ]);
  b = fleet.join('B', 'admin');
});
afterEach(() => fleet.close());

const remove = (on: Replica) =>
  append(on, 'evidence.remove@1', [
    { record: RECORD, field: 'deleted', value: { seen: knownVector(on.db) } },
  ]);
/** Lays a hold, or lifts those named; answers its id. */
function hold(on: Replica, lifts: string[] = [], laid = true): string {
  const value = {
    engagement: '',
    record: RECORD,
    on: laid,
    reason: 'Matter 7',
    lifts,
    seq: nextSequence(on),
  };
  const id = factId(sha256, 'hold', on.writer.id, value);
  append(on, 'evidence.hold@1', [{ record: `hold:${id}`, field: 'fact', value }]);
  return id;
}
const keepUntil = (on: Replica, day: string) =>
  append(on, 'evidence.update@2', [{ record: RECORD, field: 'retainUntil', value: day }]);
const row = (on: Replica) => on.db.prepare('SELECT held, retain_until FROM evidence').get();
const pass = (from: Replica, to: Replica) => receiveSegments(to, fleet.carry(from));

/** Both copies hold the same, and so does a replay on each. */
function expectSame(): void {
  expect(fleet.state(a)).toBe(fleet.state(b));
  for (const replica of [a, b]) {
    const before = fleet.state(replica);
    replica.db.transaction(() => replay({ db: replica.db, sha256, framework: replica.framework }))();
    expect(fleet.state(replica)).toBe(before);
  }
}

describe('a hold laid here while the evidence is removed there', () => {
  test.each(['the hold arrives first', 'the removal arrives first'])('keeps it alive: %s', (order) => {
    hold(a);
    remove(b);
    if (order === 'the hold arrives first') {
      pass(a, b);
      pass(b, a);
    } else {
      pass(b, a);
      pass(a, b);
    }
    expectSame();
    expect(row(a)).toEqual({ held: 1, retain_until: null });
    expect(conflictsOf(a.db, RECORD).map(({ field }) => field)).toEqual(['deleted']);
  });

  test('does not remove it later either, when the hold is lifted', () => {
    const laid = hold(a);
    remove(b);
    pass(b, a);
    hold(a, [laid], false);
    pass(a, b);
    expectSame();
    expect(row(b)).toEqual({ held: 0, retain_until: null });
    // Whoever still wants it gone says so again, and now it counts.
    remove(b);
    pass(b, a);
    expect(row(a)).toBeUndefined();
  });

  test('cannot be ended by resolving for the removal', async () => {
    hold(a);
    remove(b);
    pass(b, a);
    const fault = await faultOf(() =>
      resolveConflict(a, { record: RECORD, field: 'deleted', value: 'remove' }),
    );
    expect(fault).toMatchObject({ rule: 'legal-hold' });
    resolveConflict(a, { record: RECORD, field: 'deleted', value: 'keep' });
    pass(a, b);
    expectSame();
    expect(conflictsOf(b.db, RECORD)).toEqual([]);
  });
});

test('a hold laid here while another is lifted there stands', () => {
  const first = hold(a);
  pass(a, b);
  hold(b);
  hold(a, [first], false);
  pass(a, b);
  pass(b, a);
  expectSame();
  expect(row(a)).toEqual({ held: 1, retain_until: null });
});

test('two removals of which one missed the hold and the other an edit remove nothing together', () => {
  const c = fleet.join('C', 'admin');
  const laid = hold(a);
  hold(a, [laid], false);
  pass(a, c);
  append(b, 'evidence.update@1', [{ record: RECORD, field: 'title', value: 'Edited' }]);
  remove(b);
  remove(c);
  pass(b, a);
  pass(c, a);
  pass(a, b);
  pass(c, b);
  expectSame();
  expect(row(a)).toEqual({ held: 0, retain_until: null });
});

test('a hold only by whoever administers', async () => {
  const aziz = fleet.join('Aziz', 'auditor');
  expect(await faultOf(() => hold(aziz))).toMatchObject({ code: 'forbidden' });
});

describe('retention', () => {
  test.each([true, false])('stated there outweighs a removal here (retention first: %s)', (first) => {
    keepUntil(a, '2027-01-01');
    remove(b);
    if (first) pass(a, b);
    pass(b, a);
    pass(a, b);
    expectSame();
    expect(row(b)).toEqual({ held: 0, retain_until: '2027-01-01' });
  });

  test('only grows, also where two copies say different days', () => {
    keepUntil(a, '2028-06-01');
    keepUntil(b, '2027-01-01');
    pass(a, b);
    pass(b, a);
    expectSame();
    expect(row(a)).toEqual({ held: 0, retain_until: '2028-06-01' });
  });

  test('ends after its day, and not on it', async () => {
    keepUntil(a, '2026-03-05');
    a.skew(4 * DAY);
    expect(await faultOf(() => remove(a))).toMatchObject({ rule: 'retention' });
    a.skew(5 * DAY);
    remove(a);
    pass(a, b);
    expectSame();
    expect(row(b)).toBeUndefined();
  });
});
