import { dayAfter } from '../../shared/domain/programme/template.ts';
import { refuse } from '../../shared/fault.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/**
 * Refuses a day that has not come yet for something that has happened: a date ahead would keep evidence fresh for as
 * long as it lies ahead. Tomorrow is let pass, since it is already that day further east.
 */
export function demandPast(
  ws: Pick<OpenWorkspace, 'now'>,
  day: string | null | undefined,
  because: string,
  where: string,
): void {
  if (day == null || day <= dayAfter(today(ws), 1)) return;
  refuse({ code: 'invalid-input', detail: `${because}; ${day} has not come yet.`, where });
}

/** Refuses a word that would have ended before it was said. */
export function demandComing(ws: Pick<OpenWorkspace, 'now'>, until: string | null): void {
  if (until === null || until >= today(ws)) return;
  refuse({
    code: 'invalid-input',
    detail: 'Your word cannot hold until a day that has passed.',
    where: 'until',
  });
}
