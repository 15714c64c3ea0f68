import { ALLOWED, type Verdict } from '../../fault.ts';
import { mayAccess } from '../permissions.ts';
import type { Role } from '../results.ts';
import type { ProgrammeKind } from './shapes.ts';

/** The fields that decide whether a gate is met, or a packet complete; whatever else a record says only describes the work. */
const DECISIVE: Readonly<Partial<Record<ProgrammeKind, readonly string[]>>> = {
  gate: ['title', 'owner', 'rule', 'deleted'],
  phase: ['title', 'deleted'],
  criterion: ['title', 'for', 'kind', 'rule', 'deleted'],
  person: ['part', 'member', 'deleted'],
  kpi: ['title', 'target', 'direction', 'deleted'],
  maturity: ['title', 'target', 'scale', 'deleted'],
  risk: ['severity', 'likelihood', 'impact', 'state', 'pillar', 'category', 'deleted'],
  pillar: ['title', 'owner', 'deleted'],
  action: ['for', 'deleted'],
  packet: ['title', 'template', 'deleted'],
  cadence: ['for', 'refreshDays', 'changeHours', 'attestDays', 'linkDays', 'deleted'],
};

/** What whoever adds one says of it at once; from then on it is a reviewer's to say. */
const RAISED_WITH: Readonly<Partial<Record<ProgrammeKind, readonly string[]>>> = {
  risk: ['severity', 'likelihood', 'impact', 'pillar', 'category'],
  action: ['for'],
  packet: ['title', 'template'],
};

/** Whether a gate may turn by what stands in this field. */
export function decides(kind: string, field: string): boolean {
  return Object.hasOwn(DECISIVE, kind) && (DECISIVE[kind as ProgrammeKind]?.includes(field) ?? false);
}

/**
 * Whether setting the field to this value takes the right to review. Who works towards a gate does not also say when
 * it is met; raising a risk, or opening one again, never makes a gate easier. `raised`: in the entry that adds the
 * record; `first`: where nobody has set the field yet.
 */
export function takesReview(
  { kind, field, value }: { readonly kind: string; readonly field: string; readonly value: unknown },
  raised: boolean,
  first = false,
): boolean {
  if (!decides(kind, field)) return false;
  if (kind === 'risk' && field === 'state') return value === 'closed';
  // An action that stood nowhere is given a place; it is taken from none.
  if (kind === 'action' && field === 'for' && first && value !== null) return false;
  return !(raised && RAISED_WITH[kind as ProgrammeKind]?.includes(field));
}

/** May this role say what decides a gate? */
export function mayDecide(role: Role): Verdict {
  if (mayAccess(role, 'review').allowed) return ALLOWED;
  return {
    allowed: false,
    rule: 'decides-gate',
    because: `It decides when a gate is met, so it needs the right to review; the role ${role} does not have it.`,
  };
}
