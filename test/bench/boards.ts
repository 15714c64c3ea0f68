import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCore } from '../../core/index.ts';
import { write } from '../../core/ledger/append.ts';
import { sha256 } from '../../core/ledger/keys.ts';
import { sealOpen } from '../../core/ledger/seal.ts';
import { type Ports, systemPorts } from '../../core/ports.ts';
import { boardOf, boardOn } from '../../core/programme/board.ts';
import { dashboardSummary } from '../../core/programme/dashboard.ts';
import {
  type OpenWorkspace,
  sealAndClose,
  withScratchDatabase,
} from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import type { Database } from '../../db/driver.ts';
import { signedAssessment } from '../../db/projection/kinds/assessment.ts';
import { copyLedger, replay } from '../../db/projection/rebuild.ts';
import { type SignedAssessment, signOffDigest } from '../../shared/domain/sign-off.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import type { Bench } from './benches.ts';
import { times } from './report.ts';

const PASSPHRASES = { Ada: 'a passphrase for the bench', Rita: 'another one for the bench' } as const;
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };
const CONTROLS = 1000;
/** A thousand controls for so many systems. */
const SUBJECTS = Number(process.env.BINDERY_BENCH_SUBJECTS ?? 100);
const DAY = 86_400_000;

/** A dashboard over many assessments, and the same for a past day. */
export const boards: Bench = {
  name: 'dashboards of 100,000 assessments',
  async run(dir) {
    const workspace = join(dir, 'w');
    await fill(dir, workspace);
    const ws = await unlockWorkspace(systemPorts, { dir: workspace, passphrase: PASSPHRASES.Ada });
    try {
      const amount = CONTROLS * SUBJECTS;
      const ours = await times(5, () => void boardOf(ws, 'E'));
      const today = new Date().toISOString().slice(0, 10);
      const floor = await times(5, () => rawAggregates(ws.db, today));
      // Opened by a session of its own each time, with its trend, its queue and what to do next.
      const opened = await times(5, () => void dashboardSummary({ ...ws }, 'E'));
      const openedRaw = await times(5, () => rawOverview(ws.db));
      const shown = {
        what: `dashboard of ${amount.toLocaleString('en')} assessments`,
        unit: 'dashboards',
        amount: 1,
      };
      const overview = {
        ...shown,
        what: `overview of ${amount.toLocaleString('en')} assessments, first opened`,
      };
      const past = {
        what: `dashboard of a past day, ${amount.toLocaleString('en')} assessments`,
        unit: 'dashboards',
        amount: 1,
      };
      // Every look from a session of its own, so that none is answered from what the session keeps.
      const tomorrow = () => ({ ...ws, now: () => Date.now() + DAY });
      const asOf = await times(
        1,
        async () => void (await boardOn(tomorrow(), { engagement: 'E', asOf: today })),
      );
      const replayed = await times(1, () => replayAll(ws));
      return [
        { ...shown, ours, floorName: 'the same aggregates in raw SQL', floor },
        { ...overview, ours: opened, floorName: 'the same aggregates in raw SQL', floor: openedRaw },
        { ...past, ours: asOf, floorName: 'a replay of the same entries', floor: replayed },
      ];
    } finally {
      sealAndClose(ws);
    }
  },
};

/** Ports whose clock is so many days behind: work of half a year, done in a minute. */
const daysAgo = (days: number): Ports => ({
  ...systemPorts,
  clock: { now: () => Date.now() - days * DAY },
});

/**
 * Half a year of work: results for every control and subject, a fifth of them prepared by Ada and accepted by Rita, some
 * on evidence. Later some change and are signed again, and some evidence is renewed.
 */
