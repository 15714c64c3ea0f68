import { expect, test } from 'vitest';
import {
  ACCESSES,
  coversRole,
  mayAccess,
  mayGiveRole,
  maySignAs,
} from '../../../../shared/domain/permissions.ts';
import { CAPACITIES, ROLES } from '../../../../shared/domain/results.ts';

const granted = (role: (typeof ROLES)[number]) =>
  ACCESSES.filter((access) => mayAccess(role, access).allowed);
const signs = (role: (typeof ROLES)[number]) =>
  CAPACITIES.filter((capacity) => maySignAs(role, capacity).allowed);

test('what each role may do, and as what it signs', () => {
  expect(
    Object.fromEntries(ROLES.map((role) => [role, [granted(role).join(' '), signs(role).join(' ')]])),
  ).toEqual({
    owner: ['open read prepare review administer', 'preparer reviewer approver'],
    admin: ['open read prepare review administer', 'preparer reviewer approver'],
    auditor: ['open read prepare', 'preparer'],
    reviewer: ['open read review', 'reviewer approver'],
    viewer: ['open read', ''],
    service: ['open read', ''],
  });
});

test('a refusal says which right is missing', () => {
  expect(mayAccess('viewer', 'administer')).toEqual({
    allowed: false,
    rule: 'role',
    because: 'A member with the role viewer cannot do this; it needs the right to administer.',
  });
});

test('who gives whom which role: an admin all but what is about owners, nobody themselves, and none who left', () => {
  const everything = [...ROLES, 'none' as const];
  const given = (giver: (typeof everything)[number], held: (typeof everything)[number], self = false) =>
    everything.filter(
      (role) => mayGiveRole({ id: 'a', role: giver }, { id: self ? 'a' : 'b', role: held }, role).allowed,
    );
  const but = (...roles: string[]) => everything.filter((role) => !roles.includes(role));
  expect(given('owner', 'owner')).toEqual(but('owner'));
  expect(given('owner', 'viewer')).toEqual(but('viewer'));
  expect(given('admin', 'viewer')).toEqual(but('viewer', 'owner'));
  expect(given('admin', 'admin')).toEqual(but('admin', 'owner'));
  for (const none of [
    given('admin', 'owner'),
    given('owner', 'owner', true),
    given('owner', 'none'),
    given('none', 'viewer'),
    ...(['auditor', 'reviewer', 'viewer', 'service'] as const).map((role) => given(role, 'viewer')),
  ])
    expect(none).toEqual([]);
});

test('which role leaves its holder all that another one gave', () => {
  const covered = (role: (typeof ROLES)[number]) =>
    ROLES.filter((other) => coversRole(role, other)).join(' ');
  expect(Object.fromEntries(ROLES.map((role) => [role, covered(role)]))).toEqual({
    owner: 'owner admin auditor reviewer viewer service',
    admin: 'admin auditor reviewer viewer service',
    auditor: 'auditor viewer service',
    reviewer: 'reviewer viewer service',
    viewer: 'viewer service',
    service: 'viewer service',
  });
  expect([coversRole('none', 'service'), coversRole('viewer', 'none')]).toEqual([false, true]);
});
