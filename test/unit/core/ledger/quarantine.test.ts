import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append, write } from '../../../../core/ledger/append.ts';
import { RECOVER } from '../../../../core/ledger/genesis.ts';
import { keyIdOf, publicKeyText, sha256, signLedger } from '../../../../core/ledger/keys.ts';
import { isForked, receiveSegments } from '../../../../core/ledger/receive.ts';
import { sealOpen } from '../../../../core/ledger/seal.ts';
import { blobsNamedBy } from '../../../../core/ledger/take-in.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { conflictsOf } from '../../../../db/queries/history.ts';
import { adminVector, held, heldToTry, knownVector } from '../../../../db/queries/ledger.ts';
import { get } from '../../../../db/sql.ts';
import { type SignedValues, signOffDigest } from '../../../../shared/domain/sign-off.ts';
import { memberIdOf } from '../../../../shared/ledger/authority.ts';
import { canonicalText, type Json } from '../../../../shared/ledger/canonical.ts';
import { factId } from '../../../../shared/ledger/fact.ts';
import { type CarriedSegment, headerBytes, SEGMENT_LARGEST } from '../../../../shared/ledger/segment.ts';
import { settle } from '../../../fuzz/history.ts';
import {
  type CraftedEntry,
  check,
  craft,
  Fleet,
  keyOf,
  linkOf,
  type Replica,
} from '../../../support/replicas.ts';

let fleet: Fleet;
let owner: Replica;
let ben: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  ben = fleet.join('Ben', 'auditor');
});
afterEach(() => fleet.close());

const { record, about, id: checkId } = check(1);
const note = (value: string): CraftedEntry => ({
  action: 'assess@1',
  ops: [
    { record, field: 'about', value: about },
    { record, field: 'note', value },
  ],
});

function edit(replica: Replica, value: string): void {
  append(replica, 'assess@1', note(value).ops);
}

/** The newest segment a replica sealed. */
function newest(replica: Replica): CarriedSegment {
  const own = (fleet.carry(replica) as CarriedSegment[]).filter((s) => s.header.writer === replica.writer.id);
  return own.at(-1) as CarriedSegment;
}

const shownNote = (replica: Replica) =>
  replica.db.prepare('SELECT note FROM assessment WHERE id = ?').pluck().get(checkId) ?? null;
const shownMember = (replica: Replica, member: string) =>
  replica.db.prepare('SELECT name, role, ledger_key FROM member WHERE id = ?').get(member);

/** Whole: nothing is wrong with what was applied, whatever was set aside. */
function expectSound(...replicas: Replica[]): void {
  for (const replica of replicas) {
    expect(verifyLedgerTables(replica).intact).toBe(true);
    expect(verifyRebuild(replica, fleet.scratch()).differences).toEqual([]);
  }
}

const payloadOf = (id = '') =>
  get<{ payload: string }>(owner.db, 'SELECT payload FROM held WHERE id = ?', id)?.payload;

/** Received, set aside as a whole for the reason, kept as it came, and nothing of it applied. */
function expectHeld(segment: unknown, reason: string): void {
  const before = fleet.state(owner);
  const entries = knownVector(owner.db);
  expect(receiveSegments(owner, [segment])).toMatchObject({ applied: 0, quarantined: 1 });
  const [kept, ...others] = held(owner.db, 'quarantine');
  expect(others).toEqual([]);
  expect(kept).toMatchObject({ reason, state: 'quarantine' });
  expect(kept?.because).not.toBe('');
  expect(payloadOf(kept?.id)).toBe(canonicalText(segment as Json));
  expect(fleet.state(owner)).toBe(before);
  expect(knownVector(owner.db)).toEqual(entries);
  expectSound(owner);
}

/** Received and sealed into the tables, but each entry set aside, its words kept. */
function expectSetAside(segment: CarriedSegment, because: RegExp, at = owner): void {
  const before = fleet.state(at);
  expect(receiveSegments(at, [segment])).toMatchObject({ applied: 0, quarantined: segment.entries.length });
  const rows = at.db
    .prepare("SELECT because FROM entry WHERE writer = ? AND state = 'quarantine' AND seq >= ?")
    .pluck()
    .all(segment.header.writer, segment.header.from) as string[];
  expect(rows).toHaveLength(segment.entries.length);
  for (const row of rows) expect(row).toMatch(because);
  expect(fleet.state(at)).toBe(before);
  const forwarded = (fleet.carry(at) as CarriedSegment[]).find((s) => s.signature === segment.signature);
  expect(canonicalText(forwarded as Json)).toBe(canonicalText(segment as Json));
  expectSound(at);
}

/** Changes one thing of a segment that came from elsewhere, whatever its type says. */
function set(target: object | undefined, key: string, value: unknown): void {
  Object.assign(target ?? {}, { [key]: value });
}

const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;

