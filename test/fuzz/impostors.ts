import { write } from '../../core/ledger/append.ts';
import { nextSequence } from '../../core/ledger/chain.ts';
import { sha256 } from '../../core/ledger/keys.ts';
import { reconsider } from '../../core/ledger/reconsider.ts';
import { sealOpen } from '../../core/ledger/seal.ts';
import { frameworkBlobs, type OpenWorkspace } from '../../core/workspace/open-workspace.ts';
import { checklistWorkId, signedAssessment, signedChecklist } from '../../db/projection/kinds/assessment.ts';
import { signOffIdsOf } from '../../db/queries/assessments.ts';
import { headPositions } from '../../db/queries/ledger.ts';
import { all, get } from '../../db/sql.ts';
import { assessmentId, deriveId } from '../../shared/domain/identity.ts';
import { type SignedValues, signOffDigest } from '../../shared/domain/sign-off.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Operation, Position } from '../../shared/ledger/entry.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { withModifiedClient } from '../support/modified-client.ts';
import { dice } from '../support/replicas.ts';
import { makeEngagement, OWNER, type TestWorkspace } from '../support/workspaces.ts';
import { pick, type Roll } from './history.ts';

/** Who has a program of their own, beside the owner, who keeps to the rules while the binder is composed. */
const MEMBERS = { Ann: 'auditor', Pat: 'auditor', Rita: 'reviewer', Rob: 'reviewer', Vic: 'viewer' } as const;
type Member = keyof typeof MEMBERS | typeof OWNER;
/** How often each is on stage: those most whose access may end. */
const TROUPE: readonly Member[] = [
  'Ann',
  'Pat',
  'Pat',
  'Pat',
  'Rita',
  'Rita',
  'Rob',
  'Rob',
  'Vic',
  OWNER,
  OWNER,
];
/** Whose right to their work may end, as of before much of it, and what is left to them. */
const LEAVERS = { Pat: ['none', 'viewer', 'reviewer'], Rob: ['none', 'viewer', 'auditor'] } as const;
type Leaver = keyof typeof LEAVERS;

const HOUR = 3_600_000;
const MADE_UP = ['aa', 'bb'].map((part) => part.repeat(16));
/** No file has this: the vault holds nothing of it. */
export const NO_FILE = 'c'.repeat(64);

/** A text that somebody wrote, with where it stands. */
interface Words {
  readonly text: string;
  readonly by: Member;
  readonly at: Position;
  /** Whether its author had no right to write it, whenever they did. */
  readonly unjust: boolean;
}

/** What was played, for whoever composes a binder of it. */
export interface Played {
  readonly w: TestWorkspace;
  /** Evidence that is there. */
  readonly evidence: readonly string[];
  /** Texts that nobody had the right to write. */
  readonly unjust: readonly string[];
  /** Texts of members whose access had ended before. */
  readonly refused: readonly string[];
  /** What everybody did, in short, for whoever has to understand a seed that fails. */
  readonly trail: readonly string[];
}

interface Stage {
  readonly ws: OpenWorkspace;
  readonly by: Member;
  readonly roll: Roll;
  /** Files that the vault holds, each with its size. */
  readonly files: readonly { readonly sha256: string; readonly bytes: number }[];
  readonly evidence: readonly string[];
  /** Values that stood somewhere at some time, to be signed when they stand no more. */
  readonly stale: SignedValues[];
  /** A text that nobody else writes. */
  readonly words: string;
}

type Op = Omit<Operation, 'parents'>;
type Act = (stage: Stage) => { readonly action: string; readonly ops: readonly Op[] } | null;