async function fill(dir: string, workspace: string): Promise<void> {
  const core = await createCore({ shell: 'test', home: dir, cost: CHEAP, ports: daysAgo(180) });
  const api = core.client;
  await api.workspace.create({ name: 'W', member: 'Ada', passphrase: PASSPHRASES.Ada, dir: workspace });
  await api.members.add({ name: 'Rita', role: 'reviewer', passphrase: PASSPHRASES.Rita });
  const catalog = join(dir, 'catalog.json');
  writeFileSync(catalog, bigCatalog(CONTROLS));
  const { files } = await api.frameworks.import({ files: [{ path: catalog }], dryRun: false });
  const names = Array.from({ length: SUBJECTS }, (_, n) => `System ${n + 1}`);
  await api.engagements.create({ name: 'E', frameworks: [files[0]?.framework?.id ?? ''], subjects: names });
  await api.programme.put({ kind: 'cadence', fields: { refreshDays: 160 } });
  const { rows } = await api.controls.list({ limit: CONTROLS, engagement: 'E' });
  const controls = rows.map((row) => row.id);
  for (const subject of names) await api.assessments.setMany({ controls, subject, result: 'satisfied' });
  for (let n = 0; n < 100; n += 1) {
    const file = join(dir, `e${n}.txt`);
    writeFileSync(file, `evidence ${n}`);
    const expires = new Date(Date.now() + (n - 30) * DAY).toISOString().slice(0, 10);
    const links = names.slice(0, 10).map((subject) => ({ control: `G${n % 25}-${(n % 40) + 1}`, subject }));
    await api.evidence.add({ files: [{ path: file }], together: false, expires, links });
  }
  for (const [n, title] of ['Old keys', 'No backups', 'One cloud'].entries())
    await api.programme.put({
      kind: 'risk',
      fields: { title, severity: 'P1', likelihood: n + 1, impact: 4 },
    });
  await core.close();
  await sign(workspace, { Ada: 120, Rita: 100 }, `SELECT id, digest FROM assessment ORDER BY id`, 5);
  await change(dir, workspace, { controls, names });
  await sign(workspace, { Ada: 50, Rita: 40 }, `SELECT id, digest FROM assessment WHERE voided = 1`, 2);
}

/** Other results for some of what was accepted, and other days for some evidence. */
async function change(
  dir: string,
  workspace: string,
  { controls, names }: { readonly controls: readonly string[]; readonly names: readonly string[] },
): Promise<void> {
  const core = await createCore({ shell: 'test', home: dir, cost: CHEAP, ports: daysAgo(60) });
  const api = core.client;
  await api.workspace.unlock({ dir: workspace, passphrase: PASSPHRASES.Ada });
  for (const subject of names.slice(0, 50))
    await api.assessments.setMany({ controls: controls.slice(0, 100), subject, result: 'not-satisfied' });
  const { rows } = await api.evidence.list({ limit: 20 });
  const expires = new Date(Date.now() + 90 * DAY).toISOString().slice(0, 10);
  for (const { id } of rows) await api.evidence.update({ evidence: id, expires });
  await core.close();
}

/** Ada prepares and Rita accepts, each so many days ago, every so manieth of what is chosen. */
async function sign(
  workspace: string,
  days: Readonly<Record<keyof typeof PASSPHRASES, number>>,
  chosen: string,
  step: number,
): Promise<void> {
  let ids: readonly string[] | null = null;
  for (const [name, capacity] of [
    ['Ada', 'preparer'],
    ['Rita', 'reviewer'],
  ] as const) {
    const ports = daysAgo(days[name]);
    const ws = await unlockWorkspace(ports, { dir: workspace, passphrase: PASSPHRASES[name] });
    ids ??= (ws.db.prepare(chosen).all() as { id: string }[])
      .map(({ id }) => id)
      .filter((_, index) => index % step === 0);
    signAll(ws, capacity, ids);
    sealAndClose(ws);
  }
}

/** As many sign-offs in one entry as make the setting up bearable; their rows are those of single ones. */
function signAll(ws: OpenWorkspace, capacity: 'preparer' | 'reviewer', ids: readonly string[]): void {
  const known = ws.db.prepare('SELECT id FROM sign_off WHERE record = ? ORDER BY id');
  const facts = ids.map((record) => {
    const after = (known.all(record) as { id: string }[]).map(({ id }) => id);
    const signed = signedAssessment(ws.db, record) as SignedAssessment;
    const digest = signOffDigest(sha256, signed);
    const value = {
      ...{ kind: 'assessment', capacity, verdict: 'signed', note: '', record, digest },
      ...{ after, signed: signed as unknown as Json, passphraseSetByOther: false },
    };
    const id = factId(sha256, 'signoff', ws.writer.id, value);
    return { record: `signoff:${id}`, field: 'fact', parents: [], value };
  });
  ws.db.transaction(() => {
    for (let at = 0; at < facts.length; at += 500) write(ws, 'review.sign@1', facts.slice(at, at + 500));
    sealOpen(ws);
  })();
}

