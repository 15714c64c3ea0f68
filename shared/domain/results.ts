import { z } from 'zod';

/** What an assessment found; every import and export format maps to and from these words. */
export const RESULTS = ['satisfied', 'not-satisfied', 'not-applicable', 'not-reviewed'] as const;
export const Result = z.enum(RESULTS);
export type Result = z.infer<typeof Result>;

/** How it was found out (NIST SP 800-53A's three methods). */
export const METHODS = ['examine', 'interview', 'test'] as const;
export const Method = z.enum(METHODS);
export type Method = z.infer<typeof Method>;

/** Where the work stands; derived from sign-offs, never set by hand. */
export const STATUSES = ['draft', 'submitted', 'accepted', 'returned'] as const;
export const Status = z.enum(STATUSES);
export type Status = z.infer<typeof Status>;

/** Whether anything stands on a check: a result, a note or evidence. What was taken back is as if it never was. */
export function hasBegun(
  work: { readonly result: Result; readonly note: string },
  evidence: number,
): boolean {
  return work.result !== 'not-reviewed' || work.note !== '' || evidence > 0;
}

export const ROLES = ['owner', 'admin', 'auditor', 'reviewer', 'viewer', 'service'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** The part a named person plays in a sign-off. */
export const CAPACITIES = ['preparer', 'reviewer', 'approver'] as const;
export const Capacity = z.enum(CAPACITIES);
export type Capacity = z.infer<typeof Capacity>;