describe('a segment that was tampered with is set aside', () => {
  type Change = (segment: CarriedSegment & { header: Record<string, unknown> }) => void;
  const entry = (s: CarriedSegment) =>
    s.entries[0] as CarriedSegment['entries'][number] & { action: string; time: string };
  const op = (s: CarriedSegment) => entry(s).ops[1] as unknown as Record<string, unknown>;
  const changes: [string, string, Change][] = [
    ['a value', 'tampered', (s) => set(op(s), 'value', 'forged')],
    ['a field', 'tampered', (s) => set(op(s), 'field', 'result')],
    ['a record', 'tampered', (s) => set(op(s), 'record', check(2).record)],
    ['a parent', 'tampered', (s) => set(op(s), 'parents', [[owner.writer.id, 1]])],
    ['a time', 'tampered', (s) => set(entry(s), 'time', '2020-01-01T00:00:00.000Z-0000')],
    ['a time that is none', 'tampered', (s) => set(entry(s), 'time', 'yesterday')],
    ['an action', 'tampered', (s) => set(entry(s), 'action', 'evidence.add@1')],
    ['a missing operation', 'tampered', (s) => void entry(s).ops.pop()],
    ['a missing entry', 'tampered', (s) => void s.entries.pop()],
    ['an entry more', 'tampered', (s) => void s.entries.push(structuredClone(entry(s)))],
    ['its salts', 'tampered', (s) => set(s, 'seed', flip(s.seed))],
    [
      'values taken out',
      'tampered',
      (s) => {
        const { value: _value, ...rest } = op(s);
        entry(s).ops[1] = { ...rest, hash: 'ab'.repeat(32) } as never;
      },
    ],
    ['its signature', 'unsigned', (s) => set(s, 'signature', flip(s.signature))],
    ['the key id', 'unsigned', (s) => set(s.header, 'keyId', flip(s.header.keyId as string))],
    ['the administrative history', 'unsigned', (s) => set(s.header, 'admin', {})],
    ['the receipt', 'unsigned', (s) => set(s.header, 'receipt', 'r')],
    ['the count', 'tampered', (s) => set(s.header, 'count', 7)],
    ['the head', 'tampered', (s) => set(s.header, 'head', flip(s.header.head as string))],
    ['the hash before it', 'tampered', (s) => set(s.header, 'previous', flip(s.header.previous as string))],
    ['the member', 'tampered', (s) => set(s.header, 'member', owner.writer.member)],
    ['the device', 'tampered', (s) => set(s.header, 'device', 'other')],
    ['the incarnation', 'tampered', (s) => set(s.header, 'incarnation', '2')],
    ['the writer', 'tampered', (s) => set(s.header, 'writer', flip(s.header.writer as string))],
    ['the first number', 'tampered', (s) => set(s.header, 'from', 2)],
    ['the workspace', 'foreign', (s) => set(s.header, 'workspace', flip(s.header.workspace as string))],
    ['the version', 'unreadable', (s) => set(s.header, 'schema', 'bindery.segment/2')],
    ['a field more in the header', 'unreadable', (s) => set(s.header, 'extra', 1)],
    ['a seed of odd length', 'unreadable', (s) => set(s, 'seed', s.seed.slice(1))],
    ['a hash of odd length', 'unreadable', (s) => set(s.header, 'previous', 'abc')],
    ['a number that is none', 'unreadable', (s) => set(s.header, 'from', -1)],
  ];

  it.each(changes)('%s: %s', (_what, reason, change) => {
    edit(ben, 'mine');
    edit(ben, 'mine, better');
    const segment = structuredClone(newest(ben));
    change(segment as never);
    expectHeld(segment, reason);
    // What was tampered with does not stand in the way of the true one.
    receiveSegments(owner, [newest(ben)]);
    expect(shownNote(owner)).toBe('mine, better');
    expectSound(owner);
  });
});

describe('a segment nobody entitled wrote is set aside', () => {
  it('of another workspace', () => {
    const other = new Fleet('elsewhere');
    try {
      expectHeld(other.carry(other.replicas[0] as Replica)[0], 'foreign');
    } finally {
      other.close();
    }
  });

  it('under the key of another member', () => {
    const cem = fleet.join('Cem', 'auditor');
    const identity = { ...ben.writer, device: 'stolen' };
    const { id: _id, ...who } = identity;
    expectHeld(
      fleet.forge(owner, [note('in Ben’s name')], { identity: who, key: cem.ledgerKey }),
      'unsigned',
    );
  });

  it('by somebody who never was a member', () => {
    const key = keyOf('stranger');
    const member = memberIdOf(sha256, fleet.workspace, publicKeyText(key));
    const identity = { member, device: 'x', incarnation: '1' };
    expectHeld(fleet.forge(owner, [note('hello')], { identity, key }), 'unsigned');
  });

  it('that begins the workspace a second time', () => {
    const key = keyOf('usurper');
    const member = memberIdOf(sha256, fleet.workspace, publicKeyText(key));
    const identity = { member, device: 'x', incarnation: '1' };
    const genesis = { nonce: 'n', founderKey: publicKeyText(key), recoveryKey: '' };
    const entry = {
      action: 'workspace.create@1',
      ops: [{ record: `workspace:${fleet.workspace}`, field: 'genesis', value: genesis }],
    };
    expectHeld(fleet.forge(owner, [entry], { identity, key }), 'unsigned');
  });

  it('recovered by a key that is not the recovery kit’s', () => {
    const value = { ledger: publicKeyText(keyOf('thief')), certificate: '', passphraseSetByOther: false };
    const entry = { action: RECOVER, ops: [{ record: `member:${ben.writer.member}`, field: 'key', value }] };
    const { id: _id, ...identity } = { ...ben.writer, device: 'thief' };
    expectHeld(fleet.forge(owner, [entry], { identity, key: keyOf('thief') }), 'unsigned');
    expectSetAside(
      fleet.forge(ben, [entry], { identity, key: ben.ledgerKey }),
      /recovery key/,
      fleet.join('Cem', 'auditor'),
    );
  });
});

