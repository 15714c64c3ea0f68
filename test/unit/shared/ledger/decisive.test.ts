import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addedId, begunId, sectionId } from '../../../../shared/domain/identity.ts';
import type { Role } from '../../../../shared/domain/results.ts';
import { judgeEntry } from '../../../../shared/ledger/authority.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import type { Operation, Position } from '../../../../shared/ledger/entry.ts';
import { valueFlaw } from '../../../../shared/ledger/fields.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const AFTER: Position[] = [['writer', 3]];
const op = (record: string, field: string, value: Json, parents: readonly Position[] = []): Operation => ({
  record,
  field,
  value,
  parents,
});
const judged = (role: Role, action: string, ...ops: Operation[]) =>
  judgeEntry(sha256, { workspace: 'w', member: 'm', writer: 'writer', role, seq: 4 }, action, ops);
const of = (record: string, nonce?: string) =>
  op(record, 'of', nonce === undefined ? { engagement: 'e' } : { engagement: 'e', nonce });

const NONCE = 'writer:4:n';
const added = `risk:${addedId(sha256, 'risk', 'e', NONCE)}`;
/** Added by an earlier entry. */
const standing = `risk:${addedId(sha256, 'risk', 'e', 'writer:3:n')}`;
const planned = `risk:${'a'.repeat(32)}`;
const rolled = `person:${addedId(sha256, 'person', 'e', 'p')}`;
const begun = `engagement:${begunId(sha256, NONCE)}`;

describe('an entry by whoever only prepares', () => {
  const ways: Record<string, [string, ...Operation[]]> = {
    'rates a risk of the plan': ['programme.put@1', op(planned, 'severity', 'P3')],
    'rates a risk again': ['programme.put@1', op(added, 'severity', 'P3', AFTER)],
    'says again how a risk began that stands already': [
      'programme.put@2',
      of(standing, 'writer:3:n'),
      op(standing, 'severity', 'P3'),
    ],
    'puts an engagement in the name of another': [
      'conflict.resolve@1',
      op('engagement:e', 'name', 'Old', AFTER),
    ],
    'closes a risk as it raises it': ['programme.put@2', of(added, NONCE), op(added, 'state', 'closed')],
    'takes a change of a rule back': ['undo@1', op('criterion:c', 'rule', { rule: 'attested' }, AFTER)],
    'resolves what a target is': ['conflict.resolve@1', op('kpi:k', 'target', 1, AFTER)],
    'removes a criterion': ['programme.remove@1', op('criterion:c', 'deleted', { seen: {} })],
    'names a person on the way to the next period': [
      'engagement.roll@2',
      of(rolled, 'p'),
      op(rolled, 'part', 'Sponsor'),
    ],
    'takes a framework out of an engagement': [
      'conflict.resolve@1',
      op('engagement:e', 'frameworks', [], AFTER),
    ],
    'puts an engagement in the name of another, as if nobody had named it': [
      'conflict.resolve@1',
      op('engagement:e', 'name', 'Old'),
    ],
    'opens again what is final': ['undo@1', op('engagement:e', 'state', 'fieldwork')],
    'lays a lockdown on what runs': ['conflict.resolve@1', op('engagement:e', 'state', 'final')],
    'begins an engagement that stands already': [
      'engagement.create@2',
      op(`engagement:${begunId(sha256, 'writer:3:n')}`, 'begun', { nonce: 'writer:3:n' }),
      op(`engagement:${begunId(sha256, 'writer:3:n')}`, 'name', 'Old'),
    ],
  };
  test.each(Object.entries(ways))(
    '%s: refused, where a reviewer who also prepares may',
    (_, [action, ...ops]) => {
      expect(judged('auditor', action, ...ops)).toMatchObject({
        reason: 'forbidden',
        because: expect.stringContaining('needs the right to review'),
      });
      expect(judged('admin', action, ...ops)).toEqual({ ok: true });
    },
  );

  test('raises a risk with its severity, under an id that nothing stands under', () => {
    expect(judged('auditor', 'programme.put@2', of(added, NONCE), op(added, 'severity', 'P0'))).toEqual({
      ok: true,
    });
    expect(
      judged('auditor', 'programme.put@2', of(planned, NONCE), op(planned, 'severity', 'P0')),
    ).toMatchObject({
      because: 'its risk record is not the one its nonce stands for',
    });
  });

  test('raises what it replaces, takes its own rating back, and lowers nothing', () => {
    const raised = (value: Json, ...replaces: { value: Json; own: boolean; before: Json[] }[]) =>
      judgeEntry(
        sha256,
        {
          ...{ workspace: 'w', member: 'm', writer: 'writer', role: 'auditor', seq: 4 },
          known: { replaces: () => replaces, began: () => false },
        },
        'programme.put@1',
        [op(planned, 'severity', value, replaces.length === 0 ? [] : AFTER)],
      ).ok;
    const said = (value: Json, before: Json[] = [], own = false) => ({ value, own, before });
    expect(raised('P1', said('P2'))).toBe(true);
    expect(raised('P1', said('P2'), said('P0'))).toBe(false);
    expect(raised('P2', said('P1'))).toBe(false);
    expect(raised(null, said('P1'))).toBe(false);
    expect(raised('P3', said(null))).toBe(false);
    expect(raised('P2', said('P1', ['P2'], true))).toBe(true);
    expect(raised('P2', said('P1', ['P2']))).toBe(false);
    expect(raised('P3', said('P1', ['P2', 'P3'], true))).toBe(false);
    expect(raised('P3', said('P1', [], true))).toBe(false);
    expect(raised('P0')).toBe(true);
    expect(raised('P1')).toBe(false);
  });

  test('opens an engagement of its own, in the entry its id names', () => {
    const names = [
      op(begun, 'name', 'Audit'),
      op(begun, 'frameworks', ['f']),
      op(begun, 'state', 'fieldwork'),
    ];
    const opens = (...ops: Operation[]) => judged('auditor', 'engagement.create@2', ...ops);
    expect(opens(op(begun, 'begun', { nonce: NONCE }), ...names)).toEqual({ ok: true });
    expect(opens(op(begun, 'begun', { nonce: `${NONCE}2` }), ...names)).toMatchObject({
      reason: 'forbidden',
    });
  });

  test('opens a risk again and says how it is mitigated', () => {
    for (const state of ['open', 'mitigating'])
      expect(judged('auditor', 'programme.put@1', op(planned, 'state', state, AFTER))).toEqual({ ok: true });
  });
});

