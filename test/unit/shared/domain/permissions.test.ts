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

test('who gives whom which role: downwards alone, nobody themselves, and none who left', () => {
  const everything = [...ROLES, 'none' as const];
  type Given = (typeof everything)[number];
  const given = (giver: Given | 'founder', held: Given | 'founder', self = false) => {
    const holder = (id: string, role: Given | 'founder') =>
      ({ id, role: role === 'founder' ? 'owner' : role, founder: role === 'founder' }) as const;
    return everything.filter(
      (role) => mayGiveRole(holder('a', giver), holder(self ? 'a' : 'b', held), role).allowed,
    );
  };
  const but = (...roles: string[]) => everything.filter((role) => !roles.includes(role));
  expect(given('founder', 'owner')).toEqual(but('owner'));
  expect(given('founder', 'admin')).toEqual(but('admin'));
  expect(given('owner', 'admin')).toEqual(but('admin'));
  expect(given('owner', 'viewer')).toEqual(but('viewer'));
  expect(given('admin', 'viewer')).toEqual(but('viewer', 'owner'));
  for (const none of [
    given('owner', 'owner'),
    given('owner', 'founder'),
    given('admin', 'founder'),
    given('admin', 'owner'),
    given('admin', 'admin'),
    given('founder', 'founder', true),
    given('admin', 'admin', true),
    given('founder', 'none'),
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
