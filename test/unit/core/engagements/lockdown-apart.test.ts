import { afterEach, beforeEach, expect, test } from 'vitest';
import { lateAdditions } from '../../../../core/engagements/lockdown.ts';
import { append, nextSequence } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { engagementById } from '../../../../db/queries/engagements.ts';
import { knownHeads } from '../../../../db/queries/heads.ts';
import { knownVector } from '../../../../db/queries/ledger.ts';
import { lockdownsOf } from '../../../../db/queries/lockdown.ts';
import { addedId, addedPrefix, begunId } from '../../../../shared/domain/identity.ts';
import { PROGRAMME_FACTS } from '../../../../shared/domain/programme/facts.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { writerId } from '../../../../shared/ledger/entry.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { valueFlaw } from '../../../../shared/ledger/fields.ts';
import { type CraftedEntry, Fleet, type Replica } from '../../../support/replicas.ts';

/** Programs of one's own, whose entries an honest copy takes in. */
let fleet: Fleet;
let owner: Replica;
let rita: Replica;
let aziz: Replica;
let engagement: string;
let request: string;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  rita = fleet.join('Rita', 'reviewer');
  aziz = fleet.join('Aziz', 'auditor');
  const nonce = `${addedPrefix(owner.writer.id, nextSequence(owner))}n`;
  engagement = begunId(sha256, nonce);
  append(owner, 'engagement.create@2', [
    { record: `engagement:${engagement}`, field: 'begun', value: { nonce } },
    { record: `engagement:${engagement}`, field: 'name', value: 'Audit' },
    { record: `engagement:${engagement}`, field: 'state', value: 'fieldwork' },
  ]);
  request = addRequest('Access review');
  for (const copy of [rita, aziz]) receiveSegments(copy, fleet.carry(owner));
});
afterEach(() => fleet.close());

function addRequest(title: string): string {
  const nonce = `${addedPrefix(owner.writer.id, nextSequence(owner))}n`;
  const record = `request:${addedId(sha256, 'request', engagement, nonce)}`;
  append(owner, 'programme.put@2', [
    { record, field: 'of', value: { engagement, nonce } },
    { record, field: 'title', value: title },
  ]);
  return record;
}

const final = (): CraftedEntry['ops'][number] => ({
  record: `engagement:${engagement}`,
  field: 'state',
  value: 'final',
});

function lockdown(writer: string, reason: string, seen: Json): CraftedEntry['ops'][number] {
  const value = { engagement, record: `engagement:${engagement}`, reason, open: {}, seen };
  return { record: `lockdown:${factId(sha256, 'lockdown', writer, value)}`, field: 'fact', value };
}

/** Locks as the product does. */
function lock(by: Replica, reason: string): void {
  append(by, 'engagement.lock@2', [lockdown(by.writer.id, reason, knownHeads(by.db)), final()]);
}

const forger = (as: Replica) =>
  writerId(sha256, fleet.workspace, {
    member: as.writer.member,
    device: `forged by ${as.name}`,
    incarnation: '1',
  });

const edit = (text: string): CraftedEntry => ({
  action: 'programme.put@2',
  ops: [{ record: request, field: 'note', value: text }],
});

/** A time before everything in the fleet but its beginning. */
const BACK = '2026-03-01T09:00:00.000Z-0000';
const late = () => lateAdditions(owner, engagement).map(({ by, reason }) => [by.name, reason]);

test('a lockdown without the state it makes is refused by every copy, and shows nothing as locked', () => {
  const seen = knownVector(owner.db);
  for (const [n, value] of [knownHeads(owner.db), seen].entries()) {
    const identity = { member: rita.writer.member, device: `d${n}`, incarnation: '1' };
    const writer = writerId(sha256, fleet.workspace, identity);
    const action = `engagement.lock@${2 - n}`;
    const bare = fleet.forge(rita, [{ action, ops: [lockdown(writer, 'Rita says', value)] }], { identity });
    expect(receiveSegments(owner, [bare])).toMatchObject({ applied: 0, quarantined: 1 });
  }
  expect(lockdownsOf(owner.db, engagement)).toEqual([]);
  expect(engagementById(owner.db, engagement)?.state).toBe('fieldwork');
});