describe('garbage is set aside and never throws', () => {
  const deep = () => {
    let value: unknown = 'x';
    for (let i = 0; i < 20_000; i += 1) value = [value];
    return value;
  };
  it.each<[string, () => unknown]>([
    ['nothing', () => null],
    ['a word', () => 'segment'],
    ['a number', () => 1e308],
    ['an array', () => []],
    ['a huge array', () => Array.from({ length: 100_000 }, () => 0)],
    [
      'an object of prototypes',
      () => JSON.parse('{"__proto__":{"header":1},"constructor":{"prototype":{"x":1}}}'),
    ],
    ['an infinity', () => JSON.parse('{"header":1e999}')],
    ['half a character', () => ({ header: '\ud800' })],
    ['a deep nest', deep],
    [
      'too many entries',
      () => ({ ...newest(owner), entries: Array.from({ length: 501 }, () => newest(owner).entries[0]) }),
    ],
  ])('%s', (_what, make) => {
    const before = fleet.state(owner);
    const garbage = make();
    expect(receiveSegments(owner, [garbage])).toMatchObject({ applied: 0, quarantined: 1, waiting: 0 });
    expect(held(owner.db)).toMatchObject([{ state: 'quarantine', reason: 'unreadable' }]);
    // The same again is not a second find.
    expect(receiveSegments(owner, [garbage])).toMatchObject({ quarantined: 0 });
    expect(held(owner.db)).toHaveLength(1);
    expect(fleet.state(owner)).toBe(before);
    expect(({} as Record<string, unknown>).header).toBeUndefined();
  });

  it('a rightly signed segment that nests beyond what any value does, however much this program can walk', () => {
    const nested = (levels: number): Json =>
      Array.from({ length: levels }).reduce<Json>((inner) => [inner], 1);
    const saying = (value: Json) =>
      fleet.forge(ben, [{ action: 'assess@1', ops: [{ record, field: 'note', value }] }]);
    const deeper = saying(nested(120));
    expect(blobsNamedBy([deeper, nested(100_000), { blob: 'a'.repeat(64) }])).toEqual(['a'.repeat(64)]);
    expect(receiveSegments(owner, [deeper])).toMatchObject({ applied: 0, quarantined: 1 });
    expect(held(owner.db)).toMatchObject([{ state: 'quarantine', reason: 'unreadable' }]);
    expect(receiveSegments(owner, [saying(nested(80))])).toMatchObject({ entries: 1, applied: 0 });
    expectSound(owner);
  });

  it('a rightly signed segment that is more than any server or bundle carries, of which only the reason is kept', () => {
    const saying = (letters: number) =>
      fleet.forge(ben, [
        { action: 'assess@1', ops: [{ record, field: 'note', value: 'x'.repeat(letters) }] },
      ]);
    const before = fleet.state(owner);
    expect(receiveSegments(owner, [saying(SEGMENT_LARGEST)])).toMatchObject({ applied: 0, quarantined: 1 });
    const [kept] = held(owner.db);
    expect(kept).toMatchObject({
      reason: 'unreadable',
      because: expect.stringContaining('larger than a segment may be'),
    });
    expect(payloadOf(kept?.id)).toBe('null');
    expect(fleet.state(owner)).toBe(before);
    expect(receiveSegments(owner, [saying(SEGMENT_LARGEST / 2)])).toMatchObject({ entries: 1 });
    expectSound(owner);
  });

  it('an entry of this program is never that large, and says so', () => {
    expect(() => edit(ben, 'x'.repeat(2_100_000))).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'invalid-input' }) }),
    );
    edit(ben, 'x'.repeat(1_900_000));
    expect(receiveSegments(owner, fleet.carry(ben))).toMatchObject({ applied: 1, quarantined: 0 });
  });

  it.each<[string, (s: CarriedSegment) => void]>([
    [
      'half a character in a value',
      (s) => set(s.entries[0]?.ops[1] as { value: unknown }, 'value', 'a\udfff'),
    ],
    ['a deep value', (s) => set(s.entries[0]?.ops[1] as { value: unknown }, 'value', deep())],
  ])('%s inside a segment', (_what, change) => {
    edit(ben, 'mine');
    const segment = newest(ben);
    change(segment);
    expect(receiveSegments(owner, [segment])).toMatchObject({ applied: 0, quarantined: 1 });
    receiveSegments(owner, [newest(ben)]);
    expect(shownNote(owner)).toBe('mine');
  });

  it('a parent named like what every object has is one nobody knows', () => {
    const segment = fleet.forge(ben, [
      { action: 'assess@1', ops: [{ record, field: 'note', value: 'x', parents: [['constructor', 1]] }] },
    ]);
    expect(receiveSegments(owner, [segment])).toMatchObject({ applied: 0, waiting: 1 });
  });
});

