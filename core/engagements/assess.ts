import { assessmentId } from '../../shared/domain/identity.ts';
import type { Method, Result } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import type { Position } from '../../shared/ledger/entry.ts';
import { append, type Draft } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import * as resolve from '../resolve.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

export interface AssessRequest {
  readonly engagement?: string | undefined;
  readonly control: string;
  readonly subject?: string | undefined;
  readonly result?: Result | undefined;
  readonly method?: Method | null | undefined;
  readonly note?: string | undefined;
}

/** One control or item for one subject: where a result goes. */
export interface AssessmentPlace {
  readonly id: string;
  readonly engagement: string;
  readonly target: string;
  readonly targetKind: 'control' | 'item';
  readonly subject: string;
}

export function placeOf(
  engagement: string,
  target: { id: string; kind: 'control' | 'item' },
  subject: string,
): AssessmentPlace {
  return {
    id: assessmentId(sha256, engagement, target.id, subject),
    engagement,
    target: target.id,
    targetKind: target.kind,
    subject,
  };
}

/** What the derived id of an assessment stands for; written with its first value. */
export function aboutDraft(place: AssessmentPlace): Draft {
  const { id, ...about } = place;
  return { record: `assessment:${id}`, field: 'about', value: about };
}

/** Records a result, method or note; answers the assessment's id. */
export function assess(ws: OpenWorkspace, request: AssessRequest): string {
  const engagement = resolve.engagement(ws, request.engagement);
  const target = resolve.target(ws, engagement.id, request.control);
  const subject = resolve.subject(ws, engagement.id, request.subject);
  const place = placeOf(engagement.id, target, subject.id);
  append(ws, 'assess@1', valueDrafts(place, request));
  return place.id;
}

export function valueDrafts(
  place: AssessmentPlace,
  values: Pick<AssessRequest, 'result' | 'method' | 'note'>,
): Draft[] {
  const record = `assessment:${place.id}`;
  const drafts: Draft[] = [];
  if (values.result !== undefined) drafts.push({ record, field: 'result', value: values.result });
  if (values.method !== undefined) drafts.push({ record, field: 'method', value: values.method });
  if (values.note !== undefined) drafts.push({ record, field: 'note', value: wellFormed(values.note) });
  if (drafts.length === 0) refuse({ code: 'invalid-input', detail: 'Give a result, a method or a note.' });
  return [aboutDraft(place), ...drafts];
}

/** Canonical JSON refuses lone surrogates, which a broken clipboard can hold. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** One result for many controls, in one entry that undo takes back as one. */
export function assessMany(
  ws: OpenWorkspace,
  request: {
    engagement?: string | undefined;
    subject?: string | undefined;
    controls: readonly string[];
    result: Result;
    note?: string | undefined;
  },
): { changed: number; entry: Position | null } {
  const engagement = resolve.engagement(ws, request.engagement);
  const subjects = resolve.subjects(ws, engagement.id, request.subject);
  const places = request.controls.flatMap((text) => {
    const target = resolve.target(ws, engagement.id, text);
    return subjects.map((subject) => placeOf(engagement.id, target, subject.id));
  });
  const { result, note } = request;
  const drafts = places.flatMap((place) =>
    valueDrafts(place, note === undefined ? { result } : { result, note }),
  );
  const entry = append(ws, 'assess.many@1', drafts);
  return { changed: entry === null ? 0 : places.length, entry };
}
