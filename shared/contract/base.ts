import { oc } from '@orpc/contract';
import { z } from 'zod';
import type { Access } from '../domain/permissions.ts';
import { FAULT_CODES } from '../fault.ts';

/** What the help, the router's guard and the documentation know of a procedure beside its shapes. */
export interface ProcedureMeta {
  /** One line for `bindery help` and the OpenAPI document. */
  readonly summary: string;
  readonly access: Access;
}

/** A fault as it crosses a boundary; `shared/fault.ts` gives its exact shape per code. */
export const FaultData = z.looseObject({ code: z.enum(FAULT_CODES) });

const base = oc.$meta<ProcedureMeta>({ summary: '', access: 'read' }).errors({ FAULT: { data: FaultData } });

/** Starts a procedure: `procedure('Lists controls', 'read').input(…).output(…)`. */
export function procedure(summary: string, access: Access) {
  return base.meta({ summary, access });
}

export const Id = z.string().min(1).max(400);
export const Timestamp = z.string();
/** `YYYY-MM-DD`. */
export const Day = z.iso.date();
export const Name = z.string().trim().min(1).max(200);
export const Passphrase = z.string().min(1).max(1024);

/** A page of a list: at most 1,000 rows travel at once. */
export const Page = z.object({
  offset: z.int().nonnegative().default(0),
  limit: z.int().positive().max(1000).default(200),
});
export function paged<T extends z.ZodType>(row: T) {
  return z.object({ total: z.int(), rows: z.array(row) });
}

/** Long work: watch it with `jobs.watch`, stop it with `jobs.cancel`. */
export const JobRef = z.object({ job: Id });
