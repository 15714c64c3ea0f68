import type { ProgrammeRow } from '../../../shared/contract/programme.ts';
import { DEFAULT_RHYTHM, type StatedBeats } from '../../../shared/domain/evidence-cadence.ts';
import { plural } from '../../parts/format.ts';

type Beat = keyof StatedBeats;

/** What is done with evidence in a rhythm, in the words of a table and of a form. */
export const BEATS: readonly {
  readonly beat: Beat;
  readonly head: string;
  readonly label: string;
  readonly every: (value: number) => string;
}[] = [
  {
    beat: 'refreshDays',
    head: 'Refreshed',
    label: 'Refreshed every … days',
    every: (days) => `every ${plural(days, 'day')}`,
  },
  {
    beat: 'changeHours',
    head: 'After a change',
    label: 'After a change, within … hours',
    every: (hours) => `within ${plural(hours, 'hour')}`,
  },
  {
    beat: 'attestDays',
    head: 'Attested',
    label: 'Attested every … days',
    every: (days) => `every ${plural(days, 'day')}`,
  },
  {
    beat: 'linkDays',
    head: 'Links checked',
    label: 'Links checked every … days',
    every: (days) => `every ${plural(days, 'day')}`,
  },
];

/** The rhythm that holds where nobody stated one, as one line. */
export function usualBeats(): string {
  return BEATS.map(({ beat, head, every }) => `${head.toLowerCase()} ${every(DEFAULT_RHYTHM[beat])}`).join(
    ', ',
  );
}

/** What a cadence states; null where it leaves a beat open. */
export function beatsOf({ body }: Pick<ProgrammeRow, 'body'>): StatedBeats {
  const of = (beat: Beat) => (typeof body[beat] === 'number' ? body[beat] : null);
  return {
    refreshDays: of('refreshDays'),
    changeHours: of('changeHours'),
    attestDays: of('attestDays'),
    linkDays: of('linkDays'),
  };
}

/** What it is for; null: everything in the engagement. */
export function forOf({ body }: Pick<ProgrammeRow, 'body'>): string | null {
  return typeof body.for === 'string' && body.for !== '' ? body.for : null;
}

/** A beat as it was typed: null for an empty field, undefined for what is no number of days or hours. */
export function readBeat(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
