import { count } from '../../parts/format.ts';

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

/** `1,189 controls, 20 groups`: the counts that are not nothing, largest first. */
export function heldWords(counts: Readonly<Record<string, number>>): string {
  const held = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .sort((a, b) => b[1] - a[1]);
  return held.map(([what, n]) => `${count(n)} ${what}`).join(', ') || 'nothing';
}
