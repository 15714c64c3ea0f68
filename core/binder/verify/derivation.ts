import {
  chainPlace,
  type ExtractEntry,
  type LedgerExtract,
  type Manifest,
} from '../../../shared/domain/binder.ts';
import type { Derivation } from '../../../shared/domain/redaction.ts';
import { returnLabel } from '../../../shared/domain/returns.ts';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import { EntryForm, positionOf } from './ledger-entries.ts';
import { wordOf } from './recompute.ts';

/** What a binder says for machines; both were verified. */
export interface Contents {
  readonly manifest: Manifest;
  readonly extract: LedgerExtract;
  /** Whose key signed the checkpoint: whoever composes a binder takes it. */
  readonly composer: { readonly id: string; readonly name: string };
}

const MOST = 50;

/**
 * Whether a redacted binder says what the full one says, but for what it declares: the same records, files, sign-offs
 * and ledger entries. A value that is not shown stands in an entry of one and the same hash, to which the full binder
 * shows it with its salt; so nothing can have stood there but what the full one has.
 */
export function derivation(full: Contents, redacted: Contents): Derivation {
  const list = redacted.manifest.redaction?.list ?? [];
  const undeclared = [...new Set(differences(full, redacted))];
  const derives = undeclared.length === 0;
  const counted = list.length === 1 ? '1 redaction' : `${list.length} redactions`;
  const each = list.length === 1 ? 'declared' : 'each declared';
  const sentence = derives
    ? `The redacted binder derives from the full one: all that is not redacted is the same; ${counted}, ${each} with its reason.`
    : `The redacted binder does not derive from the full one: beside ${counted} it declares, ${undeclared.length === 1 ? 'something differs' : `${undeclared.length} things differ`}.`;
  const more = undeclared.length > MOST ? [`There are ${undeclared.length - MOST} more differences.`] : [];
  return { derives, redactions: list.length, undeclared: [...undeclared.slice(0, MOST), ...more], sentence };
}

function* differences(full: Contents, redacted: Contents): Generator<string> {
  const [was, is] = [full.manifest, redacted.manifest];
  if (was.redaction) yield 'The one that should be the full binder is redacted itself.';
  if (was.workspace.id !== is.workspace.id || was.engagement.id !== is.engagement.id)
    return yield 'They are of different workspaces or engagements.';
  if ((was.profile ?? 'full') !== (is.profile ?? 'full'))
    yield `They are of different profiles (${was.profile}, ${is.profile}).`;
  const list = is.redaction?.list ?? [];
  yield* apart(
    'record',
    lines(was.included, ({ kind, id }) => `${kind} ${id}`),
    lines(is.included, ({ kind, id }) => `${kind} ${id}`),
    none,
  );
  const files = new Map(list.flatMap((one) => (one.kind === 'file' ? [[one.id, one.bytes] as const] : [])));
  yield* apart('file', evidence(was), evidence(is), (_, value) => {
    const { sha256, bytes } = JSON.parse(value) as { sha256: string; bytes: number };
    return files.get(sha256) === bytes;
  });
  const kept = (manifest: Manifest) =>
    lines(
      manifest.omitted.filter(({ reason }) => reason !== 'redacted'),
      ({ kind, id, label }) => `${kind} ${id} ${label}`,
    );
  yield* apart('line of what is left out', kept(was), kept(is), none);
  for (const one of list)
    if (!isThere(full, one))
      yield `${one.label} is declared as redacted, and the full binder has nothing of that hash and size there.`;
    else if (!isRightlyNamed(full, one))
      yield `What is redacted as ${one.label} is something else in the full binder, by its hash.`;
  const { by } = is.redaction ?? {};
  if (by && (by.id !== redacted.composer.id || by.name !== redacted.composer.name))
    yield `The redactions are said to be by ${by.name}, and ${redacted.composer.name} composed the redacted binder.`;
  yield* extracts(full.extract, redacted.extract, list);
}

/** The full binder names what the redacted one has only a label for; where it names it nowhere, nothing can be said. */
function isRightlyNamed({ manifest, extract }: Contents, { kind, id, label }: List[number]): boolean {
  if (kind === 'return') return extract.signOffs.some((one) => one.id === id && returnLabel(one) === label);
  if (kind === 'note')
    return extract.signOffs.every(({ record, label: signed }) => {
      const at = signed.lastIndexOf(' · ');
      return (
        record !== id ||
        at < 0 ||
        (label.startsWith(`Note on ${signed.slice(0, at)} `) && label.endsWith(signed.slice(at)))
      );
    });
  const names = manifest.files.flatMap(({ sha256, evidence, original }) => {
    const record = manifest.included.find((one) => one.kind === 'evidence' && one.id === evidence);
    const [reference] = record?.label.split(' ') ?? [];
    return sha256 === id && reference ? [`${reference} ${original}`] : [];
  });
  return names.length === 0 || names.includes(label);
}

type List = NonNullable<Manifest['redaction']>['list'];