describe('an entry its author had no right to is set aside, kept and handed on', () => {
  const key = (name: string) => ({
    ledger: publicKeyText(keyOf(name)),
    certificate: '',
    passphraseSetByOther: false,
  });
  const signOff = (writer: string, capacity: string, more: object = {}) => {
    const signed = {
      kind: 'assessment',
      engagement: 'e',
      target: 't1',
      textHash: '0'.repeat(64),
      subject: 's',
      result: 'satisfied',
      method: null,
      note: '',
      evidence: [],
    };
    const value = {
      kind: 'assessment',
      record: checkId,
      capacity,
      verdict: 'signed',
      digest: signOffDigest(sha256, signed as unknown as SignedValues),
      note: '',
      after: [],
      signed,
      passphraseSetByOther: false,
      ...more,
    };
    return {
      record: `signoff:${factId(sha256, 'signoff', writer, value as Json)}`,
      field: 'fact',
      value: value as Json,
    };
  };
  const writerOf = (replica: Replica) => fleet.forge(replica, [note('x')]).header.writer;
  const admin = () => fleet.join('Dora', 'admin');
  const role = (r: string, cutoff: Record<string, number> = {}) => ({ role: r, cutoff });

  it('by a viewer', () => {
    expectSetAside(fleet.forge(fleet.join('Vic', 'viewer'), [note('x')]), /viewer/);
  });

  it('a step of custody in a viewer’s own words', () => {
    const vic = fleet.join('Vic', 'viewer');
    const step = (what: string): CraftedEntry => {
      const value = { evidence: 'e', what, sha256: 'ab'.repeat(32) };
      const id = factId(sha256, 'custody', writerOf(vic), value);
      return { action: 'evidence.export@1', ops: [{ record: `custody:${id}`, field: 'fact', value }] };
    };
    expectSetAside(
      fleet.forge(vic, [step('Checked against the original: logs.csv')]),
      /more than that files/,
    );
    const told = fleet.forge(vic, [step('Exported: logs.csv')]);
    expect(receiveSegments(owner, [told])).toMatchObject({ applied: 1, quarantined: 0 });
  });

  it.each<[string, Json]>([
    ['nothing at all', null],
    ['no words', { evidence: 'e', sha256: 'ab'.repeat(32) }],
    ['words that are none', { evidence: 'e', what: 7, sha256: 'ab'.repeat(32) }],
  ])('a step of custody that says %s', (_how, value) => {
    const vic = fleet.join('Vic', 'viewer');
    const id = factId(sha256, 'custody', writerOf(vic), value);
    const entry = { action: 'evidence.export@1', ops: [{ record: `custody:${id}`, field: 'fact', value }] };
    expectSetAside(fleet.forge(vic, [entry]), /none of that field/);
  });

  it.each<['viewer' | 'reviewer', string | null, RegExp | null]>([
    ['viewer', null, /does not attest/],
    ['viewer', 'evidence:e', /cannot attest/],
    ['reviewer', null, /does not attest/],
    ['reviewer', 'evidence:other', /does not attest/],
    ['reviewer', 'evidence:e', null],
  ])('a step of custody told by a %s with a word on %s', (role, about, because) => {
    const vic = fleet.join('Vic', role);
    const fact = (kind: string, value: Json) => ({
      record: `${kind}:${factId(sha256, kind, writerOf(vic), value)}`,
      ...{ field: 'fact', value },
    });
    const step = fact('custody', { evidence: 'e', what: 'Attested: logs.csv', sha256: 'ab'.repeat(32) });
    const said = { engagement: '', seq: 1, met: true, statement: 'As it should be', until: null };
    const word = about === null ? [] : [fact('attestation', { ...said, record: about })];
    const told = fleet.forge(vic, [{ action: 'programme.attest@3', ops: [...word, step] }]);
    if (because !== null) expectSetAside(told, because);
    else expect(receiveSegments(owner, [told])).toMatchObject({ applied: 1, quarantined: 0 });
  });

  it('a reason for something late beside nothing that a viewer may do', () => {
    const vic = fleet.join('Vic', 'viewer');
    const value = { engagement: 'e', record: 'engagement:e', reason: 'I was here', seq: 1 };
    const record = `late:${factId(sha256, 'late', writerOf(vic), value)}`;
    const entry = { action: 'programme.attest@3', ops: [{ record, field: 'fact', value }] };
    expectSetAside(fleet.forge(vic, [entry]), /needs no such reason/);
  });

  it('with an action from the future', () => {
    expectSetAside(
      fleet.forge(ben, [{ action: 'assess@2', ops: note('x').ops }]),
      /does not know the action assess@2/,
    );
    expectSetAside(
      fleet.forge(fleet.join('Eve', 'auditor'), [{ action: 'constructor', ops: note('x').ops }]),
      /does not know/,
    );
  });

  it.each(['service', 'viewer', 'auditor'] as const)('a review signed by a %s', (as) => {
    const who = fleet.join('Sam', as);
    const op = signOff(writerOf(who), 'reviewer');
    expectSetAside(fleet.forge(who, [{ action: 'review.sign@1', ops: [op] }]), /service|right to review/);
  });

  it('a sign-off of no capacity, or of a shape that is none', () => {
    const rita = fleet.join('Rita', 'reviewer');
    const strange = signOff(writerOf(rita), 'witness');
    expectSetAside(fleet.forge(rita, [{ action: 'review.sign@1', ops: [strange] }]), /no capacity/);
    const torn = signOff(writerOf(ben), 'preparer', { signed: null });
    expectSetAside(fleet.forge(ben, [{ action: 'review.sign@1', ops: [torn] }]), /none of that field/);
  });

  it('a sign-off in place of another', () => {
    const cem = fleet.join('Cem', 'auditor');
    const value = signOff(writerOf(ben), 'preparer');
    receiveSegments(owner, [fleet.forge(ben, [{ action: 'review.sign@1', ops: [value] }])]);
    expect(owner.db.prepare('SELECT count(*) FROM sign_off').pluck().get()).toBe(1);
    const over = {
      ...signOff(writerOf(cem), 'preparer', { note: 'other' }),
      record: value.record,
      parents: [[writerOf(ben), 1]] as [string, number][],
    };
    expectSetAside(fleet.forge(cem, [{ action: 'review.sign@1', ops: [over] }]), /facts stand for good/);
    expect(owner.db.prepare('SELECT count(*) FROM sign_off').pluck().get()).toBe(1);
  });

  it.each<[string, CraftedEntry['ops'][number]]>([
    ['a member', { record: 'member:x', field: 'name', value: 'X' }],
    ['the workspace', { record: 'workspace:x', field: 'name', value: 'X' }],
    ['a sign-off', { record: 'signoff:x', field: 'fact', value: {} }],
    ['what is no kind at all', { record: 'table', field: 'x', value: 1 }],
  ])('an undo that touches %s', (_what, op) => {
    expectSetAside(fleet.forge(ben, [{ action: 'undo@1', ops: [op] }]), /does not touch/);
  });

  it.each<[string, string, string, Json, RegExp]>([
    ['a result that is none', record, 'result', 'great', /none of that field/],
    ['a field that is none', record, 'colour', 'red', /no field/],
    [
      'another’s place',
      record,
      'about',
      { engagement: 'e', target: 't2', targetKind: 'control', subject: 's' },
      /not the one its value stands for/,
    ],
    [
      'a link that is another',
      linkOf('a', 'b', true).record,
      'state',
      { evidence: 'a', assessment: 'c', on: true },
      /not the one/,
    ],
  ])('%s', (_what, at, field, value, because) => {
    expectSetAside(fleet.forge(ben, [{ action: 'assess@1', ops: [{ record: at, field, value }] }]), because);
  });

  it('one that sets a field twice', () => {
    const ops = [...note('a').ops, { record, field: 'note', value: 'b' }];
    expectSetAside(fleet.forge(ben, [{ action: 'assess@1', ops }]), /twice/);
  });

  it('an administrator’s entry by somebody who is none', () => {
    const ops = [{ record: `member:${ben.writer.member}`, field: 'role', value: role('owner') }];
    expectSetAside(fleet.forge(ben, [{ action: 'member.role@1', ops }]), /administer/);
  });

  it('an owner made, or unmade, by who is none', () => {
    const dora = admin();
    const grant = (member: string, to: string) => ({
      action: 'member.role@1',
      ops: [{ record: `member:${member}`, field: 'role', value: role(to) }],
    });
    expectSetAside(
      fleet.forge(dora, [grant(dora.writer.member, 'owner'), grant(ben.writer.member, 'owner')]),
      /only an owner makes owners/,
    );
    const eve = fleet.join('Eve', 'admin');
    expectSetAside(fleet.forge(eve, [grant(owner.writer.member, 'none')]), /only an owner changes/);
    expect(shownMember(owner, owner.writer.member)).toMatchObject({ role: 'owner' });
    expect(() => append(eve, 'member.role@1', grant(owner.writer.member, 'none').ops)).toThrow();
  });

  it('a key in somebody else’s name, by whatever action', () => {
    const dora = admin();
    const target = `member:${ben.writer.member}`;
    const before = shownMember(owner, ben.writer.member);
    const stolen = {
      record: target,
      field: 'key',
      value: key('thief'),
      parents: [[owner.writer.id, 2]] as [string, number][],
    };
    const entries = ['member.add@1', 'member.role@1', 'conflict.resolve-admin@1'].map((action) => ({
      action,
      ops: [stolen],
    }));
    expectSetAside(fleet.forge(dora, entries), /in somebody else’s name/);
    expectSetAside(
      fleet.forge(fleet.join('Cem', 'auditor'), [{ action: 'member.key@1', ops: [stolen] }]),
      /own keys/,
    );
    const again = { ...stolen, value: { ...key('Ben'), certificate: 'thief’s' } };
    expectSetAside(
      fleet.forge(fleet.join('Eve', 'admin'), [{ action: 'member.add@1', ops: [again] }]),
      /already has a key/,
    );
    expect(shownMember(owner, ben.writer.member)).toEqual(before);
  });

  it('another recovery key for the workspace', () => {
    const dora = admin();
    const genesis = {
      nonce: 'n',
      founderKey: publicKeyText(owner.ledgerKey),
      recoveryKey: publicKeyText(keyOf('thief')),
    };
    const ops = [{ record: `workspace:${fleet.workspace}`, field: 'genesis', value: genesis }];
    expectSetAside(
      fleet.forge(dora, [{ action: 'workspace.configure@1', time: '2000-01-01T00:00:00.000Z-0000', ops }]),
      /no field genesis/,
    );
  });
});

