import { z } from 'zod';
import { Period, SubjectAbout } from '../../../shared/ledger/fields.ts';
import { isLocked } from '../../queries/lockdown.ts';
import { put, run } from '../../sql.ts';
import { fieldValue, firstWritten } from '../record.ts';
import type { Projector } from './index.ts';
import { projectSlots } from './programme.ts';

/** Final is what was locked down, for good, whatever else is said of it. */
function standing(locked: boolean, said: string): string {
  if (locked) return 'final';
  return said === 'final' ? 'review' : said;
}

export const engagement: Projector = {
  conflicts: true,
  project(ctx, id, state) {
    const { db } = ctx;
    const name = fieldValue(state, 'name', z.string());
    if (name === null) return [];
    const period = fieldValue(state, 'period', Period);
    const first = firstWritten(db, `engagement:${id}`, 'name');
    put(db, 'engagement', {
      id,
      name,
      state: standing(isLocked(db, id), fieldValue(state, 'state', z.string()) ?? 'planning'),
      from_day: period?.from ?? null,
      to_day: period?.to ?? null,
      created_at: first.at,
      created_by: first.member,
    });
    run(db, 'DELETE FROM engagement_framework WHERE engagement = ?', id);
    const frameworks = fieldValue(state, 'frameworks', z.array(z.string())) ?? [];
    for (const [ord, framework] of frameworks.entries())
      put(db, 'engagement_framework', { engagement: id, framework, ord });
    return projectSlots(ctx, id);
  },
};

export const subject: Projector = {
  conflicts: false,
  project({ db }, id, state) {
    const about = fieldValue(state, 'about', SubjectAbout);
    if (about !== null) put(db, 'subject', { id, engagement: about.engagement, name: about.name });
    return [];
  },
};