/** What the dashboard counts, asked one by one and handed over as it comes. */
function rawAggregates(db: Database, today: string): void {
  const [{ id }] = db.prepare('SELECT id FROM engagement').all() as [{ id: string }];
  const ask = (sql: string, ...values: unknown[]) => db.prepare(sql).all(...values);
  ask('SELECT result, count(*) FROM assessment WHERE engagement = ? GROUP BY result', id);
  ask('SELECT status, count(*) FROM assessment WHERE engagement = ? GROUP BY status', id);
  ask(
    `SELECT c.group_path, a.status, a.result, count(*) FROM assessment a JOIN control c ON c.id = a.target
      WHERE a.engagement = ? AND c.withdrawn IS NULL GROUP BY 1, 2, 3`,
    id,
  );
  ask('SELECT group_path, count(*) FROM control WHERE withdrawn IS NULL GROUP BY 1');
  ask(
    `SELECT c.group_path, count(DISTINCT a.id) FROM assessment a JOIN control c ON c.id = a.target
       JOIN link l ON l.assessment = a.id JOIN evidence v ON v.id = l.evidence
      WHERE a.engagement = ? AND a.status = 'accepted' AND v.expires < ? GROUP BY 1`,
    id,
    today,
  );
  ask(
    `SELECT group_path, day, count(*) FROM (
       SELECT c.group_path, max(substr(s.at, 1, 10)) day FROM assessment a JOIN control c ON c.id = a.target
         JOIN sign_off s ON s.record = a.id AND s.digest = a.digest AND s.capacity <> 'preparer' AND s.verdict = 'signed'
        WHERE a.engagement = ? AND a.status = 'accepted' GROUP BY a.id) GROUP BY 1, 2`,
    id,
  );
  ask(
    `SELECT v.expires, count(*) FROM evidence v WHERE EXISTS (
       SELECT 1 FROM link l JOIN assessment a ON a.id = l.assessment WHERE l.evidence = v.id AND a.engagement = ?)
      GROUP BY 1`,
    id,
  );
}

/** What the overview counts, with what became decided and accepted on which day, asked one by one. */
function rawOverview(db: Database): void {
  const [{ id }] = db.prepare('SELECT id FROM engagement').all() as [{ id: string }];
  const ask = (sql: string) => db.prepare(sql).all(id);
  const standing =
    'FROM assessment a JOIN control c ON c.id = a.target WHERE a.engagement = ? AND c.withdrawn IS NULL';
  ask(`SELECT a.result, a.status, count(*) ${standing} GROUP BY 1, 2`);
  ask(`SELECT c.group_path, a.result, a.status, count(*) ${standing} GROUP BY 1, 2, 3`);
  ask('SELECT status, voided, conflicts > 0, count(*) FROM assessment WHERE engagement = ? GROUP BY 1, 2, 3');
  ask(
    `SELECT v.expires, count(*) FROM evidence v WHERE EXISTS (
       SELECT 1 FROM link l JOIN assessment a ON a.id = l.assessment WHERE l.evidence = v.id AND a.engagement = ?) GROUP BY 1`,
  );
  ask(
    `SELECT day, count(*) FROM (
       SELECT min(substr(e.time, 1, 10)) day FROM assessment a
         JOIN operation o ON o.record = 'assessment:' || a.id AND o.field = 'result' AND o.value <> '"not-reviewed"'
         JOIN entry e ON e.writer = o.writer AND e.seq = o.seq WHERE a.engagement = ? GROUP BY a.id) GROUP BY 1`,
  );
  ask(
    `SELECT day, count(*) FROM (
       SELECT max(substr(s.at, 1, 10)) day FROM assessment a
         JOIN sign_off s ON s.record = a.id AND s.digest = a.digest AND s.capacity <> 'preparer' AND s.verdict = 'signed'
        WHERE a.engagement = ? AND a.status = 'accepted' GROUP BY a.id) GROUP BY 1`,
  );
}

/** The floor of a past day: the same ledger copied into an empty database and replayed there. */
function replayAll(ws: OpenWorkspace): Promise<void> {
  return withScratchDatabase(ws, (db) => {
    db.transaction(() => {
      copyLedger(ws.db, db);
      replay({ db, sha256, framework: ws.framework });
    })();
  });
}
