import type { z } from 'zod';
import type { SignOffRow } from '../../../shared/contract/frameworks.ts';
import { day } from '../../parts/format.ts';

export type SignOff = z.infer<typeof SignOffRow>;

/** The sign-offs that vouch for exactly what is there now. */
export function standing(signOffs: readonly SignOff[]): SignOff[] {
  return signOffs.filter((one) => one.verdict === 'signed' && !one.voided);
}

/** What somebody should know before they change it: `Signed by Ana on 21 Nov 2026; …`. Empty where nobody signed. */
export function signedWarning(signOffs: readonly SignOff[]): string {
  const signed = standing(signOffs);
  if (signed.length === 0) return '';
  const who = listed(signed.map((one) => `${one.by.name} on ${day(one.at)}`));
  return `Signed by ${who}; changing this voids the ${signed.length === 1 ? 'sign-off' : 'sign-offs'}.`;
}

/** What a change cost: the sign-offs that stood before it and no longer do. Empty where there are none. */
export function voidedWords(before: readonly SignOff[], after: readonly SignOff[]): string {
  const stand = new Set(standing(after).map(({ id }) => id));
  const lost = standing(before).filter(({ id }) => !stand.has(id));
  if (lost.length === 0) return '';
  const who = listed([...new Set(lost.map((one) => one.by.name))]);
  return lost.length === 1 ? `The sign-off of ${who} is void now.` : `The sign-offs of ${who} are void now.`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
