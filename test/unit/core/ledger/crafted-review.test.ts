import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { signedAssessment } from '../../../../db/projection/kinds/assessment.ts';
import { signOffDigest } from '../../../../shared/domain/sign-off.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { check, Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
});
afterEach(() => fleet.close());

const { id, record, about } = check(1);

/** Signs past the rules of the core, by an entry that the ledger has nothing against. */
function sign(replica: Replica, capacity: 'preparer' | 'reviewer', other: object = {}): void {
  const stands = signedAssessment(replica.db, id);
  if (stands === null) throw new Error('nothing to sign');
  const signed = { ...stands, ...other };
  const after = replica.db.prepare('SELECT id FROM sign_off ORDER BY id').pluck().all() as string[];
  const value: Json = {
    kind: 'assessment',
    record: id,
    capacity,
    verdict: 'signed',
    digest: signOffDigest(sha256, signed),
    note: '',
    after,
    signed: signed as unknown as Json,
    passphraseSetByOther: false,
  };
  const fact = `signoff:${factId(sha256, 'signoff', replica.writer.id, value)}`;
  append(replica, 'review.sign@1', [{ record: fact, field: 'fact', value }]);
}

const status = (replica: Replica) =>
  replica.db.prepare('SELECT status, voided FROM assessment WHERE id = ?').get(id);

function prepare(replica: Replica): void {
  append(replica, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'result', value: 'satisfied' },
  ]);
  sign(replica, 'preparer');
}

test('a preparer’s own review counts at no replica', () => {
  const rita = fleet.join('Rita', 'reviewer');
  prepare(owner);
  sign(owner, 'reviewer');
  receiveSegments(rita, fleet.carry(owner));
  for (const replica of [owner, rita]) expect(status(replica)).toEqual({ status: 'submitted', voided: 0 });
  sign(rita, 'reviewer');
  receiveSegments(owner, fleet.carry(rita));
  for (const replica of [owner, rita]) expect(status(replica)).toEqual({ status: 'accepted', voided: 0 });
  sign(owner, 'reviewer');
  expect(status(owner)).toEqual({ status: 'accepted', voided: 0 });
});

test('a review that its author signed over other values is void', () => {
  const rita = fleet.join('Rita', 'reviewer');
  prepare(owner);
  receiveSegments(rita, fleet.carry(owner));
  sign(rita, 'reviewer', { result: 'not-satisfied' });
  receiveSegments(owner, fleet.carry(rita));
  expect(status(owner)).toEqual({ status: 'submitted', voided: 1 });
});

test('a review and a change made apart leave the review void', () => {
  const rita = fleet.join('Rita', 'reviewer');
  prepare(owner);
  receiveSegments(rita, fleet.carry(owner));
  sign(rita, 'reviewer');
  append(owner, 'assess@1', [{ record, field: 'note', value: 'after all' }]);
  receiveSegments(owner, fleet.carry(rita));
  receiveSegments(rita, fleet.carry(owner));
  for (const replica of [owner, rita]) expect(status(replica)).toEqual({ status: 'draft', voided: 1 });
  expect(fleet.state(owner)).toBe(fleet.state(rita));
});
