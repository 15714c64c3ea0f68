import { type BagReport, bagTags, bagValue } from '../../../shared/domain/bag.ts';
import type { Manifest, VerifySignature } from '../../../shared/domain/binder.ts';

/** What `bag-info.txt` says of a binder that the signed binder says itself, in this order. */
export function tagsOfBinder(
  { workspace, binder, title, engagement, at }: Manifest,
  signatures: readonly Pick<VerifySignature, 'by'>[],
): readonly (readonly [name: string, value: string])[] {
  return [
    ['Source-Organization', workspace.name],
    ['External-Identifier', binder],
    ['External-Description', title],
    ['Internal-Sender-Identifier', engagement.name],
    ['Internal-Sender-Description', `Composed ${at}, signed by ${signatures.map(({ by }) => by).join(', ')}`],
  ];
}

const DATE = 'bagging-date';
/** Computed from the payload, and held against it. */
const OXUM = 'payload-oxum';
const DAY = 24 * 60 * 60 * 1000;

export interface Found {
  readonly problems: readonly string[];
  readonly notes: BagReport['notes'];
}

/**
 * Holds what `bag-info.txt` says against the signed binder: the file is covered by checksums that anybody can make anew,
 * and by no signature.
 */
export function compareInfo(
  text: string,
  manifest: Manifest,
  signatures: readonly Pick<VerifySignature, 'by'>[],
): Found {
  const known = new Map(
    tagsOfBinder(manifest, signatures).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const tags = bagTags(text).map(({ name, value }) => ({ name, value, key: name.toLowerCase() }));
  const problems: string[] = [];
  const others: string[] = [];
  const unproven = new Set<string>();
  const kept = new Set(tags.flatMap(({ key, value }) => (isOwn(value, known.get(key)) ? [key] : [])));
  for (const { name, value, key } of tags) {
    const own = known.get(key);
    if (own === undefined) {
      if (key !== OXUM) unproven.add(name);
    } else if (!isOwn(value, own)) {
      const says = `${name}: ${value}. The signed binder says: ${bagValue(own)}.`;
      // An archive adds lines of its own, as RFC 8493 lets it; it has no reason to take away what the binder says.
      if (kept.has(key)) others.push(`Not proven: bag-info.txt also says ${says}`);
      else problems.push(`bag-info.txt says ${says}`);
    }
    if (key === DATE) problems.push(...wrongDate(value, manifest.at));
  }
  return { problems, notes: [...listedOthers(others), ...unprovenWords([...unproven])] };
}

const isOwn = (value: string, own: string | undefined): boolean =>
  own !== undefined && bagValue(value) === bagValue(own);

const MOST_OTHERS = 20;

function listedOthers(others: readonly string[]): string[] {
  if (others.length <= MOST_OTHERS) return [...others];
  const more = `Not proven: bag-info.txt also says ${others.length - MOST_OTHERS} more things otherwise than the signed binder.`;
  return [...others.slice(0, MOST_OTHERS), more];
}

/** Clocks and time zones may be a day apart, and no further. */
function wrongDate(value: string, composed: string): string[] {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(day)) return [`bag-info.txt says Bagging-Date: ${value}. That is no day.`];
  if (day + 2 * DAY > Date.parse(composed)) return [];
  return [
    `bag-info.txt says Bagging-Date: ${value}. The signed binder inside was composed later, at ${composed}.`,
  ];
}

function unprovenWords(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const listed = [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' and ');
  return [
    `Not proven: what bag-info.txt says as ${listed}. The signed binder does not say it, and anybody can write it there.`,
  ];
}
