import { expect, test } from 'vitest';
import { ACCESSES, mayAccess, maySignAs } from '../../../../shared/domain/permissions.ts';
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
