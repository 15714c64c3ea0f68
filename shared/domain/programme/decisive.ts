import { ALLOWED, type Verdict } from '../../fault.ts';
import { mayAccess } from '../permissions.ts';
import type { Role } from '../results.ts';
import { type ProgrammeKind, Severity } from './shapes.ts';

/** The fields that decide whether a gate is met, or a packet complete; whatever else a record says only describes the work. */
const DECISIVE: Readonly<Partial<Record<ProgrammeKind, readonly string[]>>> = {
  gate: ['title', 'owner', 'rule', 'deleted'],
  phase: ['title', 'from', 'deleted'],
  criterion: ['title', 'for', 'kind', 'rule', 'deleted'],
  person: ['part', 'member', 'deleted'],
  kpi: ['title', 'target', 'direction', 'unit', 'cadence', 'deleted'],
  maturity: ['title', 'current', 'target', 'scale', 'deleted'],
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

/** A value that is replaced: whether the same hand wrote it, and what that replaced in turn. */
export interface Replaced {
  readonly value: unknown;
  readonly own: boolean;
  readonly before: readonly unknown[];
}

/** A field that is set, with what the ledger knows of it. */
export interface Setting {
  readonly kind: string;
  readonly field: string;
  readonly value: unknown;
  /** Every value it replaces; a value beside it that it does not name stays beside it. */
  readonly replaces?: readonly Replaced[];
  /** The record began in an earlier entry of the same hand. */
  readonly own?: boolean;
}

/**
 * Whether setting the field to this value takes the right to review. Who works towards a gate does not also say when
 * it is met; raising a risk, or opening one again, never makes a gate easier. `raised`: in the entry that adds the
 * record; `first`: where nobody has set the field yet.
 */
export function takesReview(setting: Setting, raised: boolean, first = false): boolean {
  const { kind, field, value, own } = setting;
  if (!decides(kind, field)) return false;
  if (kind === 'risk' && field === 'severity' && isRaise(setting)) return false;
  // An action one added oneself is one's own to take out and to keep: it could as well be called done.
  if (kind === 'action' && field === 'deleted' && own === true) return false;
  if (kind === 'risk' && field === 'state') return value === 'closed';
  // Waivers hold for the name they were given under, so a packet of one's own may be called otherwise.
  if (kind === 'packet' && field === 'title' && own === true) return false;
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

const rank = (severity: unknown) => Severity.options.indexOf(severity as Severity);

/**
 * Whether a risk is rated worse than the value it replaces, or back to what stood before one's own rating: lowering what
 * others said is a reviewer's, and so is choosing between values. The worst is worse than whatever the plan said.
 */
export function isRaise({ value, replaces = [] }: Pick<Setting, 'value' | 'replaces'>): boolean {
  const to = rank(value);
  const [one, ...others] = replaces;
  if (to === -1 || others.length > 0) return false;
  if (one === undefined) return to === 0;
  return to <= rank(one.value) || (one.own && one.before.length === 1 && one.before[0] === value);
}