describe('two histories under the same numbers', () => {
  it('are both kept, and the device is told of', () => {
    edit(ben, 'first');
    const first = newest(ben);
    receiveSegments(owner, [first]);
    const { id: _id, ...identity } = ben.writer;
    const second = fleet.forge(ben, [note('second')], { identity });
    expect(isForked(owner, 'Ben')).toBe(false);
    expect(receiveSegments(owner, [second])).toMatchObject({ applied: 1, quarantined: 0, waiting: 0 });
    expect(isForked(owner, 'Ben')).toBe(true);
    const sides = conflictsOf(owner.db, record).map((one) => one.sides.map((side) => side.value));
    expect(sides).toEqual([expect.arrayContaining(['first', 'second'])]);
    expect(verifyLedgerTables(owner)).toMatchObject({ intact: true, problems: [{ code: 'fork' }] });
    expect(verifyRebuild(owner, fleet.scratch()).differences).toEqual([]);
  });
});

describe('what builds on something unknown waits for it', () => {
  it('a gap in the chain, then in any order', () => {
    for (const text of ['one', 'two', 'three']) {
      edit(ben, text);
      sealOpen(ben);
    }
    const [one, two, three] = (fleet.carry(ben) as CarriedSegment[]).filter(
      (s) => s.header.writer === ben.writer.id,
    );
    expect(receiveSegments(owner, [three, three])).toMatchObject({ applied: 0, waiting: 1 });
    expect(held(owner.db)).toMatchObject([
      { state: 'waiting', because: expect.stringContaining('waiting for entry 1') },
    ]);
    expect(heldToTry(owner.db)[0]?.payload).toBe(canonicalText(three as unknown as Json));
    expect(verifyLedgerTables(owner)).toMatchObject({ intact: true, problems: [{ code: 'waiting' }] });
    expect(receiveSegments(owner, [one])).toMatchObject({ applied: 1, waiting: 1 });
    expect(receiveSegments(owner, [two])).toMatchObject({ applied: 2, waiting: 0 });
    expect(held(owner.db)).toEqual([]);
    expect(shownNote(owner)).toBe('three');
  });

  it('an edit of what another wrote', () => {
    const cem = fleet.join('Cem', 'auditor');
    edit(ben, 'base');
    receiveSegments(cem, fleet.carry(ben));
    edit(cem, 'built on it');
    expect(receiveSegments(owner, [newest(cem)])).toMatchObject({ applied: 0, waiting: 1 });
    receiveSegments(owner, [newest(ben)]);
    expect(shownNote(owner)).toBe('built on it');
  });

  it('the administrative history its author knew', () => {
    const cem = fleet.join('Cem', 'auditor');
    edit(cem, 'by a newcomer');
    expect(receiveSegments(ben, [newest(cem)])).toMatchObject({ applied: 0, waiting: 1 });
    expect(held(ben.db)).toMatchObject([{ because: 'waiting for administrative entries its author knew' }]);
    expect(receiveSegments(ben, fleet.carry(owner)).applied).toBeGreaterThan(0);
    expect(shownNote(ben)).toBe('by a newcomer');
    expect(held(ben.db)).toEqual([]);
  });

  it('and what came twice changes nothing', () => {
    edit(ben, 'once');
    const carried = fleet.carry(ben);
    receiveSegments(owner, [...carried, ...carried]);
    const before = fleet.state(owner);
    expect(receiveSegments(owner, carried)).toMatchObject({
      entries: 0,
      applied: 0,
      quarantined: 0,
      waiting: 0,
    });
    expect(fleet.state(owner)).toBe(before);
  });
});

