import { afterEach, beforeEach, expect, test } from 'vitest';
import { append, nextSequence } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyRebuild } from '../../../../core/ledger/verify.ts';
import { entryAt } from '../../../../db/queries/ledger.ts';
import { addedId, addedPrefix } from '../../../../shared/domain/identity.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { type CraftedEntry, check, Fleet, type Replica } from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let bob: Replica;
let record: string;
let of: Json;
let began: number;

/** An action that the owner added, which decides a gate and is not an auditor's to take out. */
beforeEach(() => {
  fleet = new Fleet();
  bob = fleet.join('Bob', 'auditor');
  [owner] = fleet.replicas as [Replica];
  began = nextSequence(owner);
  const nonce = `${addedPrefix(owner.writer.id, began)}n`;
  record = `action:${addedId(sha256, 'action', 'e', nonce)}`;
  of = { engagement: 'e', nonce };
  append(owner, 'programme.put@2', [
    { record, field: 'of', value: of },
    { record, field: 'title', value: 'Mend the door' },
    { record, field: 'for', value: 'gate:1' },
  ]);
  receiveSegments(bob, fleet.carry(owner));
});
afterEach(() => fleet.close());

const sayAgain = (): CraftedEntry => ({
  action: 'programme.put@2',
  ops: [{ record, field: 'of', value: of }],
});
const takeOut = (): CraftedEntry => ({
  action: 'programme.remove@1',
  ops: [{ record, field: 'deleted', value: { seen: { [owner.writer.id]: began } } }],
});

test('saying again where another’s action belongs does not make it one’s own', () => {
  const forged = fleet.forge(bob, [sayAgain(), takeOut()]);
  receiveSegments(owner, [forged]);
  expect(entryAt(owner.db, forged.header.writer, 2)).toMatchObject({
    state: 'quarantine',
    because: expect.stringContaining('when a gate is met'),
  });
});

test('what stands behind an entry in its own chain gives it nothing, whenever a fork has it judged again', () => {
  const rated = `risk:${addedId(sha256, 'risk', 'e', `${addedPrefix(owner.writer.id, nextSequence(owner))}r`)}`;
  const at = nextSequence(owner);
  append(owner, 'programme.put@2', [
    { record: rated, field: 'of', value: { engagement: 'e', nonce: `${addedPrefix(owner.writer.id, at)}r` } },
    { record: rated, field: 'severity', value: 'P1' },
  ]);
  const twin = fleet.copyOf(owner, 'restored');
  receiveSegments(bob, fleet.carry(owner));
  const writer = fleet.forge(bob, [sayAgain()]).header.writer;
  const lower: CraftedEntry = {
    action: 'programme.put@2',
    ops: [{ record: rated, field: 'severity', value: 'P2', parents: [[writer, 4]] }],
  };
  const lowest: CraftedEntry = {
    action: 'programme.put@2',
    ops: [{ record: rated, field: 'severity', value: 'P3', parents: [[owner.writer.id, at]] }],
  };
  const forged = fleet.forge(bob, [takeOut(), sayAgain(), lower, lowest]);
  for (const [copy, value] of [
    [owner, 'one'],
    [twin, 'two'],
  ] as const) {
    const { record: checked, about } = check(1);
    append(copy, 'assess@1', [
      { record: checked, field: 'about', value: about },
      { record: checked, field: 'note', value },
    ]);
  }
  const [first, second] = [fleet.carry(owner), fleet.carry(twin)];
  // Here the fork comes before the crafted segment, there behind it.
  receiveSegments(owner, second);
  receiveSegments(owner, [forged]);
  receiveSegments(bob, [forged]);
  receiveSegments(bob, first);
  receiveSegments(bob, second);
  for (const copy of [owner, bob]) {
    const states = [1, 2, 3, 4].map((n) => entryAt(copy.db, writer, n)?.state);
    expect(states).toEqual(['quarantine', 'applied', 'quarantine', 'quarantine']);
  }
  expect(fleet.state(owner)).toBe(fleet.state(bob));
});

test('a word on a record of another kind with the same id takes no record out of the tables', () => {
  const of = record.slice('action:'.length);
  const forged = fleet.forge(bob, [
    { action: 'programme.put@2', ops: [{ record: `person:${of}`, field: 'title', value: 'Something else' }] },
  ]);
  const shown = () => owner.db.prepare('SELECT kind, title FROM programme_record WHERE id = ?').all(of);
  expect(receiveSegments(owner, [forged])).toMatchObject({ applied: 1 });
  expect(shown()).toEqual([{ kind: 'action', title: 'Mend the door' }]);
  receiveSegments(bob, [forged]);
  expect(fleet.state(bob)).toBe(fleet.state(owner));
  expect(verifyRebuild(owner, fleet.scratch()).differences).toEqual([]);
});
