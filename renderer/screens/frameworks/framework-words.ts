import { countsInWords } from '../../../shared/domain/count-words.ts';

/** A framework as the lists show it. */
export interface FrameworkLine {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly kind: string;
  readonly format: string;
  readonly published: string | null;
  readonly source: { readonly sha256: string; readonly bytes: number; readonly name: string };
  readonly importedAt: string;
  readonly importedBy: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** `Quay catalog, version 5.1`: a version that stands bare behind a title reads as part of it. */
export function frameworkName({
  title,
  version,
}: {
  readonly title: string;
  readonly version: string;
}): string {
  return version === '' ? title : `${title}, version ${version}`;
}

/** `20 groups, 1,189 controls`: the counts that are not nothing, in the order in which a person wants to hear them. */
export function heldWords(counts: Readonly<Record<string, number>>): string {
  return countsInWords(counts).join(', ') || 'nothing';
}