describe('when a member’s access ends', () => {
  const end = (by: Replica, whose: Replica, cutoff = knownVector(by.db), to = 'none') =>
    append(by, 'member.role@1', [
      { record: `member:${whose.writer.member}`, field: 'role', value: { role: to, cutoff } },
    ]);

  function setAside(replica: Replica): string[] {
    const rows = replica.db
      .prepare(
        "SELECT w.device || ' ' || e.seq FROM entry e JOIN writer w ON w.id = e.writer WHERE e.state = 'quarantine' ORDER BY 1",
      )
      .pluck()
      .all();
    return rows as string[];
  }

  it('entries beyond the cutoff are set aside everywhere, in whatever order they arrive', () => {
    const cem = fleet.join('Cem', 'auditor');
    edit(ben, 'seen by the owner');
    receiveSegments(owner, fleet.carry(ben));
    end(owner, ben);
    edit(ben, 'later, knowing of nothing');
    // Cem hears of the edit first and of the end afterwards, the owner the other way round.
    receiveSegments(cem, fleet.carry(ben));
    expect(shownNote(cem)).toBe('later, knowing of nothing');
    receiveSegments(cem, fleet.carry(owner));
    receiveSegments(owner, fleet.carry(ben));
    for (const replica of [cem, owner]) {
      expect(shownNote(replica)).toBe('seen by the owner');
      expect(setAside(replica)).toEqual(['Ben 2']);
    }
    receiveSegments(ben, fleet.carry(owner));
    expect(setAside(ben)).toEqual(['Ben 2']);
    expect(() => edit(ben, 'after all')).toThrow();
    expect(fleet.state(cem)).toBe(fleet.state(owner));
    expectSound(owner, cem, ben);
    // Also what a forger dates back and lets know of nothing.
    const late = fleet.forge(ben, [{ ...note('dated back'), time: '2020-01-01T00:00:00.000Z-0000' }], {
      admin: { [owner.writer.id]: 3 },
    });
    expectSetAside(late, /access had ended/, cem);
  });

  it('who was let in by it falls with it', () => {
    const dora = fleet.join('Dora', 'admin');
    const cem = fleet.join('Cem', 'auditor');
    const eve = keyOf('Eve');
    const member = memberIdOf(sha256, fleet.workspace, publicKeyText(eve));
    append(dora, 'member.add@1', [
      { record: `member:${member}`, field: 'name', value: 'Eve' },
      {
        record: `member:${member}`,
        field: 'key',
        value: { ledger: publicKeyText(eve), certificate: '', passphraseSetByOther: true },
      },
      { record: `member:${member}`, field: 'role', value: { role: 'auditor', cutoff: {} } },
    ]);
    sealOpen(dora);
    const identity = { member, device: 'Eve', incarnation: '1' };
    const work = craft({
      workspace: fleet.workspace,
      identity,
      key: eve,
      admin: adminVector(dora.db),
      entries: [note('by Eve')],
    });
    end(owner, dora);
    receiveSegments(cem, [...fleet.carry(dora), work]);
    expect(shownNote(cem)).toBe('by Eve');
    receiveSegments(cem, fleet.carry(owner));
    receiveSegments(owner, [work, ...fleet.carry(dora)]);
    expect([shownNote(cem), shownNote(owner)]).toEqual([null, null]);
    expect(shownMember(cem, member)).toBeUndefined();
    expect(fleet.state(cem)).toBe(fleet.state(owner));
    expectSound(owner, cem);
  });

  it('the one who lost it cannot take it from others in return', () => {
    const dora = fleet.join('Dora', 'admin');
    edit(ben, 'honest work');
    settle(fleet, fleet.replicas);
    const stale = adminVector(dora.db);
    end(owner, dora);
    sealOpen(owner);
    const revenge = (member: string) => ({
      record: `member:${member}`,
      field: 'role',
      value: { role: 'none', cutoff: { x: 1 } } as Json,
    });
    const forged = fleet.forge(dora, [{ action: 'member.role@1', ops: [revenge(ben.writer.member)] }], {
      admin: stale,
    });
    receiveSegments(ben, [forged]);
    expect(shownNote(ben)).toBeNull();
    receiveSegments(owner, [forged]);
    settle(fleet, [owner, ben]);
    for (const replica of [owner, ben]) {
      expect(shownNote(replica)).toBe('honest work');
      expect(shownMember(replica, ben.writer.member)).toMatchObject({ role: 'auditor' });
    }
    expect(fleet.state(owner)).toBe(fleet.state(ben));
    expectSound(owner, ben);
  });

  it('a role given back counts from there on', () => {
    end(owner, ben);
    end(owner, ben, {}, 'auditor');
    receiveSegments(ben, fleet.carry(owner));
    edit(ben, 'back again');
    receiveSegments(owner, fleet.carry(ben));
    expect(shownNote(owner)).toBe('back again');
    expectSound(owner, ben);
  });

  it('two who end each other’s access both lose it', () => {
    const dora = fleet.join('Dora', 'admin');
    const eve = fleet.join('Eve', 'admin');
    receiveSegments(dora, fleet.carry(owner));
    end(dora, eve);
    end(eve, dora);
    settle(fleet, fleet.replicas);
    for (const { writer } of [dora, eve])
      expect(shownMember(owner, writer.member)).toMatchObject({ role: 'none' });
    expect(new Set(fleet.replicas.map((replica) => fleet.state(replica))).size).toBe(1);
    expectSound(...fleet.replicas);
  });
});