describe('where a record belongs', () => {
  const elsewhere = (record: string, parents: readonly Position[], nonce?: string) =>
    op(record, 'of', nonce === undefined ? { engagement: 'other' } : { engagement: 'other', nonce }, parents);

  test.each(['programme.put@2', 'undo@1', 'conflict.resolve@1'])(
    'is not changed by %s, in no role',
    (action) => {
      for (const role of ['auditor', 'admin', 'owner'] as const) {
        for (const move of [
          elsewhere(added, AFTER),
          elsewhere(added, []),
          elsewhere(added, [], NONCE),
          elsewhere(planned, []),
          { ...of(added, NONCE), parents: AFTER },
        ])
          expect(judged(role, action, move)).toMatchObject({ reason: 'forbidden' });
      }
    },
  );

  test('a section begins in its packet, and is not moved either', () => {
    const packet = addedId(sha256, 'packet', 'e', 'writer:3:n');
    const record = `section:${sectionId(sha256, packet, 'scope')}`;
    const begun = { engagement: 'e', nonce: 'writer:3:n', key: 'scope' };
    const begins = (value: Json, parents: readonly Position[] = []) =>
      judged('auditor', 'programme.put@2', op(record, 'of', value, parents));
    expect(begins(begun)).toEqual({ ok: true });
    for (const other of [
      { engagement: 'other' },
      { ...begun, engagement: 'other' },
      { ...begun, key: 'risks' },
    ])
      expect(begins(other)).toMatchObject({
        because: 'its section record is not the one its nonce stands for',
      });
    expect(begins(begun, AFTER)).toMatchObject({
      because: 'it moves a section record, and records stay where they began',
    });
  });
});

describe('an entry by anybody', () => {
  const lockdown = (about: string): Operation => op('lockdown:f', 'fact', { record: about });
  const ways: Record<string, [string, ...Operation[]]> = {
    'renames an engagement that stands, as if it began': [
      'engagement.create@2',
      op('engagement:e', 'name', 'Old'),
    ],
    'dates an engagement that stands, as if it began': [
      'engagement.create@2',
      op('engagement:e', 'period', { from: '2026-01-01', to: null }),
    ],
    'takes a framework out, as if it were locked down': [
      'engagement.lock@2',
      op('engagement:e', 'frameworks', []),
    ],
    'ends an engagement without a lockdown': ['engagement.lock@2', op('engagement:e', 'state', 'final')],
    'opens an engagement by its lockdown': [
      'engagement.lock@2',
      lockdown('engagement:e'),
      op('engagement:e', 'state', 'fieldwork'),
    ],
    'ends another engagement than it says': [
      'engagement.lock@2',
      lockdown('engagement:other'),
      op('engagement:e', 'state', 'final'),
    ],
    'puts an engagement into a state there is none of': ['undo@1', op('engagement:e', 'state', 'weird')],
    'renames a member beside their role': ['member.role@1', op('member:m', 'name', 'Rita')],
    'dates an engagement by no day': ['undo@1', op('engagement:e', 'period', { from: 'zzz', to: null })],
    'dates evidence by no day': ['evidence.update@1', op('evidence:v', 'lastVerified', 'zzz')],
    'dates evidence by a day there is none of': [
      'evidence.update@1',
      op('evidence:v', 'collected', '9999-99-99'),
    ],
    'keeps evidence until no day': ['evidence.update@1', op('evidence:v', 'retainUntil', 'for ever')],
  };
  test.each(Object.entries(ways))('%s: refused', (_, [action, ...ops]) => {
    expect(judged('owner', action, ...ops)).toMatchObject({ reason: 'forbidden' });
  });

  test('nests values no deeper than any field does', () => {
    const nested = (levels: number) => {
      let content: Json = 1;
      for (let level = 0; level < levels; level += 1) content = [content];
      return valueFlaw('finalisation:f', 'fact', {
        ...{ engagement: 'e', record: 'packet:p', seq: 1 },
        digest: 'a'.repeat(64),
        content,
      });
    };
    expect(nested(20)).toBeNull();
    for (const levels of [64, 5_000, 100_000]) expect(nested(levels)).toMatch(/deeper than 64/);
  });
});
