import { ALLOWED, type Verdict } from '../fault.ts';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The short reference people say: `E-7K3QF`, 25 bits of the record's id. It is derived, so two copies that add
 * evidence apart never hand out the same running number.
 */
export function evidenceReference(id: string): string {
  const bits = Number.parseInt(id.slice(0, 7), 16) >>> 3;
  let out = '';
  for (let shift = 20; shift >= 0; shift -= 5) out += CROCKFORD[(bits >>> shift) & 31];
  return `E-${out}`;
}

/** How many days before its expiry evidence counts as expiring. */
export const EXPIRING_DAYS = 30;

/** Whether evidence still holds on a day (`YYYY-MM-DD`); without an expiry it stays current. */
export function evidenceState(expires: string | null, today: string): 'current' | 'expiring' | 'expired' {
  if (expires === null) return 'current';
  if (expires < today) return 'expired';
  const soon = new Date(Date.parse(`${today}T00:00:00Z`) + EXPIRING_DAYS * 86_400_000)
    .toISOString()
    .slice(0, 10);
  return expires <= soon ? 'expiring' : 'current';
}

/** What keeps evidence from being removed. */
export interface Protection {
  readonly held: boolean;
  /** The last day on which it stays, whatever anybody wants. */
  readonly retainUntil: string | null;
}

/** May evidence be removed on a day? A legal hold and a retention day are overridden by nothing. */
export function mayRemove({ held, retainUntil }: Protection, today: string): Verdict {
  if (held)
    return {
      allowed: false,
      rule: 'legal-hold',
      because: 'It is under a legal hold. Whoever administers the workspace can lift the hold first.',
    };
  if (retainUntil !== null && retainUntil >= today)
    return { allowed: false, rule: 'retention', because: `It is kept until ${retainUntil}.` };
  return ALLOWED;
}

/** May this become the retention day? It only ever moves later. */
export function mayRetain({ retainUntil }: Protection, until: string | null): Verdict {
  if (retainUntil === null || (until !== null && until >= retainUntil)) return ALLOWED;
  return {
    allowed: false,
    rule: 'retention',
    because: `It is kept until ${retainUntil}, and that day only ever moves later.`,
  };
}

/** What a reviewer should know about the files of evidence before they lean on it. */
export function fileWarnings(files: readonly { readonly name: string; readonly bytes: number }[]): string[] {
  return files
    .filter(({ bytes }) => bytes === 0)
    .map(({ name }) => `${name} is empty: it has 0 bytes and shows nothing.`);
}