describe('a recovery', () => {
  it('gives a member a key that all replicas accept, by the recovery kit alone', () => {
    const fresh = keyOf('Ben anew');
    const { id: _id, ...identity } = { ...ben.writer, incarnation: '2' };
    const value = { ledger: publicKeyText(fresh), certificate: '', passphraseSetByOther: false };
    const entry = {
      action: RECOVER,
      ops: [
        {
          record: `member:${ben.writer.member}`,
          field: 'key',
          value,
          parents: [[owner.writer.id, 2]] as [string, number][],
        },
      ],
    };
    const recovery = fleet.forge(ben, [entry], { identity, key: keyOf('recovery kit') });
    expect(receiveSegments(owner, [recovery])).toMatchObject({ applied: 1, quarantined: 0 });
    expect(shownMember(owner, ben.writer.member)).toMatchObject({ ledger_key: value.ledger });
    const next = fleet.forge(ben, [note('with the new key')], {
      identity,
      key: fresh,
      admin: adminVector(owner.db),
      from: 2,
      previous: recovery.header.head,
    });
    expect(receiveSegments(owner, [next])).toMatchObject({ applied: 1 });
    expectSound(owner);
  });

  it('changes nothing but its own member’s key', () => {
    const entry = {
      action: RECOVER,
      ops: [
        { record: `member:${owner.writer.member}`, field: 'role', value: { role: 'viewer', cutoff: {} } },
      ],
    };
    const { id: _id, ...identity } = { ...ben.writer, incarnation: '2' };
    expectSetAside(
      fleet.forge(ben, [entry, note('and work')], { identity, key: keyOf('recovery kit') }),
      /nothing but its own|recoveries only/,
    );
  });
});

