import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { append } from '../../../../core/ledger/append.ts';
import { sha256 } from '../../../../core/ledger/keys.ts';
import { receiveSegments } from '../../../../core/ledger/receive.ts';
import { verifyLedgerTables, verifyRebuild } from '../../../../core/ledger/verify.ts';
import { adminVector, knownVector } from '../../../../db/queries/ledger.ts';
import { devices } from '../../../../db/queries/people.ts';
import { joinedDeviceId } from '../../../../shared/domain/identity.ts';
import type { Json } from '../../../../shared/ledger/canonical.ts';
import { type CraftedEntry, Fleet, type Replica } from '../../../support/replicas.ts';
import { faultOf } from '../../../support/workspaces.ts';

let fleet: Fleet;
let owner: Replica;
let vi: Replica;
beforeEach(() => {
  fleet = new Fleet();
  [owner] = fleet.replicas as [Replica];
  vi = fleet.join('Vi', 'viewer');
});
afterEach(() => fleet.close());

const idOf = (member: string, nonce: string) => joinedDeviceId(sha256, fleet.workspace, member, nonce);

function joining(id: string, value: Json, more: object = {}): CraftedEntry {
  return { action: 'device.join@1', ops: [{ record: `device:${id}`, field: 'about', value, ...more }] };
}

const about = (member: string, nonce?: string) => ({
  name: 'Tablet',
  member,
  publicKey: '',
  ...(nonce === undefined ? {} : { nonce }),
});

const shown = (at: Replica) => devices(at.db).map(({ id, name, member }) => ({ id, name, member }));

describe('a member adds a device of their own', () => {
  it('with the right to read alone, and every copy takes it', () => {
    const { member } = vi.writer;
    const entry = joining(idOf(member, 'n1'), about(member, 'n1'));
    append(vi, entry.action, entry.ops);
    expect(receiveSegments(owner, fleet.carry(vi))).toMatchObject({ applied: 1, quarantined: 0 });
    expect(shown(owner)).toContainEqual({ id: idOf(member, 'n1'), name: 'Tablet', member });
    expect(fleet.state(vi)).toBe(fleet.state(owner));
    expect(verifyRebuild(owner, fleet.scratch()).differences).toEqual([]);
  });

  it('and this build itself refuses to add one for somebody else', async () => {
    const { member } = owner.writer;
    const entry = joining(idOf(member, 'n1'), about(member, 'n1'));
    expect((await faultOf(() => append(vi, entry.action, entry.ops))).code).toBe('forbidden');
  });
});

describe('a modified client cannot, by joining,', () => {
  const attempts: [string, () => CraftedEntry][] = [
    [
      'add a device in another member’s name',
      () => joining(idOf(owner.writer.member, 'n1'), about(owner.writer.member, 'n1')),
    ],
    [
      'add one of its own under an id that commits to another member',
      () => joining(idOf(owner.writer.member, 'n1'), about(vi.writer.member, 'n1')),
    ],
    [
      'take over the device of the founder',
      () => joining('A', about(vi.writer.member, 'n1'), { parents: [[owner.writer.id, 1]] }),
    ],
    ['choose an id', () => joining('chosen', about(vi.writer.member, 'n1'))],
    ['leave the nonce out', () => joining(idOf(vi.writer.member, 'n1'), about(vi.writer.member))],
    [
      'replace what its device said before',
      () =>
        joining(idOf(vi.writer.member, 'n1'), about(vi.writer.member, 'n1'), {
          parents: [[owner.writer.id, 1]],
        }),
    ],
    [
      'change a member beside it',
      () => {
        const { member } = vi.writer;
        const entry = joining(idOf(member, 'n1'), about(member, 'n1'));
        const raise = { record: `member:${member}`, field: 'role', value: { role: 'owner', cutoff: {} } };
        return { ...entry, ops: [...entry.ops, raise] };
      },
    ],
  ];

  it.each(attempts)('%s', (_what, attempt) => {
    const before = fleet.state(owner);
    const forged = fleet.forge(vi, [attempt()]);
    expect(receiveSegments(owner, [forged])).toMatchObject({ applied: 0, quarantined: 1 });
    expect(fleet.state(owner)).toBe(before);
    expect(verifyLedgerTables(owner).intact).toBe(true);
    expect(verifyRebuild(owner, fleet.scratch()).differences).toEqual([]);
  });

  it('come in once its access has ended', () => {
    const { member } = vi.writer;
    append(owner, 'member.role@1', [
      {
        record: `member:${member}`,
        field: 'role',
        value: { role: 'none', cutoff: knownVector(owner.db) },
      },
    ]);
    const before = fleet.state(owner);
    const entry = joining(idOf(member, 'n1'), about(member, 'n1'));
    const known = fleet.forge(vi, [entry], { admin: adminVector(owner.db) });
    expect(receiveSegments(owner, [known])).toMatchObject({ applied: 0, quarantined: 1 });
    const pretends = fleet.forge(vi, [entry], {
      admin: adminVector(vi.db),
      identity: { member, device: 'other', incarnation: '1' },
    });
    expect(receiveSegments(owner, [pretends])).toMatchObject({ applied: 0, quarantined: 1 });
    expect(fleet.state(owner)).toBe(before);
  });
});
