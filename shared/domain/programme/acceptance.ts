import { z } from 'zod';
import { ALLOWED, type Verdict } from '../../fault.ts';
import { dayAfter } from './template.ts';

/** An acceptance of a risk, or an approved exception, as it was stated; nothing changes it afterwards. */
export interface Acceptance {
  readonly id: string;
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly compensating: string;
  readonly expires: string | null;
  /** Whether a withdrawal names it. */
  readonly withdrawn: boolean;
  /** Why it counts nothing, whoever wrote it down; null or left out where it does. */
  readonly flaw?: string | null;
}

/** How many days before its expiry an acceptance counts as expiring. */
export const ACCEPTANCE_EXPIRING_DAYS = 30;

/** The last day to which an acceptance may hold: at least once a year somebody looks again. */
export function acceptanceLimit(today: string): string {
  const [year = '', month = '', day = ''] = today.split('-');
  // A year after the 29th of February is the 28th.
  const last = month === '02' && day === '29' ? '28' : day;
  return `${String(Number(year) + 1).padStart(4, '0')}-${month}-${last}`;
}

/**
 * May somebody accept a risk, or approve an exception, in these words? It needs a reason, a compensating control and a
 * last day within a year, and whoever owns the record is not its approver. Asked before it is written, and of every
 * one that is read: what another program wrote counts nothing where it breaks this.
 */
export function mayAccept(
  said: Pick<Acceptance, 'reason' | 'compensating' | 'expires'>,
  owned: { readonly value: string } | null,
  today: string,
): Verdict {
  const broken = (rule: string, because: string): Verdict => ({ allowed: false, rule, because });
  if (owned !== null)
    return broken(
      'segregation-of-duties',
      `Whoever owns a risk, or owned it once, cannot accept it: it was given to ${owned.value}. Another member with the right to review does.`,
    );
  if (said.reason.trim() === '') return broken('reason', 'It needs a reason: say why it is accepted.');
  if (said.compensating.trim() === '')
    return broken('compensating', 'It needs a compensating control: say what keeps it bearable until then.');
  if (said.expires === null)
    return broken('expiry', 'It needs a last day, after which it is looked at again.');
  if (said.expires < today) return broken('expiry', `Its last day, ${said.expires}, has passed already.`);
  if (said.expires > acceptanceLimit(today))
    return broken('expiry', `It may hold for a year at most; ${said.expires} is later.`);
  return ALLOWED;
}

export const AcceptanceState = z.enum(['holds', 'expiring', 'expired', 'withdrawn', 'void']);
export type AcceptanceState = z.infer<typeof AcceptanceState>;

/** It holds through its last day and ends by expiry or withdrawal; one that breaks the rules never held. */
export function acceptanceState(
  acceptance: Pick<Acceptance, 'expires' | 'withdrawn' | 'flaw'>,
  today: string,
): AcceptanceState {
  const { expires, withdrawn, flaw = null } = acceptance;
  if (flaw !== null) return 'void';
  if (withdrawn) return 'withdrawn';
  if (expires === null) return 'holds';
  if (expires < today) return 'expired';
  return expires <= dayAfter(today, ACCEPTANCE_EXPIRING_DAYS) ? 'expiring' : 'holds';
}

const Named = z.object({ by: z.string(), at: z.string(), until: z.string().nullable() });

export const RiskStanding = z.object({
  state: z.enum(['open', 'mitigating', 'accepted', 'closed']),
  /** The acceptance that holds. */
  accepted: Named.nullable(),
  /** The newest acceptance that held once and no longer does: the risk is open again. */
  lapsed: Named.extend({ how: z.enum(['expired', 'withdrawn']) }).nullable(),
});
export type RiskStanding = z.infer<typeof RiskStanding>;

/**
 * Where a risk stands: closed where its owner closed it, accepted while an acceptance holds, else as its owner says.
 * An acceptance that lapsed makes it open again and stays visible.
 */
export function riskStanding(
  state: 'open' | 'mitigating' | 'closed',
  acceptances: readonly Acceptance[],
  today: string,
): RiskStanding {
  if (state === 'closed') return { state, accepted: null, lapsed: null };
  const counting = acceptances.filter(({ flaw = null }) => flaw === null);
  const newestFirst = counting.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const holding = holdingAcceptance(newestFirst, today);
  if (holding !== null) return { state: 'accepted', accepted: named(holding), lapsed: null };
  const [last] = newestFirst;
  if (last === undefined) return { state, accepted: null, lapsed: null };
  return { state, accepted: null, lapsed: { ...named(last), how: last.withdrawn ? 'withdrawn' : 'expired' } };
}

/** The newest acceptance that holds on a day, or null. */
export function holdingAcceptance(acceptances: readonly Acceptance[], today: string): Acceptance | null {
  const holding = acceptances.filter((one) => ['holds', 'expiring'].includes(acceptanceState(one, today)));
  return holding.reduce<Acceptance | null>(
    (newest, one) => (newest === null || one.at > newest.at ? one : newest),
    null,
  );
}

const named = ({ by, at, expires }: Acceptance) => ({ by, at, until: expires });

/** Neither closed nor accepted: what a gate on open risks counts. */
export function isOpen(standing: RiskStanding): boolean {
  return standing.state === 'open' || standing.state === 'mitigating';
}