/** One story from a seed: honest work, then members whose programs ask no rule, of whom some lose their access. */
export async function playImpostors(seed: number): Promise<Played> {
  const roll = dice(seed * 7_368_787 + 5);
  const w = await makeEngagement(MEMBERS, ['Payroll']);
  await workHonestly(w);
  const { rows } = await w.api.evidence.list({});
  const evidence = rows.map(({ id }) => id);
  const files = rows.flatMap((row) => row.files.map((file) => ({ sha256: file.sha256, bytes: file.bytes })));
  const trail: string[] = [];
  const words: Words[] = [];
  const ends = new Map<Member, Readonly<Record<string, number>>>();
  const stale: SignedValues[] = [];
  for (let turns = 6 + roll(8); turns > 0; turns -= 1) {
    const by = pick(
      roll,
      TROUPE.filter((one) => !ends.has(one)),
    );
    await onStage(w, by, (ws) => {
      for (let acts = 1 + roll(3); acts > 0; acts -= 1) {
        const text = `What ${by} wrote, number ${trail.length}`;
        const name = actOf(by, roll);
        const stage = { ws, by, roll, files, evidence: [...evidence, ...MADE_UP], stale, words: text };
        const at = perform(stage, ACTS[name] as Act);
        trail.push(`${by} ${name}${at === null ? ' (nothing)' : ''}`);
        if (at !== null) words.push({ text, by, at, unjust: isUnjust(by, name) });
      }
    });
    const leaver = pick(roll, Object.keys(LEAVERS) as Leaver[]);
    if (roll(5) > 0 || ends.has(leaver)) continue;
    ends.set(leaver, await endAccess(w, leaver, roll));
    trail.push(`the access of ${leaver} ends`);
  }
  await onStage(w, OWNER, () => {});
  const isRefused = ({ by, at: [writer, seq] }: Words) => {
    const cutoff = ends.get(by);
    return cutoff !== undefined && seq > (cutoff[writer] ?? 0);
  };
  return {
    ...{ w, evidence, trail },
    unjust: words.flatMap((one) => (one.unjust ? [one.text] : [])),
    refused: words.flatMap((one) => (isRefused(one) ? [one.text] : [])),
  };
}

/** What is there before anybody goes beyond the rules: a check with evidence that two people signed. */
async function workHonestly(w: TestWorkspace): Promise<void> {
  const { assessments, evidence, review } = w.api;
  await assessments.set({ control: 'AC-1', result: 'satisfied', note: 'Seen by somebody of the team.' });
  for (const name of ['ada.txt', 'bob.txt'])
    await evidence.add({ files: [{ path: w.file(name, name) }], links: [{ control: 'AC-1' }] });
  await review.sign({ kind: 'assessment', id: 'AC-1', as: 'preparer' });
  await w.as('Rita');
  await review.sign({ kind: 'assessment', id: 'AC-1', as: 'reviewer' });
  await w.as(OWNER);
}

/** Opens the workspace as a member, and judges afterwards what they wrote as every other copy would. */
async function onStage(w: TestWorkspace, by: Member, run: (ws: OpenWorkspace) => void): Promise<void> {
  await withModifiedClient(w, by, async ({ ws }) => {
    await ws.loadFrameworks(frameworkBlobs(ws.db).blobs);
    run(ws);
    reconsider(ws);
  });
}

/** Writes one entry of what an act makes up, at some time, over some of what stands there or over nothing. */
function perform(stage: Stage, act: Act): Position | null {
  const { ws, roll } = stage;
  const made = act(stage);
  if (made === null) return null;
  const ops = [...new Map(made.ops.map((op) => [`${op.record} ${op.field}`, op])).values()];
  const skew = pick(roll, [0, 0, 0, -400 * 24 * HOUR, -HOUR, 5 * HOUR, 2000 * 24 * HOUR]);
  const kernel = { ...ws, now: () => Date.now() + skew };
  return ws.db.transaction(() => {
    const at: Position = [ws.writer.id, nextSequence(ws)];
    write(
      kernel,
      made.action,
      ops.map((op) => ({ ...op, parents: op.field === 'fact' ? [] : parentsOf(stage, op) })),
    );
    sealOpen(kernel);
    return at;
  })();
}

function parentsOf({ ws, roll }: Stage, { record, field }: Op): Position[] {
  const dealt = roll(10);
  if (dealt < 5) return headPositions(ws.db, record, field);
  if (dealt < 7) return [];
  const sql = 'SELECT DISTINCT writer, seq FROM operation WHERE record = ? AND field = ?';
  return all<{ writer: string; seq: number }>(ws.db, sql, record, field)
    .filter(() => roll(2) === 0)
    .map(({ writer, seq }): Position => [writer, seq]);
}

/** Ends somebody's access as of some moment that is long gone; answers up to where their entries count. */
async function endAccess(w: TestWorkspace, leaver: Leaver, roll: Roll): Promise<Record<string, number>> {
  let member = '';
  await withModifiedClient(w, leaver, ({ ws }) => {
    member = ws.writer.member;
  });
  const cutoff: Record<string, number> = {};
  await onStage(w, OWNER, (ws) => {
    cutoff[ws.writer.id] = 1;
    const sql = `SELECT e.writer, max(e.seq) seq FROM entry e JOIN writer w ON w.id = e.writer WHERE w.member = ? GROUP BY 1`;
    for (const { writer, seq } of all<{ writer: string; seq: number }>(ws.db, sql, member))
      if (roll(3) > 0) cutoff[writer] = 1 + roll(seq);
    const value = { role: pick(roll, LEAVERS[leaver]), cutoff };
    const [record, field] = [`member:${member}`, 'role'];
    write(ws, 'member.role@1', [{ record, field, value, parents: headPositions(ws.db, record, field) }]);
    sealOpen(ws);
  });
  return cutoff;
}

