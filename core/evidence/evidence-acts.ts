import { filesOf } from '../../db/queries/evidence.ts';
import { holdsOn } from '../../db/queries/evidence-register.ts';
import { changesKnown } from '../../db/queries/words.ts';
import { get } from '../../db/sql.ts';
import type { ProgrammeFactRow } from '../../shared/contract/programme.ts';
import { mayAttest } from '../../shared/domain/permissions.ts';
import { same } from '../../shared/domain/programme/belonging.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import { append, type Draft, nextSequence } from '../ledger/append.ts';
import { sealOpen } from '../ledger/seal.ts';
import { actDraft, afterOf, known, stateAct } from '../programme/acts.ts';
import { demandComing, demandPast } from '../programme/days.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { custodyDraft } from './add-evidence.ts';
import { readRegister } from './register.ts';

/**
 * Acts on evidence belong to no engagement: the same piece may serve several, and what is said of it holds in each.
 */
export const NO_ENGAGEMENT = '';

/** How many pieces of evidence one entry speaks of, and in how many letters: it stays below the size of a segment. */
const A_BATCH = 100;
const A_BATCH_LETTERS = 200_000;

/** States one act for each piece of evidence, in as few entries as will do, sealed at once; all or nothing. */
export function stateActs(
  ws: OpenWorkspace,
  action: string,
  evidence: readonly string[],
  draftsOf: (evidence: string, seq: number) => readonly Draft[],
): void {
  ws.db.transaction(() => {
    let batch: Draft[] = [];
    let [pieces, letters] = [0, 0];
    for (const id of evidence) {
      let drafts = draftsOf(id, nextSequence(ws));
      if (pieces > 0 && (pieces === A_BATCH || letters + lettersIn(drafts) > A_BATCH_LETTERS)) {
        append(ws, action, batch);
        [batch, pieces, letters] = [[], 0, 0];
        drafts = draftsOf(id, nextSequence(ws));
      }
      batch.push(...drafts);
      pieces += 1;
      letters += lettersIn(drafts);
    }
    append(ws, action, batch);
    sealOpen(ws);
  })();
}

const lettersIn = (drafts: readonly Draft[]) => JSON.stringify(drafts).length;

/** An act on evidence and, for each of its files, the step of custody that it is. */
export function withCustody(
  ws: OpenWorkspace,
  evidence: string,
  seq: number,
  { id: _id, ...act }: Draft & { readonly id: string },
  what: (name: string) => string,
): Draft[] {
  const files = filesOf(ws.db, evidence);
  return [act, ...files.map(({ name, sha256 }) => custodyDraft(ws, evidence, what(name), sha256, seq))];
}

export interface AttestRequest {
  readonly evidence?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly engagement?: string | undefined;
  readonly met: boolean;
  readonly statement: string;
  readonly until: string | null;
}

/**
 * States in the caller's own name that evidence still shows what it should, or no longer does. A control owner does so
 * for everything of theirs at once; each piece gets an attestation of its own, bound to the files it held then.
 */
export function attestEvidence(ws: OpenWorkspace, request: AttestRequest): string[] {
  demand(mayAttest(ws.member().role));
  const evidence = meant(ws, request);
  const { met, until } = request;
  demandComing(ws, until);
  const statement = request.statement.toWellFormed();
  const changes = changesKnown(ws.db, ws.writer.id);
  stateActs(ws, 'programme.attest@3', evidence, (id, seq) => {
    const record = `evidence:${id}`;
    const fact = {
      engagement: NO_ENGAGEMENT,
      record,
      met,
      statement,
      until,
      ...afterOf([...changes, ...(known(ws, 'attestation', record).after ?? [])]),
    };
    const said = met ? 'Attested' : 'Attested as no longer holding';
    return withCustody(ws, id, seq, actDraft(ws, 'attestation', fact), (name) => `${said}: ${name}`);
  });
  return evidence;
}

function meant(ws: OpenWorkspace, { evidence, owner, engagement }: AttestRequest): string[] {
  if (evidence !== undefined) {
    const ids = [...new Set(evidence.map((text) => resolve.evidence(ws, text).id))];
    const others = owner === undefined ? [] : ids.filter((id) => !same(ownerOf(ws, id), owner));
    if (others.length === 0) return ids;
    return refuse({ code: 'invalid-input', detail: `Not all of it is owned by ${owner}.`, where: 'owner' });
  }
  if (owner === undefined)
    return refuse({ code: 'invalid-input', detail: 'Name the evidence, or its owner.', where: 'evidence' });
  const found = readRegister(ws, { owner, engagement }).map((one) => one.evidence.id);
  return found.length > 0
    ? found
    : refuse({ code: 'not-found', what: 'evidence', id: `of the owner ${owner}` });
}

const ownerOf = (ws: OpenWorkspace, id: string) =>
  get<{ owner: string }>(ws.db, 'SELECT owner FROM evidence WHERE id = ?', id)?.owner ?? '';

/** Declares a material change of systems; answers the act and how much evidence is about them. */
export function declareChange(
  ws: OpenWorkspace,
  declared: { readonly systems: readonly string[]; readonly what: string; readonly on?: string | undefined },
): { fact: ProgrammeFactRow; evidence: number } {
  demandPast(ws, declared.on, 'A change is declared once it was made', 'on');
  const systems = [...new Set(declared.systems.map((name) => name.toWellFormed().trim()))];
  const about = { engagement: NO_ENGAGEMENT, record: `workspace:${ws.workspace}` };
  const fact = stateAct(ws, 'evidence.change@1', 'change', {
    ...about,
    systems,
    what: declared.what.toWellFormed(),
    on: declared.on ?? today(ws),
  });
  const evidence = new Set(
    systems.flatMap((system) => readRegister(ws, { system }).map((one) => one.evidence.id)),
  );
  return { fact, evidence: evidence.size };
}

/** Lays a legal hold on evidence, or lifts every hold that stands on it here; answers how many it changed. */
export function holdEvidence(
  ws: OpenWorkspace,
  named: readonly string[],
  { on, reason }: { readonly on: boolean; readonly reason: string },
): { changed: number; held: number } {
  const ids = [...new Set(named.map((text) => resolve.evidence(ws, text).id))];
  const held = new Map(ids.map((id) => [id, holdsOn(ws.db, id).map((hold) => hold.id)]));
  const changing = on ? ids : ids.filter((id) => held.get(id)?.length !== 0);
  stateActs(ws, 'evidence.hold@1', changing, (id, seq) => {
    const lifts = on ? [] : (held.get(id) ?? []);
    const fact = {
      engagement: NO_ENGAGEMENT,
      record: `evidence:${id}`,
      on,
      reason: reason.toWellFormed(),
      lifts,
    };
    const said = on ? 'Put under a legal hold' : 'Legal hold lifted';
    return withCustody(ws, id, seq, actDraft(ws, 'hold', fact), (name) => `${said}: ${name}`);
  });
  return { changed: changing.length, held: ids.filter((id) => holdsOn(ws.db, id).length > 0).length };
}
