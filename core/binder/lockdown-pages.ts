import type { Lockdown } from '../../shared/contract/periods.ts';
import { diagnosisLines } from '../../shared/domain/lockdown.ts';
import { viewLockdown } from '../engagements/lockdown.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { RegisterTable } from './model.ts';

/** What a binder says of the lockdown of its engagement. */
export interface LockdownPages {
  /** One sentence for the cover; null while the engagement is not final. */
  readonly sentence: string | null;
  readonly registers: readonly RegisterTable[];
  /** What came to any of these records after the lockdown, a sentence each. */
  notesOn(records: readonly string[]): string[];
}

/** Stands for a change of which not everything is shown. */
export const SOMETHING_REDACTED = 'what was changed is redacted';

const NO_REASON = 'made on a copy that had not heard of the lockdown';

/** The lockdown with every later addition, as tables of their own and as remarks on the records they are about. */
export function lockdownPages(
  ws: OpenWorkspace,
  engagement: string,
  hides: (record: string, field: string) => boolean = () => false,
): LockdownPages {
  const found = viewLockdown(ws, engagement);
  if (found === null) return { sentence: null, registers: [], notesOn: () => [] };
  const late = found.late.map((one) =>
    one.records.some((record) => hides(record, 'note')) ? { ...one, summary: SOMETHING_REDACTED } : one,
  );
  const lockdown = { ...found, late };
  const said = new Map<string, string[]>();
  for (const { at, by, summary, reason, records } of late) {
    const words = `Added after lockdown, ${at.slice(0, 10)} by ${by.name}: ${summary}. Reason: ${reason ?? NO_REASON}.`;
    for (const record of records) said.set(record, [...(said.get(record) ?? []), words]);
  }
  return {
    sentence: sentenceOf(lockdown),
    registers: tablesOf(lockdown),
    notesOn: (records) => [...new Set(records.flatMap((record) => said.get(record) ?? []))],
  };
}

function sentenceOf({ at, by, late }: Lockdown): string {
  const later =
    late.length === 0
      ? 'nothing was added since'
      : `${late.length} later ${late.length === 1 ? 'addition' : 'additions'}`;
  return `${at.slice(0, 10)} by ${by}, ${later}`;
}

function tablesOf({ at, by, reason, open, late }: Lockdown): RegisterTable[] {
  const counts = { unsigned: 0, unreviewed: 0, unresolved: 0, changed: 0, missing: 0, stale: 0, ...open };
  const left = diagnosisLines(counts).join('; ');
  const lockdown: RegisterTable = {
    title: 'Lockdown',
    columns: columns(['Locked down', 16], ['By', 16], ['Reason', 40], ['Left open', 34]),
    rows: [{ cells: [at.slice(0, 10), by, reason, left === '' ? 'Nothing' : left], notes: [] }],
  };
  if (late.length === 0) return [lockdown];
  const additions: RegisterTable = {
    title: 'Added after lockdown',
    columns: columns(['When', 16], ['By', 16], ['What', 44], ['Why', 34]),
    rows: late.map((one) => ({
      cells: [one.at.slice(0, 10), one.by.name, one.summary, one.reason ?? NO_REASON],
      notes: [],
    })),
  };
  return [lockdown, additions];
}

const columns = (...all: (readonly [title: string, share: number])[]) =>
  all.map(([title, share]) => ({ title, share }));
