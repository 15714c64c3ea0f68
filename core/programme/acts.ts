import { factById } from '../../db/queries/programme.ts';
import { type SupersedingKind, wordsKnown } from '../../db/queries/words.ts';
import type { ProgrammeFactRow } from '../../shared/contract/programme.ts';
import { mayAttest } from '../../shared/domain/permissions.ts';
import { mayAccept } from '../../shared/domain/programme/acceptance.ts';
import {
  MOST_NAMED,
  PROGRAMME_FACTS,
  type ProgrammeFact,
  type ProgrammeFactKind,
  type SeenHeads,
} from '../../shared/domain/programme/facts.ts';
import { isOnScale } from '../../shared/domain/programme/maturity.ts';
import { PROGRAMME_FIELDS } from '../../shared/domain/programme/shapes.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { append, type Draft, nextSequence } from '../ledger/append.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { demandComing, demandPast } from './days.ts';
import { ownership } from './owners.ts';
import { findRecord, type WhichRecord } from './records.ts';

/**
 * An act as a draft. Acts that may be stated again in the same words carry the number of their entry, so that each is
 * one of its own; any other stated twice is one: its id commits to the writer and the values.
 */
export function actDraft<K extends ProgrammeFactKind>(
  ws: OpenWorkspace,
  kind: K,
  fact: ProgrammeFact<K>,
): Draft & { readonly id: string } {
  const again = 'seq' in PROGRAMME_FACTS[kind].shape ? { seq: nextSequence(ws) } : {};
  const value = PROGRAMME_FACTS[kind].parse({ ...again, ...fact }) as Json;
  const id = factId(sha256, kind, ws.writer.id, value);
  return { id, record: `${kind}:${id}`, field: 'fact', value };
}

/** States an act that stands for good and seals it at once under the member's key. */
export function stateAct<K extends ProgrammeFactKind>(
  ws: OpenWorkspace,
  action: string,
  kind: K,
  fact: ProgrammeFact<K>,
): ProgrammeFactRow {
  const { id, ...draft } = actDraft(ws, kind, fact);
  ws.db.transaction(() => {
    append(ws, action, [draft]);
    sealOpen(ws);
  })();
  return factById(ws.db, id) ?? refuse({ code: 'not-found', what: kind, id });
}

const MEASURED = ['kpi', 'maturity'];

/** Records a value on a day (today where none is named). */
export function measure(
  ws: OpenWorkspace,
  which: WhichRecord,
  measured: { readonly value: number; readonly day?: string | undefined; readonly note: string },
): ProgrammeFactRow {
  const row = findRecord(ws, which);
  if (!MEASURED.includes(row.kind))
    refuse({
      code: 'invalid-input',
      detail: `A ${row.kind} is not measured; a KPI or a maturity dimension is.`,
      where: 'record',
    });
  const { value, note } = measured;
  const scale =
    row.kind === 'maturity' ? PROGRAMME_FIELDS.maturity.scale.safeParse(row.body.scale).data : undefined;
  if (scale !== undefined && !isOnScale(value, scale))
    refuse({
      code: 'invalid-input',
      detail: `A rating lies between 0 and ${scale}, the end of its scale; ${value} does not.`,
      where: 'value',
    });
  demandPast(ws, measured.day, 'A value is measured on a day that has come', 'day');
  const fact = {
    engagement: row.engagement,
    record: row.record,
    day: measured.day ?? today(ws),
    value,
    note,
    ...known(ws, 'measurement', row.record),
  };
  return stateAct(ws, 'programme.measure@2', 'measurement', fact);
}

const ATTESTED = ['criterion', 'gate', 'phase', 'milestone', 'action'];

/** States in the caller's own name whether a criterion or gate is met. */
export function attest(
  ws: OpenWorkspace,
  which: WhichRecord,
  said: { readonly met: boolean; readonly statement: string; readonly until: string | null },
): ProgrammeFactRow {
  demand(mayAttest(ws.member().role));
  const row = findRecord(ws, which);
  if (!ATTESTED.includes(row.kind))
    refuse({
      code: 'invalid-input',
      detail: `A ${row.kind} is not attested; a criterion or gate is.`,
      where: 'record',
    });
  demandComing(ws, said.until);
  const fact = {
    engagement: row.engagement,
    record: row.record,
    ...said,
    statement: said.statement.toWellFormed(),
    ...known(ws, 'attestation', row.record),
  };
  return stateAct(ws, 'programme.attest@3', 'attestation', fact);
}

/** The acts on a record that whoever acts here and now knows: theirs comes after those. */
export function known(
  ws: OpenWorkspace,
  kind: SupersedingKind,
  record: string,
): Pick<ProgrammeFact<SupersedingKind>, 'after'> {
  const after = wordsKnown(ws.db, kind, record, { writer: ws.writer.id, today: today(ws) });
  return afterOf(after);
}

/** What an act comes after: of each writer the last of these places. */
export function afterOf(places: SeenHeads): { after?: SeenHeads } {
  const last = new Map<string, SeenHeads[number]>();
  for (const place of places) if (place[1] > (last.get(place[0])?.[1] ?? 0)) last.set(place[0], place);
  return last.size === 0 ? {} : { after: [...last.values()].slice(0, MOST_NAMED) };
}

/** Accepts a risk, or approves an exception from what a record asks. */
export function accept(
  ws: OpenWorkspace,
  which: WhichRecord,
  said: {
    readonly as: 'risk-acceptance' | 'exception';
    readonly reason: string;
    readonly compensating: string;
    readonly expires: string | null;
  },
): ProgrammeFactRow {
  const row = findRecord(ws, which);
  if (said.as === 'risk-acceptance' && row.kind !== 'risk')
    refuse({
      code: 'invalid-input',
      detail: 'Only a risk is accepted; approve an exception instead.',
      where: 'record',
    });
  demand(mayAccept(said, ownership(ws.db, row, ws.member().id), today(ws)));
  const { as: kind, reason, compensating, expires } = said;
  const fact = { engagement: row.engagement, record: row.record, kind, reason, compensating, expires };
  return stateAct(ws, 'programme.accept@1', 'acceptance', fact);
}

/** Takes an acceptance back; it stays in the ledger beside its withdrawal. */
export function withdraw(ws: OpenWorkspace, acceptance: string, reason: string): ProgrammeFactRow {
  const id = acceptance.replace(/^acceptance:/, '');
  const found = factById(ws.db, id);
  if (found?.kind !== 'acceptance') return refuse({ code: 'not-found', what: 'acceptance', id: acceptance });
  const fact = { engagement: found.engagement, record: `acceptance:${id}`, reason };
  return stateAct(ws, 'programme.accept@1', 'withdrawal', fact);
}
