import { momentWords } from './moment.ts';

/** Above the words with which somebody sent work back: by whom, and when. */
export function returnedBy({ by, at }: { readonly by: string; readonly at: string }): string {
  return `Returned by ${by}, ${momentWords(at)}`;
}

/** How the words of a return are named where they are not shown: of what they are, by whom, and when. */
export function returnLabel(one: {
  readonly label: string;
  readonly byName: string;
  readonly at: string;
}): string {
  return `Return of ${one.label} by ${one.byName}, ${momentWords(one.at)}`;
}
