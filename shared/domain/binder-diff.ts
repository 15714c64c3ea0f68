import { z } from 'zod';
import type { ExtractSignOff, LedgerExtract, Manifest, VerifySignature } from './binder.ts';
import { LEDGER_RELATIONS, VerifyVerdict } from './binder.ts';
import { momentWords } from './moment.ts';

/** What two binders may differ in, in the order in which people read it. */
export const DIFF_PARTS = [
  'controls',
  'checklists',
  'results',
  'notes',
  'evidence',
  'files',
  'sign-offs',
  'signatures',
  'left out',
  'other records',
  'counts',
] as const;
export type DiffPart = (typeof DIFF_PARTS)[number];

export const BinderDiffRow = z.strictObject({
  part: z.enum(DIFF_PARTS),
  change: z.enum(['added', 'removed', 'changed']),
  id: z.string(),
  label: z.string(),
  /** What stood there; null for what is new. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type BinderDiffRow = z.infer<typeof BinderDiffRow>;

const Side = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  verdict: VerifyVerdict,
  binder: z.string(),
  title: z.string(),
  profile: z.string(),
  at: z.string(),
  workspace: z.string(),
  engagement: z.string(),
  signedBy: z.array(z.string()),
});
export type BinderDiffSide = z.infer<typeof Side>;

/** What changed from one binder to another, by what is embedded in them. */
export const BinderDiff = z.strictObject({
  schema: z.literal('bindery.diff/1'),
  before: Side,
  after: Side,
  /** How their ledgers stand to each other, with the sentences that say so. */
  ledger: z.strictObject({ relation: z.enum(LEDGER_RELATIONS), sentences: z.array(z.string()) }),
  rows: z.array(BinderDiffRow),
  /** What the two can not be compared in, and why. */
  notes: z.array(z.string()),
});
export type BinderDiff = z.infer<typeof BinderDiff>;

/** The result of the job `binders.diff` starts. */
export const BinderDiffResult = z.strictObject({
  diff: BinderDiff,
  /** Where the report was written; null where no place was named. */
  written: z.strictObject({ file: z.string(), sha256: z.string(), bytes: z.int() }).nullable(),
});
export type BinderDiffResult = z.infer<typeof BinderDiffResult>;

/** What is read of a binder to compare it with another. */
export interface BinderContents {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  readonly signatures: readonly VerifySignature[];
}

type Entry = readonly [key: string, label: string, told: string];

/** The differences of two binders, part by part, each part in the order of its labels. */
export function diffBinders(before: BinderContents, after: BinderContents): BinderDiffRow[] {
  const names = namesIn(before, after);
  const of = (part: DiffPart, read: (contents: BinderContents) => readonly Entry[]) =>
    compare(part, read(before), read(after));
  return [
    ...of('controls', (one) => included(one, (kind) => kind === 'control')),
    ...of('checklists', (one) => included(one, (kind) => kind === 'checklist')),
    ...of('results', (one) => stated(one, 'result', names)),
    ...of('notes', (one) => stated(one, 'note', names)),
    ...of('evidence', (one) => included(one, (kind) => kind === 'evidence')),
    ...of('files', files),
    ...of('sign-offs', signOffs),
    ...of('signatures', ({ signatures }) => signatures.map(signature)),
    ...of('left out', leftOut),
    ...of('other records', (one) => included(one, (kind) => !OWN_PART.has(kind))),
    ...of('counts', ({ manifest }) =>
      Object.entries(manifest.counts).map(([what, n]) => [
        what,
        what.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
        String(n),
      ]),
    ),
  ];
}

const OWN_PART = new Set(['control', 'checklist', 'evidence']);

function compare(part: DiffPart, before: readonly Entry[], after: readonly Entry[]): BinderDiffRow[] {
  const [was, is] = [byKey(before), byKey(after)];
  const rows: BinderDiffRow[] = [];
  for (const [id, { label, told }] of was) {
    const now = is.get(id);
    if (now === undefined) rows.push({ part, change: 'removed', id, label, before: told, after: null });
    else if (now.told !== told)
      rows.push({ part, change: 'changed', id, label: now.label, before: told, after: now.told });
  }
  for (const [id, { label, told }] of is)
    if (!was.has(id)) rows.push({ part, change: 'added', id, label, before: null, after: told });
  return rows.sort((a, b) => collator.compare(a.label, b.label) || (a.id < b.id ? -1 : 1));
}

const collator = new Intl.Collator('en', { numeric: true });

/** Two of one key are both kept: the second gets a key of its own. */
function byKey(entries: readonly Entry[]): Map<string, { label: string; told: string }> {
  const map = new Map<string, { label: string; told: string }>();
  for (const [key, label, told] of entries) {
    let free = key;
    for (let n = 2; map.has(free); n += 1) free = `${key} (${n})`;
    map.set(free, { label, told });
  }
  return map;
}

function included({ manifest }: BinderContents, wanted: (kind: string) => boolean): Entry[] {
  return manifest.included
    .filter(({ kind }) => wanted(kind))
    .map(({ kind, id, label }) => [OWN_PART.has(kind) ? id : `${kind} ${id}`, label, label]);
}

function files({ manifest }: BinderContents): Entry[] {
  return manifest.files
    .filter(({ role }) => role === 'evidence')
    .map(({ name, original, evidence, sha256, bytes }) => [
      `${evidence ?? ''}/${original}`,
      name,
      `SHA-256 ${sha256}, ${bytes} bytes`,
    ]);
}

function signOffs({ extract }: BinderContents): Entry[] {
  return extract.signOffs.map((one) => [one.id, `${one.label} as ${one.capacity}`, signOffWords(one)]);
}

function signOffWords({ verdict, byName, at, voided, note }: ExtractSignOff): string {
  const words = note === '' ? '' : `: ${note}`;
  return `${verdict} by ${byName} at ${momentWords(at)}${voided ? ', void since' : ''}${words}`;
}

function signature({ field, by, valid, fingerprint }: VerifySignature): Entry {
  return [field, field, `${valid ? '' : 'not valid, '}by ${by} (certificate ${fingerprint.slice(0, 16)}…)`];
}

function leftOut({ manifest }: BinderContents): Entry[] {
  return manifest.omitted.map(({ kind, id, label, reason, detail }) => [
    `${kind} ${id}`,
    `${kind} ${label}`,
    detail === undefined ? reason : `${reason}: ${detail}`,
  ]);
}

interface About {
  readonly target: string;
  readonly subject: string;
}

/**
 * The newest result or note that the embedded ledger entries give each check, signed off or not. A check is known by
 * its control and subject, so that it is found again in another engagement.
 */
function stated({ extract }: BinderContents, field: 'result' | 'note', names: Names): Entry[] {
  const about = new Map<string, About>();
  const newest = new Map<string, { time: string; value: string }>();
  for (const { entry, values } of extract.entries) {
    const time = String(entry.time);
    for (const [i, op] of operations(entry).entries()) {
      const value = values[i]?.value;
      if (!op.record.startsWith('assessment:') || value === undefined) continue;
      if (op.field === 'about' && isAbout(value)) about.set(op.record, value);
      if (op.field === field && typeof value === 'string' && (newest.get(op.record)?.time ?? '') < time)
        newest.set(op.record, { time, value });
    }
  }
  return [...newest].flatMap(([record, { value }]): Entry[] => {
    const check = about.get(record);
    if (check === undefined || value === '') return [];
    const key = `${check.target} ${check.subject}`;
    return [[key, names.checks.get(key) ?? names.targets.get(check.target) ?? check.target, value]];
  });
}

function operations(entry: Readonly<Record<string, unknown>>): { record: string; field: string }[] {
  return Array.isArray(entry.ops) ? entry.ops : [];
}

function isAbout(value: unknown): value is About {
  return (
    typeof value === 'object' &&
    value !== null &&
    'target' in value &&
    typeof value.target === 'string' &&
    'subject' in value &&
    typeof value.subject === 'string'
  );
}

interface Names {
  /** `AC-2 · Payroll` by control and subject, where a sign-off says so. */
  readonly checks: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, string>;
}

function namesIn(...all: readonly BinderContents[]): Names {
  const checks = new Map<string, string>();
  const targets = new Map<string, string>();
  for (const { manifest, extract } of all) {
    for (const { id, label } of manifest.included) targets.set(id, label);
    for (const { record, label } of extract.signOffs) {
      const values = extract.signed[record];
      if (values !== undefined) checks.set(`${values.target} ${values.subject}`, label);
    }
  }
  return { checks, targets };
}
