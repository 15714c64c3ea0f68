import { reviewMinutes } from '../../db/queries/review-times.ts';
import { REVIEW_GOAL_MINUTES, reviewTimes } from '../../shared/domain/review-time.ts';
import { addLate, diagnose, lockDown, viewLockdown } from '../engagements/lockdown.ts';
import { previewRoll, rolledInto, rollForward } from '../engagements/roll-forward.ts';
import type { Host } from '../host.ts';
import * as resolve from '../resolve.ts';
import { api } from './base.ts';

export function periodsRouter(host: Host) {
  const at = api.periods;
  return {
    diagnose: at.diagnose.handler(({ input }) => diagnose(host.demand('read'), input.engagement)),
    reviewTimes: at.reviewTimes.handler(({ input }) => {
      const ws = host.demand('read');
      const minutes = reviewMinutes(ws.db, resolve.engagement(ws, input.engagement).id);
      return { ...reviewTimes(minutes), goalMinutes: REVIEW_GOAL_MINUTES };
    }),
    lock: at.lock.handler(({ input }) => {
      const lockdown = lockDown(host.demand('review'), input);
      host.wrote('engagements', 'programme', 'session');
      return lockdown;
    }),
    lockdown: at.lockdown.handler(({ input }) => ({
      lockdown: viewLockdown(host.demand('read'), input.engagement),
    })),
    addLate: at.addLate.handler(({ input }) => {
      const lockdown = addLate(host.demand('read'), input.engagement, input.reason);
      host.changed('engagements');
      return lockdown;
    }),
    previewRoll: at.previewRoll.handler(({ input }) => previewRoll(host.demand('read'), input, input)),
    roll: at.roll.handler(({ input }) => {
      const rolled = rollForward(host.demand('prepare'), input);
      host.wrote('engagements', 'programme', 'assessments', 'checklists', 'evidence', 'review');
      return rolled;
    }),
    rolled: at.rolled.handler(({ input }) => rolledInto(host.demand('read'), input.engagement)),
  };
}
