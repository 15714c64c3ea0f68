import { afterEach, beforeEach, expect, test } from 'vitest';
import { append } from '../../../core/ledger/append.ts';
import { sha256 } from '../../../core/ledger/keys.ts';
import { RANK } from '../../../db/projection/kinds/index.ts';
import { replay } from '../../../db/projection/rebuild.ts';
import { check, Fleet, linkOf, type Replica } from '../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
});
afterEach(() => fleet.close());

const { record, about, id } = check(1);
const context = () => ({ db: owner.db, sha256, framework: owner.framework });

test('a row reads rows of kinds before its own only', () => {
  const before = (kind: string, other: string) =>
    expect(RANK.indexOf(kind)).toBeLessThan(RANK.indexOf(other));
  for (const kind of ['framework', 'evidence', 'link', 'signoff', 'subject']) before(kind, 'assessment');
  before('assessment', 'checklist-work');
});

test('a link keeps standing while anybody says so', () => {
  const first = linkOf('v1', id, true);
  append(owner, 'evidence.link@1', [
    { record, field: 'about', value: about },
    { record: first.record, field: 'state', value: first.value },
  ]);
  expect(owner.db.prepare('SELECT count(*) FROM link').pluck().get()).toBe(1);
  append(owner, 'evidence.unlink@1', [
    { record: first.record, field: 'state', value: linkOf('v1', id, false).value },
  ]);
  expect(owner.db.prepare('SELECT count(*) FROM link').pluck().get()).toBe(0);
});

test('what was written without change is not written again', () => {
  const drafts = [
    { record, field: 'about', value: about },
    { record, field: 'note', value: 'once' },
  ];
  expect(append(owner, 'assess@1', drafts)).not.toBeNull();
  expect(append(owner, 'assess@1', drafts)).toBeNull();
  expect(append(owner, 'assess@1', [...drafts, { record, field: 'note', value: 'twice' }])).not.toBeNull();
  expect(owner.db.prepare('SELECT note FROM assessment').pluck().get()).toBe('twice');
});

test('replaying changes nothing, also a second time', () => {
  append(owner, 'assess@1', [
    { record, field: 'about', value: about },
    { record, field: 'note', value: 'Anything' },
  ]);
  const before = fleet.state(owner);
  const found = () => owner.db.prepare("SELECT id FROM search WHERE search MATCH 'anything'").pluck().all();
  expect(found()).toEqual([id]);
  for (let times = 0; times < 2; times += 1) {
    owner.db.transaction(() => replay(context()))();
    expect(fleet.state(owner)).toBe(before);
    expect(found()).toEqual([id]);
  }
});
