import { z } from 'zod';
import { CheckpointBody } from '../../../shared/domain/binder.ts';
import { Capacity } from '../../../shared/domain/results.ts';
import { SignedValues } from '../../../shared/domain/sign-off.ts';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import { put } from '../../sql.ts';
import { readFact } from '../fact.ts';
import { fieldValue, firstWritten } from '../record.ts';
import type { Projector } from './index.ts';

/** The value of `signoff:… fact`: who and when come from its entry. */
export const SignOffFactValue = z.object({
  kind: z.enum(['assessment', 'checklist']),
  /** The assessment's id, or the id of the checklist as worked. */
  record: z.string(),
  capacity: Capacity,
  verdict: z.enum(['signed', 'returned']),
  digest: z.string(),
  note: z.string(),
  after: z.array(z.string()),
  signed: SignedValues,
  passphraseSetByOther: z.boolean(),
});
export type SignOffFactValue = z.infer<typeof SignOffFactValue>;

export const signOff: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const placed = readFact(ctx, 'signoff', id, state, SignOffFactValue);
    if (placed === null) return [];
    const fact = placed.value;
    put(ctx.db, 'sign_off', {
      id,
      kind: fact.kind,
      record: fact.record,
      capacity: fact.capacity,
      verdict: fact.verdict,
      by: placed.by,
      at: placed.at,
      digest: fact.digest,
      note: fact.note,
      after: JSON.stringify(fact.after),
      signed: canonicalText(fact.signed as unknown as Json),
      passphrase_set_by_other: fact.passphraseSetByOther ? 1 : 0,
      writer: placed.writer,
      seq: placed.seq,
    });
    return [fact.kind === 'assessment' ? `assessment:${fact.record}` : `checklist-work:${fact.record}`];
  },
};

/** The value of `note:… raised`. */
export const NoteRaised = z.object({ record: z.string(), text: z.string() });

export const reviewNote: Projector = {
  conflicts: true,
  project({ db }, id, state) {
    const raised = fieldValue(state, 'raised', NoteRaised);
    if (raised === null) return [];
    const first = firstWritten(db, `note:${id}`);
    const answer = fieldValue(state, 'answer', z.string()) ?? '';
    const cleared = fieldValue(state, 'cleared', z.boolean()) ?? false;
    put(db, 'review_note', {
      id,
      record: raised.record,
      text: raised.text,
      by: first.member,
      at: first.at,
      answer,
      state: cleared ? 'cleared' : answer === '' ? 'open' : 'answered',
    });
    return [];
  },
};

/** The value of `binder:… fact`. */
export const BinderFact = z.object({
  engagement: z.string(),
  kind: z.string(),
  title: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  pages: z.int(),
  attachments: z.int(),
  omitted: z.int(),
  checkpoint: CheckpointBody,
});

export const binder: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const placed = readFact(ctx, 'binder', id, state, BinderFact);
    if (placed === null) return [];
    put(ctx.db, 'binder', {
      ...placed.value,
      id,
      checkpoint: canonicalText(placed.value.checkpoint as unknown as Json),
      at: placed.at,
      by: placed.by,
    });
    return [];
  },
};
