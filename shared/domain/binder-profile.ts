/** What a binder is composed for; the profile decides what is printed and attached, and the manifest names the rest. */
export const BINDER_PROFILES = ['full', 'reviewer', 'customer', 'summary'] as const;
export type BinderProfile = (typeof BINDER_PROFILES)[number];

export const PAPER_SIZES = ['A4', 'Letter'] as const;
export type PaperSize = (typeof PAPER_SIZES)[number];

/** The parts of a binder that a profile may leave out. */
export type BinderPart =
  | 'untouched controls'
  | 'worked controls'
  | 'checklists'
  | 'registers'
  | 'evidence'
  | 'custody'
  | 'review notes'
  | 'printed ledger';

interface Profile {
  readonly title: string;
  /** For whom, in a sentence. */
  readonly purpose: string;
  readonly without: readonly BinderPart[];
}

export const PROFILES: Readonly<Record<BinderProfile, Profile>> = {
  full: {
    title: 'Full',
    purpose: 'Everything in scope, for the archive and for strangers.',
    without: [],
  },
  reviewer: {
    title: 'Reviewer copy',
    purpose:
      'What a reviewer decides on: worked controls and checklists with their evidence and open questions.',
    without: ['untouched controls', 'registers', 'printed ledger'],
  },
  customer: {
    title: 'Customer handover',
    purpose: 'For the other side of the table: without reviewers’ notes, steps of custody and ledger pages.',
    without: ['review notes', 'custody', 'printed ledger'],
  },
  summary: {
    title: 'Summary',
    purpose:
      'A few pages: what was found, risks, registers and the proof. What was signed stays attached for machines.',
    without: [
      'untouched controls',
      'worked controls',
      'checklists',
      'evidence',
      'review notes',
      'printed ledger',
    ],
  },
};

/** Whether a profile leaves a part out. */
export function leavesOut(profile: BinderProfile, part: BinderPart): boolean {
  return PROFILES[profile].without.includes(part);
}