describe('what stands in the tables is checked against the seals', () => {
  const changes: [string, string, string][] = [
    ['a value', 'hash', "UPDATE operation SET value = '\"forged\"' WHERE field = 'note'"],
    ['what names are said to mean', 'value', "UPDATE operation SET parents = '[[\"x\",1]]', named = '[]'"],
    ['a seed', 'hash', "UPDATE segment SET seed = replace(seed, 'a', 'b')"],
    ['a seed that is gone', 'value', "DELETE FROM segment WHERE seed <> ''"],
    ['what an entry follows', 'hash', "UPDATE entry SET prev = hash WHERE action = 'assess@1'"],
    ['a hash', 'hash', "UPDATE entry SET hash = replace(hash, 'a', 'b') WHERE action = 'assess@1'"],
    ['a time', 'hash', "UPDATE entry SET time = '2020-01-01T00:00:00.000Z-0000' WHERE action = 'assess@1'"],
    ['a missing entry', 'segment', "DELETE FROM entry WHERE action = 'assess@1'"],
    ['a state', 'authority', "UPDATE entry SET state = 'quarantine' WHERE action = 'assess@1'"],
    ['a signature', 'signature', "UPDATE segment SET signature = replace(signature, 'a', 'b')"],
    ['a missing segment', 'segment', 'DELETE FROM segment WHERE from_seq = 1'],
    ['a writer', 'writer', "UPDATE writer SET incarnation = '9'"],
  ];
  it.each(changes)('%s', (_what, code, sql) => {
    edit(owner, 'mine');
    sealOpen(owner);
    expect(verifyLedgerTables(owner).intact).toBe(true);
    owner.db.exec(sql);
    const { intact, problems } = verifyLedgerTables(owner);
    expect(intact).toBe(false);
    expect(problems.map((p) => p.code)).toContain(code);
  });

  it('and rows against the ledger', () => {
    edit(owner, 'mine');
    owner.db.exec(
      "UPDATE assessment SET note = 'forged'; INSERT INTO subject VALUES ('x', 'e', 'Nobody'); DELETE FROM device WHERE id = 'Ben'",
    );
    expect(verifyRebuild(owner, fleet.scratch()).differences).toEqual([
      { table: 'device', key: '                 Ben', what: 'is in the ledger and not in the table' },
      { table: 'subject', key: '                   x', what: 'is in the table and not in the ledger' },
      { table: 'assessment', key: checkId, what: 'differs in note' },
    ]);
  });

  it('what is not sealed yet is counted, and no flaw', () => {
    edit(owner, 'mine');
    expect(verifyLedgerTables(owner)).toMatchObject({ intact: true, unsealed: 1 });
    write(owner, 'assess@1', [{ record, field: 'note', value: 'again', parents: [[owner.writer.id, 4]] }]);
    expect(sealOpen(owner)).toBe(2);
    expect(newest(owner).header.keyId).toBe(keyIdOf(publicKeyText(owner.ledgerKey)));
    expect(newest(owner).signature).toBe(signLedger(owner.ledgerKey, headerBytes(newest(owner).header)));
  });
});