const REVIEWING = ['accept', 'return', 'raise a note'];
const SIGNING = ['sign', 'sign the list', 'sign what is past'];

/** Reviewers write no values, preparers review nothing, and who only reads does neither. */
function isUnjust(by: Member, act: string): boolean {
  if (by === OWNER || SIGNING.includes(act))
    return by === 'Vic' || (by !== OWNER && MEMBERS[by] === 'reviewer');
  if (by === 'Vic') return true;
  return (MEMBERS[by] === 'reviewer') !== REVIEWING.includes(act);
}

/** Mostly something that is theirs to do. Who has every right reviews nothing: a review of one's own work is named as one. */
function actOf(by: Member, roll: Roll): string {
  const names = Object.keys(ACTS).filter((name) => by !== OWNER || !REVIEWING.includes(name));
  const just = names.filter((name) => !isUnjust(by, name));
  return pick(roll, just.length > 0 && roll(8) > 0 ? just : names);
}

const ACTS: Readonly<Record<string, Act>> = {
  assess: (stage) => {
    const { about, record } = checkOf(stage);
    const result = pick(stage.roll, ['satisfied', 'not-satisfied', 'not-applicable', 'not-reviewed']);
    const values = [
      { record, field: 'result', value: result },
      { record, field: 'note', value: stage.words },
    ];
    return { action: 'assess@1', ops: [...about, ...values.slice(stage.roll(2))] };
  },
  'assess two': (stage) => {
    const checks = [checkOf(stage), checkOf(stage)];
    const ops = checks.flatMap(({ about, record }) => [
      ...about,
      { record, field: 'note', value: stage.words },
    ]);
    return { action: 'assess.many@1', ops };
  },
  tie: (stage) => {
    const check = checkOf(stage);
    const note = { record: check.record, field: 'note', value: stage.words };
    return {
      action: 'evidence.link@1',
      ops: [...check.about, note, tie(pick(stage.roll, stage.evidence), check.id, true)],
    };
  },
  'take off': (stage) => {
    const { id, record } = checkOf(stage);
    const note = { record, field: 'note', value: stage.words };
    return { action: 'evidence.unlink@1', ops: [note, tie(pick(stage.roll, stage.evidence), id, false)] };
  },
  'add evidence': (stage) => {
    const check = checkOf(stage);
    const id = pick(stage.roll, stage.evidence);
    const ops = [title(stage, id), filesOf(stage, id), tie(id, check.id, true)];
    return { action: 'evidence.add@1', ops: [...check.about, ...ops] };
  },
  'name evidence': (stage) => ({
    action: 'evidence.update@1',
    ops: [title(stage, pick(stage.roll, stage.evidence)), dated(stage)],
  }),
  'revise evidence': (stage) => {
    const id = pick(stage.roll, stage.evidence);
    return { action: 'evidence.update@1', ops: [title(stage, id), filesOf(stage, id)] };
  },
  'remove evidence': (stage) => {
    const { ws, roll } = stage;
    const record = `evidence:${pick(roll, stage.evidence)}`;
    const known = all<{ writer: string; seq: number }>(
      ws.db,
      'SELECT writer, max(seq) seq FROM entry GROUP BY writer',
    );
    const seen = Object.fromEntries(
      known.filter(() => roll(5) > 0).map(({ writer, seq }) => [writer, seq - roll(2)]),
    );
    const value = roll(4) > 0 ? { seen } : { kept: true };
    return { action: 'evidence.remove@1', ops: [{ record, field: 'deleted', value }] };
  },
  'decide much at once': (stage) => {
    const { record } = checkOf(stage);
    const ops = [
      { record, field: 'note', value: stage.words },
      title(stage, pick(stage.roll, stage.evidence)),
      { record: 'note:any', field: 'answer', value: stage.words },
    ];
    return { action: 'conflict.resolve@1', ops };
  },
  'raise a note': (stage) => ({
    action: 'review.note@1',
    ops: [
      { record: 'note:any', field: 'raised', value: { record: checkOf(stage).record, text: stage.words } },
    ],
  }),
  sign: (stage) => signs(stage, 'preparer', signedAssessment(stage.ws.db, checkOf(stage).id)),
  accept: (stage) =>
    signs(
      stage,
      pick(stage.roll, ['reviewer', 'approver']),
      signedAssessment(stage.ws.db, checkOf(stage).id),
    ),
  return: (stage) => signs(stage, 'reviewer', signedAssessment(stage.ws.db, checkOf(stage).id), 'returned'),
  'sign the list': (stage) => {
    const { db } = stage.ws;
    const checklist = get<{ id: string }>(db, 'SELECT id FROM checklist')?.id ?? '';
    return signs(stage, 'preparer', signedChecklist(db, { ...placeIn(stage.ws), checklist }));
  },
  'sign what is past': (stage) =>
    stage.stale.length === 0 ? null : signs(stage, 'preparer', pick(stage.roll, stage.stale)),
};

