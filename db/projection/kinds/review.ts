import { z } from 'zod';
import { canonicalText, type Json } from '../../../shared/ledger/canonical.ts';
import { BinderFact, CountersignFact, NoteRaised, SignOffFactValue } from '../../../shared/ledger/fields.ts';
import { put } from '../../sql.ts';
import { readFact } from '../fact.ts';
import { fieldValue, firstWritten } from '../record.ts';
import type { Projector } from './index.ts';

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
      opened: fact.opened ?? null,
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

export const reviewNote: Projector = {
  conflicts: true,
  project({ db }, id, state) {
    const raised = fieldValue(state, 'raised', NoteRaised);
    if (raised === null) return [];
    const first = firstWritten(db, `note:${id}`, 'raised');
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

export const binder: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const placed = readFact(ctx, 'binder', id, state, BinderFact);
    if (placed === null) return [];
    // What it was composed for is read off its entry where it is shown.
    const { profile: _profile, ...fact } = placed.value;
    put(ctx.db, 'binder', {
      ...fact,
      id,
      checkpoint: canonicalText(fact.checkpoint as unknown as Json),
      at: placed.at,
      by: placed.by,
    });
    return [];
  },
};

export const countersignature: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const placed = readFact(ctx, 'countersignature', id, state, CountersignFact);
    if (placed === null) return [];
    const { signedAt, ...fact } = placed.value;
    put(ctx.db, 'countersignature', { ...fact, id, signed_at: signedAt, at: placed.at, by: placed.by });
    return [];
  },
};
