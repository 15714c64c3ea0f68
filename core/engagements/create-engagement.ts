import type { z } from 'zod';
import { engagementById } from '../../db/queries/engagements.ts';
import type { EngagementRow } from '../../shared/contract/work.ts';
import { addedPrefix, begunId, deriveId, WHOLE_SCOPE } from '../../shared/domain/identity.ts';
import { refuse } from '../../shared/fault.ts';
import { append, type Draft, nextSequence } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

type Engagement = z.infer<typeof EngagementRow>;

export interface NewEngagement {
  readonly name: string;
  /** Ids or titles. */
  readonly frameworks: readonly string[];
  /** Names; none gives *Whole scope*. */
  readonly subjects: readonly string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Two engagements of one name are refused, since people call them by name. */
export function refuseTakenName(ws: OpenWorkspace, name: string): void {
  if (ws.db.prepare('SELECT 1 FROM engagement WHERE lower(name) = lower(?)').get(name) !== undefined)
    refuse({ code: 'conflict', detail: `There is an engagement called "${name}" already.` });
}

/** Opens an engagement over frameworks and subjects. */
export function createEngagement(ws: OpenWorkspace, input: NewEngagement): Engagement {
  const frameworks = [...new Set(input.frameworks.map((text) => resolve.framework(ws, text).id))];
  const subjects = [...new Set(input.subjects.length === 0 ? [WHOLE_SCOPE] : input.subjects)];
  if (input.from !== undefined && input.to !== undefined && input.from > input.to) {
    refuse({ code: 'invalid-input', detail: 'The period ends before it begins.', where: 'period' });
  }
  refuseTakenName(ws, input.name);
  const nonce = `${addedPrefix(ws.writer.id, nextSequence(ws))}${ws.ports.ids.next()}`;
  const id = begunId(sha256, nonce);
  const record = `engagement:${id}`;
  const drafts: Draft[] = [
    { record, field: 'begun', value: { nonce } },
    { record, field: 'name', value: input.name },
    { record, field: 'frameworks', value: frameworks },
    { record, field: 'period', value: { from: input.from ?? null, to: input.to ?? null } },
    { record, field: 'state', value: 'fieldwork' },
    ...subjects.map((name) => ({
      record: `subject:${deriveId(sha256, 'subject', id, name)}`,
      field: 'about',
      value: { engagement: id, name },
    })),
  ];
  append(ws, 'engagement.create@2', drafts);
  return getEngagement(ws, id);
}

export function getEngagement(ws: OpenWorkspace, text: string): Engagement {
  const row = engagementById(ws.db, resolve.engagement(ws, text).id);
  return row ?? refuse({ code: 'not-found', what: 'engagement', id: text });
}