function placeIn({ db }: OpenWorkspace): { engagement: string; subject: string } {
  const [engagement, subject] = ['engagement', 'subject'].map(
    (table) => get<{ id: string }>(db, `SELECT id FROM ${table}`)?.id ?? '',
  );
  return { engagement: engagement ?? '', subject: subject ?? '' };
}

/** Some control, item, or nothing at all, mostly told as what it is, and begun by whoever writes of it. */
function checkOf({ ws, roll, stale }: Stage) {
  const { db } = ws;
  const controls = all<{ id: string }>(db, 'SELECT id FROM control ORDER BY label').map(({ id }) => id);
  const items = all<{ id: string }>(db, 'SELECT id FROM item ORDER BY ord').map(({ id }) => id);
  const target = pick(roll, [
    ...controls.slice(0, 2),
    ...controls.slice(0, 1),
    ...items.slice(0, 2),
    'nothing',
  ]);
  const place = placeIn(ws);
  const id = assessmentId(sha256, place.engagement, target, place.subject);
  const isItem = items.includes(target) !== (roll(10) === 0);
  const value = { ...place, target, targetKind: isItem ? 'item' : 'control' };
  const standing = signedAssessment(db, id);
  if (standing !== null && roll(2) === 0) stale.push(standing);
  const record = `assessment:${id}`;
  return { id, record, about: roll(10) > 0 ? [{ record, field: 'about', value }] : [] };
}

const tie = (evidence: string, assessment: string, on: boolean): Op => ({
  record: `link:${deriveId(sha256, 'link', evidence, assessment)}`,
  field: 'state',
  value: { evidence, assessment, on },
});

const title = ({ words }: Stage, id: string): Op => ({
  record: `evidence:${id}`,
  field: 'title',
  value: words,
});

const dated = ({ roll, evidence }: Stage): Op => ({
  record: `evidence:${pick(roll, evidence)}`,
  field: pick(roll, ['collected', 'expires', 'periodFrom']),
  value: pick(roll, [null, '2026-01-01', '2027-02-02']),
});

/** Files that are here or never were, under any name and of any size. */
function filesOf({ roll, files }: Stage, id: string): Op {
  const made = Array.from({ length: roll(3) }, () => {
    const file = pick(roll, [...files, ...files, { sha256: NO_FILE, bytes: 4 }]);
    const bytes = roll(10) > 0 ? file.bytes : 77;
    return { name: pick(roll, ['x.txt', 'y.txt']), sha256: file.sha256, bytes, mediaType: 'text/plain' };
  });
  return { record: `evidence:${id}`, field: 'files', value: { revision: 1 + roll(3), files: made } };
}

/** A sign-off or a return of such values, after all that is there or after some of it. */
function signs(
  { ws, roll, stale, words }: Stage,
  capacity: string,
  signed: SignedValues | null,
  verdict: 'signed' | 'returned' = 'signed',
): ReturnType<Act> {
  if (signed === null) return null;
  stale.push(signed);
  const { kind, engagement, target, subject } = signed;
  const record =
    kind === 'checklist'
      ? checklistWorkId(sha256, engagement, target, subject)
      : assessmentId(sha256, engagement, target, subject);
  const named = signOffIdsOf(ws.db, record);
  const value = {
    ...{ kind, record, capacity, verdict, passphraseSetByOther: false, note: roll(3) > 0 ? '' : words },
    digest: signOffDigest(sha256, signed),
    after: roll(3) > 0 ? named : named.filter(() => roll(2) === 0),
    signed: signed as unknown as Json,
  };
  const action = verdict === 'signed' ? 'review.sign@1' : 'review.return@1';
  return {
    action,
    ops: [{ record: `signoff:${factId(sha256, 'signoff', ws.writer.id, value)}`, field: 'fact', value }],
  };
}
