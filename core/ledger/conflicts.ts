import { conflictsOf } from '../../db/queries/history.ts';
import { knownVector } from '../../db/queries/ledger.ts';
import { founderOf, memberById } from '../../db/queries/people.ts';
import { mayGiveRole } from '../../shared/domain/permissions.ts';
import { refuse } from '../../shared/fault.ts';
import { ADMIN_KINDS, RoleGrant } from '../../shared/ledger/authority.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { idOf, kindOf } from '../../shared/ledger/entry.ts';
import { valueFlaw } from '../../shared/ledger/fields.ts';
import { append } from './append.ts';
import type { LedgerKernel } from './kernel.ts';

export interface Resolution {
  readonly record: string;
  readonly field: string;
  /** Index of the side to keep. */
  readonly keep?: number | undefined;
  readonly value?: unknown;
}

/** Resolves a conflict by an entry that names every side as its parent, so that it ends at every replica. */
export function resolveConflict(kernel: LedgerKernel, resolution: Resolution): Json {
  const { record, field } = resolution;
  const conflict = conflictsOf(kernel.db, record).find((candidate) => candidate.field === field);
  if (conflict === undefined)
    return refuse({ code: 'not-found', what: 'conflict', id: `${record} ${field}` });
  const value = chosen(
    resolution,
    conflict.sides.map((side) => side.value as Json),
  );
  if (field === 'deleted' ? value !== 'keep' && value !== 'remove' : valueFlaw(record, field, value) !== null)
    refuse({ code: 'invalid-input', detail: `That is no value for ${field}.`, where: 'value' });
  if (kindOf(record) === 'member' && field === 'role') demandMayGive(kernel, idOf(record), value);
  const action = ADMIN_KINDS.has(kindOf(record)) ? 'conflict.resolve-admin@1' : 'conflict.resolve@1';
  if (field === 'deleted') {
    const seen = value === 'remove' ? knownVector(kernel.db) : {};
    append(kernel, action, [{ record, field, value: value === 'remove' ? { seen } : { kept: true } }]);
    return value;
  }
  append(kernel, action, [{ record, field, value }]);
  return value;
}

/** Deciding between two roles gives one of them, by the rules for giving any; the one that holds already may be kept. */
function demandMayGive({ db, workspace, writer }: LedgerKernel, member: string, value: Json): void {
  const founder = founderOf(db, workspace);
  const holder = (id: string) => {
    const role = (memberById(db, id)?.role ?? 'none') as RoleGrant['role'];
    return { id, role, founder: id === founder };
  };
  const { role } = RoleGrant.parse(value);
  const held = holder(member);
  if (role === held.role) return;
  const verdict = mayGiveRole(holder(writer.member), held, role);
  if (!verdict.allowed) refuse({ code: 'forbidden', detail: verdict.because });
}

function chosen(resolution: Resolution, sides: readonly Json[]): Json {
  if (resolution.value !== undefined) return resolution.value as Json;
  const side = resolution.keep === undefined ? undefined : sides[resolution.keep];
  if (side === undefined) {
    return refuse({
      code: 'invalid-input',
      detail: `It has ${sides.length} sides: name one of them, or give a value.`,
      where: 'keep',
    });
  }
  return side;
}