function* extracts(full: LedgerExtract, redacted: LedgerExtract, list: List): Generator<string> {
  const records = new Set(list.flatMap((one) => one.records));
  const notes = new Set(list.flatMap(({ kind, id }) => (kind === 'note' ? [`assessment:${id}`] : [])));
  const returns = new Set(list.flatMap(({ kind, id }) => (kind === 'return' ? [id] : [])));
  const signOffs = new Map(full.signOffs.map(({ id, record }) => [`signoff:${id}`, record]));
  // With a return, what former members wrote with theirs of the same goes as well; the full binder tells what that is of.
  const former = new Map([...formerIn(full)].filter(([record]) => !signOffs.has(record)));
  const returned = new Set([...returns].map((id) => signOffs.get(`signoff:${id}`) ?? ''));
  const mayHide = ({ record, field }: { record: string; field: string }) =>
    (notes.has(record) && field === 'note') ||
    records.has(signOffs.get(record) ?? former.get(record) ?? '') ||
    returned.has(former.get(record) ?? '') ||
    returns.has(record.slice('signoff:'.length));
  // That what stands for the words of a return is what is declared is seen where the redacted one is verified.
  const byId = ({ signOffs: all }: LedgerExtract) =>
    lines(
      all.map((one) => (returns.has(one.id) ? { ...one, note: '' } : one)),
      ({ id }) => id,
    );
  yield* apart('sign-off', byId(full), byId(redacted), none);
  yield* apart('set of signed values', values(full), values(redacted), (record) => records.has(record));
  const there = new Map(redacted.entries.map((entry) => [placeOf(entry), entry]));
  for (const entry of full.entries) {
    const place = placeOf(entry);
    const other = there.get(place);
    there.delete(place);
    if (other === undefined) yield `The ledger entry ${place} is in the full binder alone.`;
    else if (other.hash !== entry.hash) yield `The ledger entry ${place} is another one.`;
    else yield* hidden(entry, other, place, mayHide);
  }
  for (const place of there.keys()) yield `The ledger entry ${place} is in the redacted binder alone.`;
}

/** What each sign-off or return that an entry states is of, by its record. */
function* formerIn({ entries }: LedgerExtract): Generator<[signOff: string, of: string]> {
  for (const entry of entries)
    for (const [i, { record }] of (EntryForm.safeParse(entry.entry).data?.ops ?? []).entries()) {
      const of = wordOf(entry.values[i]?.value, 'record');
      if (record.startsWith('signoff:') && typeof of === 'string') yield [record, of];
    }
}

function* hidden(
  entry: ExtractEntry,
  other: ExtractEntry,
  place: string,
  mayHide: (op: { record: string; field: string }) => boolean,
): Generator<string> {
  const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
  for (const [i, op] of ops.entries()) {
    const [shown, now] = [entry.values[i] ?? null, other.values[i] ?? null];
    if (shown === null && now !== null)
      yield `The redacted binder shows a value of ledger entry ${place} that the full one does not.`;
    if (shown !== null && now === null && !mayHide(op))
      yield `A value of ledger entry ${place} (${op.field}) is not shown, and no redaction declares it.`;
  }
}

/** What one side has and the other has not, or has otherwise, unless it may be gone. */
function* apart(
  what: string,
  full: ReadonlyMap<string, string>,
  redacted: ReadonlyMap<string, string>,
  mayBeGone: (key: string, value: string) => boolean,
): Generator<string> {
  for (const [key, value] of full) {
    const now = redacted.get(key);
    if (now === undefined && !mayBeGone(key, value)) yield `A ${what} is in the full binder alone: ${key}.`;
    else if (now !== undefined && now !== value) yield `A ${what} is not the same: ${key}.`;
  }
  for (const key of redacted.keys())
    if (!full.has(key)) yield `A ${what} is in the redacted binder alone: ${key}.`;
}

const none = () => false;

function lines<T extends object>(list: readonly T[], keyOf: (one: T) => string): Map<string, string> {
  return new Map(list.map((one) => [keyOf(one), canonicalText(one as unknown as Json)]));
}

function values({ signed }: LedgerExtract): Map<string, string> {
  return new Map(
    Object.entries(signed).map(([record, one]) => [record, canonicalText(one as unknown as Json)]),
  );
}

/** The name in the binder may be another where a file before it is not there. */
function evidence({ files }: Manifest): Map<string, string> {
  return lines(
    files
      .filter(({ role }) => role === 'evidence')
      .map(({ original, sha256, bytes, mediaType, evidence: of = '' }) => ({
        original,
        sha256,
        bytes,
        mediaType,
        of,
      })),
    ({ of, original, sha256 }) => `${of} ${original} ${sha256}`,
  );
}

const hasFile = ({ files }: Manifest, { id, sha256, bytes }: List[number]): boolean =>
  files.some((file) => file.sha256 === id && sha256 === id && file.bytes === bytes);

/** The full binder shows the text of the note under that hash. */
function isNote({ entries }: LedgerExtract, { id, sha256, bytes }: List[number]): boolean {
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op, i) => {
      const value = entry.values[i]?.value;
      const here = op.record === `assessment:${id}` && op.field === 'note' && op.hash === sha256;
      return here && typeof value === 'string' && new TextEncoder().encode(value).length === bytes;
    });
  });
}

function isThere({ manifest, extract }: Contents, one: List[number]): boolean {
  if (one.kind === 'file') return hasFile(manifest, one);
  return one.kind === 'note' ? isNote(extract, one) : isReturn(extract, one);
}

/** The full binder shows what was written with the return under that hash. */
function isReturn({ entries, signOffs }: LedgerExtract, { id, sha256, bytes }: List[number]): boolean {
  const told = signOffs.find((one) => one.id === id && one.verdict === 'returned');
  if (told === undefined || new TextEncoder().encode(told.note).length !== bytes) return false;
  return entries.some((entry) => {
    const ops = EntryForm.safeParse(entry.entry).data?.ops ?? [];
    return ops.some((op, i) => op.record === `signoff:${id}` && op.hash === sha256 && entry.values[i]);
  });
}

const placeOf = (entry: ExtractEntry): string => {
  const { writer, seq } = chainPlace(entry);
  return EntryForm.safeParse(entry.entry).success ? positionOf(writer, seq) : 'of unknown form';
};
