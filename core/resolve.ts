import * as names from '../db/queries/names.ts';
import { refuse } from '../shared/fault.ts';
import type { OpenWorkspace } from './workspace/open-workspace.ts';

/** Turns what a person typed into exactly one record, or refuses with the candidates. */
function exactlyOne<T extends names.Named>(what: string, text: string, found: readonly T[]): T {
  const [one, ...others] = found;
  if (one === undefined) return refuse({ code: 'not-found', what, id: text });
  if (others.length === 0) return one;
  const byId = found.find((row) => row.id === text);
  if (byId !== undefined) return byId;
  return refuse({
    code: 'conflict',
    detail: `Several match "${text}".`,
    candidates: found.map((row) => `${row.name} (${row.id})`).slice(0, 20),
  });
}

type Ws = Pick<OpenWorkspace, 'db'>;

export function framework({ db }: Ws, text: string): names.Named {
  return exactlyOne('framework', text, names.findFrameworks(db, text));
}

/** The engagement named, or the only one there is. */
export function engagement({ db }: Ws, text: string | undefined): names.Named {
  if (text !== undefined) return exactlyOne('engagement', text, names.findEngagements(db, text));
  const all = names.allEngagements(db);
  const [one, ...others] = all;
  if (one === undefined) return refuse({ code: 'not-found', what: 'engagement' });
  if (others.length === 0) return one;
  return refuse({
    code: 'conflict',
    detail: 'There are several engagements; name one.',
    candidates: all.map((row) => row.name),
  });
}

/** The engagement named, the only one there is, or none where there is none and none was named. */
export function engagementIfAny(ws: Ws, text: string | undefined): names.Named | null {
  if (text === undefined && names.allEngagements(ws.db).length !== 1) return null;
  return engagement(ws, text);
}

/** The subject named, or the only one of the engagement. */
export function subject({ db }: Ws, engagementId: string, text: string | undefined): names.Named {
  if (text !== undefined) return exactlyOne('subject', text, names.findSubjects(db, engagementId, text));
  const all = names.subjectsOf(db, engagementId);
  const [one, ...others] = all;
  if (one === undefined) return refuse({ code: 'not-found', what: 'subject' });
  if (others.length === 0) return one;
  return refuse({
    code: 'conflict',
    detail: 'The engagement has several subjects; name one.',
    candidates: all.map((row) => row.name),
  });
}

/** The subjects meant: the one named, or all of the engagement. */
export function subjects({ db }: Ws, engagementId: string, text: string | undefined): names.Named[] {
  if (text !== undefined) return [exactlyOne('subject', text, names.findSubjects(db, engagementId, text))];
  return names.subjectsOf(db, engagementId);
}

/** A control by its id in any case and style, else an item by id, path or text, within the engagement. */
export function target({ db }: Ws, engagementId: string, text: string): names.FoundTarget {
  const controls = names.findControls(db, text, engagementId);
  if (controls.length > 0) return exactlyOne('control', text, controls);
  return exactlyOne('control', text, names.findItems(db, text, engagementId, null));
}

export function control({ db }: Ws, engagementId: string | null, text: string): names.FoundTarget {
  return exactlyOne('control', text, names.findControls(db, text, engagementId));
}

export function item(
  { db }: Ws,
  engagementId: string,
  text: string,
  checklistId: string | null,
): names.FoundTarget {
  return exactlyOne('item', text, names.findItems(db, text, engagementId, checklistId));
}

export function checklist(
  { db }: Ws,
  engagementId: string | null,
  text: string,
): names.Named & { framework: string } {
  return exactlyOne('checklist', text, names.findChecklists(db, text, engagementId));
}

export function evidence({ db }: Ws, text: string): names.Named {
  return exactlyOne('evidence', text, names.findEvidence(db, text));
}

export function member({ db }: Ws, text: string): names.Named {
  return exactlyOne('member', text, names.findMembers(db, text));
}