test('what a lockdown claims to have seen and cannot name by its hash came later', () => {
  const writer = forger(rita);
  const heads = knownHeads(owner.db).map(([id, seq, hash]) => [id, seq + 1000, hash]);
  const ops = [lockdown(writer, 'Rita says', heads), final()];
  receiveSegments(owner, [fleet.forge(rita, [{ action: 'engagement.lock@2', ops }])]);
  expect(engagementById(owner.db, engagement)?.state).toBe('final');
  receiveSegments(owner, [fleet.forge(aziz, [edit('Afterwards')])]);
  expect(late()).toContainEqual(['Aziz', null]);
});

test('a second lockdown, however it is dated, takes nothing off the list and stands in it', () => {
  lock(owner, 'Year end');
  receiveSegments(owner, [fleet.forge(aziz, [edit('Afterwards')])]);
  expect(late()).toEqual([['Aziz', null]]);
  const ops = [lockdown(forger(rita), 'Rita says', knownHeads(owner.db)), final()];
  receiveSegments(owner, [fleet.forge(rita, [{ action: 'engagement.lock@2', time: BACK, ops }])]);
  expect(lockdownsOf(owner.db, engagement).map(({ reason }) => reason)).toEqual(['Year end', 'Rita says']);
  expect(late()).toContainEqual(['Aziz', null]);
  expect(late()).toContainEqual(['Rita', 'Rita says']);
});

test('of two lockdowns made apart, each counts what the other had not seen as later', () => {
  lock(rita, 'Rita first');
  append(aziz, 'programme.put@2', edit('Before the owner locks').ops);
  receiveSegments(owner, fleet.carry(aziz));
  lock(owner, 'Owner locks');
  receiveSegments(owner, fleet.carry(rita));
  expect(late()).toEqual([
    ['Aziz', null],
    ['Founder', 'Owner locks'],
  ]);
});

test('nothing opens a locked engagement again', () => {
  lock(owner, 'Year end');
  const ops = [{ record: `engagement:${engagement}`, field: 'state', value: 'fieldwork' }];
  const opened = fleet.forge(rita, [{ action: 'engagement.create@2', ops }]);
  receiveSegments(owner, [opened]);
  expect(engagementById(owner.db, engagement)?.state).toBe('final');
});

test('a removal and what it takes away are listed, and so is bringing back', () => {
  const gone = addRequest('Withdrawn');
  append(owner, 'programme.remove@1', [
    { record: gone, field: 'deleted', value: { seen: knownVector(owner.db) } },
  ]);
  lock(owner, 'Year end');
  const remove = (record: string): CraftedEntry => ({
    action: 'programme.remove@1',
    ops: [{ record, field: 'deleted', value: { seen: { ...knownVector(owner.db), [forger(aziz)]: 9 } } }],
  });
  const back: CraftedEntry = {
    action: 'programme.remove@1',
    ops: [{ record: gone, field: 'deleted', value: { kept: true } }],
  };
  receiveSegments(owner, [fleet.forge(aziz, [edit('Afterwards'), remove(request), back])]);
  expect(late()).toEqual([
    ['Aziz', null],
    ['Aziz', null],
    ['Aziz', null],
  ]);
});

test('what a removal says of itself is exactly what it removes with, or that it keeps', () => {
  const flaw = (value: Json) => valueFlaw(request, 'deleted', value);
  expect([flaw({ seen: {} }), flaw({ kept: true })]).toEqual([null, null]);
  for (const value of [
    { seen: {}, engagement: 'nowhere' },
    { kept: true, engagement: 'nowhere' },
    { kept: true, seen: {} },
    { kept: false },
    {},
  ])
    expect(flaw(value), JSON.stringify(value)).not.toBeNull();
});

test('taking back an acceptance is late wherever it claims to belong', () => {
  const statement = (kind: 'acceptance' | 'withdrawal', value: Json) => ({
    record: `${kind}:${factId(sha256, kind, owner.writer.id, value)}`,
    field: 'fact',
    value: PROGRAMME_FACTS[kind].parse(value) as Json,
  });
  const words = { kind: 'exception', reason: 'r', compensating: 'c', expires: null };
  const accepted = statement('acceptance', { engagement, record: request, ...words });
  append(owner, 'programme.accept@1', [accepted]);
  lock(owner, 'Year end');
  const value = { engagement: 'nowhere', record: accepted.record, reason: 'No longer' };
  const record = `withdrawal:${factId(sha256, 'withdrawal', forger(rita), value)}`;
  receiveSegments(owner, [
    fleet.forge(rita, [{ action: 'programme.accept@1', ops: [{ record, field: 'fact', value }] }]),
  ]);
  expect(late()).toEqual([['Rita', null]]);
});
