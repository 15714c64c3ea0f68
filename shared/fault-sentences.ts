import type { Fault, FaultCode } from './fault.ts';

/** What a person reads: what happened, and what to do next. */
export interface Sentence {
  readonly happened: string;
  readonly remedy: string;
}

type Teller<C extends FaultCode> = (fault: Extract<Fault, { code: C }>) => Sentence;

/** What helps where meeting the rule is not up to the record. */
const RULE_REMEDIES: Readonly<Record<string, string>> = {
  'segregation-of-duties': 'Ask another member who may.',
  'named-person': 'Unlock as a person who may.',
  role: 'Ask a member who has that right, or an administrator for it.',
  redacted: 'Redact it there too, or choose a profile that leaves that part out.',
  'verify-before-signing': 'The file is as it was. Ask whoever gave it to you for the right one.',
  'not-undoable': 'Nothing was taken back. Change what stands now instead.',
};

const SENTENCES: { readonly [C in FaultCode]: Teller<C> } = {
  usage: (f) => ({ happened: f.detail, remedy: 'See "bindery help" for the words this command takes.' }),
  'invalid-input': (f) => ({
    happened: sentence(f.where ? `${f.where}: ${f.detail}` : f.detail),
    remedy: f.remedy ?? 'Correct the value and try again; nothing was changed.',
  }),
  'wrong-key': (f) => ({
    happened:
      f.retryAfterSeconds !== undefined && f.retryAfterSeconds > 0
        ? `This does not open the workspace. Wait ${f.retryAfterSeconds} s before the next try.`
        : 'This does not open the workspace.',
    remedy: 'Check the passphrase and the keyboard layout, or use the recovery kit.',
  }),
  'in-use': (f) => ({
    happened: f.detail ?? 'Another process has this workspace open.',
    remedy: 'Close the workbench or the command that holds it, then try again.',
  }),
  'not-found': (f) => ({
    happened: f.id ? `There is no ${f.what} "${f.id}".` : `There is no such ${f.what}.`,
    remedy: 'List what is there and use one of those names or ids.',
  }),
  forbidden: (f) => ({
    happened: f.detail,
    remedy: f.remedy ?? 'Ask an owner or admin of the workspace to do this or to change your role.',
  }),
  conflict: (f) => ({
    happened: f.candidates?.length ? `${f.detail} It could be: ${f.candidates.join(', ')}.` : f.detail,
    remedy: f.remedy ?? 'Name exactly one of them, or look at the newest state and decide again.',
  }),
  'rule-broken': (f) => ({
    happened: f.because,
    remedy: RULE_REMEDIES[f.rule] ?? 'Meet the rule first; the record shows what is missing.',
  }),
  locked: (f) => ({ happened: f.detail ?? 'The workspace is locked.', remedy: 'Unlock it and try again.' }),
  'newer-schema': (f) => ({
    happened: `This workspace was written by a newer Bindery (format ${f.found}; this one reads up to ${f.supported}). It was left untouched.`,
    remedy: 'Open it with the newer version.',
  }),
  corrupt: (f) => ({
    happened: `The ${f.what} is damaged: ${f.detail}. It was left untouched.`,
    remedy: 'Restore it from a backup or another copy of the workspace.',
  }),
  unavailable: (f) => ({
    happened: sentence(`${f.what} is not available: ${f.detail}`),
    remedy: f.remedy ?? 'Put that right, then try again; nothing was changed.',
  }),
  cancelled: () => ({
    happened: 'Stopped as you asked.',
    remedy: 'Nothing was kept; start it again when ready.',
  }),
  internal: (f) => ({
    happened: `Something went wrong that should not (reference ${f.reference}).`,
    remedy: 'Your data is as it was. Report the reference with what you were doing.',
  }),
};

/** The sentence and the remedy for any fault; the table is exhaustive by type. */
export function tell(fault: Fault): Sentence {
  const teller = SENTENCES[fault.code] as (f: Fault) => Sentence;
  return teller(fault);
}

/** Details come as a phrase or as sentences; a person reads sentences. */
function sentence(text: string): string {
  return /[.?…]$/.test(text) ? text : `${text}.`;
}
