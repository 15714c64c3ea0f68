import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkDrafts, placesOf } from '../../core/evidence/add-evidence.ts';
import { attestEvidence } from '../../core/evidence/evidence-acts.ts';
import { listRegister, readRegister } from '../../core/evidence/register.ts';
import { createCore } from '../../core/index.ts';
import { append } from '../../core/ledger/append.ts';
import { systemPorts } from '../../core/ports.ts';
import { type OpenWorkspace, sealAndClose } from '../../core/workspace/open-workspace.ts';
import { unlockWorkspace } from '../../core/workspace/unlock-workspace.ts';
import type { Database } from '../../db/driver.ts';
import { bigCatalog } from '../support/big-catalog.ts';
import type { Bench } from './benches.ts';
import { times } from './report.ts';

const PASSPHRASE = 'a passphrase for the bench';
const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 };
const AMOUNT = Number(process.env.BINDERY_BENCH_EVIDENCE ?? 10_000);
const CONTROLS = 1000;
const DAY = 86_400_000;

/** The evidence register with what is due in it, beside the same rows read by raw SQL. */
export const registers: Bench = {
  name: 'register of 10,000 pieces of evidence',
  async run(dir) {
    const workspace = join(dir, 'w');
    await fill(dir, workspace);
    const ws = await unlockWorkspace(systemPorts, { dir: workspace, passphrase: PASSPHRASE });
    try {
      const today = new Date().toISOString().slice(0, 10);
      const page = { sort: 'due', offset: 0, limit: 200 } as const;
      const floor = await times(5, () => rawRegister(ws.db, today));
      const listed = await times(5, () => void listRegister(ws, page));
      const narrow = await times(
        5,
        () => void listRegister(ws, { ...page, text: 'Review 77', only: 'stale' }),
      );
      const judged = await times(5, () => void readRegister(ws, {}));
      const common = { unit: 'pieces', amount: AMOUNT, floorName: 'the same rows in raw SQL', floor };
      return [
        { ...common, what: 'a page of the register with every lane counted', ours: listed },
        { ...common, what: 'a page of it found by words and lane', ours: narrow },
        { ...common, what: 'the whole register judged', ours: judged },
      ];
    } finally {
      sealAndClose(ws);
    }
  },
};

/** Evidence on a thousand controls, a tenth attested, of ten systems, one of which changed. */
async function fill(dir: string, workspace: string): Promise<void> {
  const core = await createCore({ shell: 'test', home: dir, cost: CHEAP });
  const api = core.client;
  await api.workspace.create({ name: 'W', member: 'Ada', passphrase: PASSPHRASE, dir: workspace });
  const catalog = join(dir, 'catalog.json');
  writeFileSync(catalog, bigCatalog(CONTROLS));
  const { files } = await api.frameworks.import({ files: [{ path: catalog }], dryRun: false });
  await api.engagements.create({ name: 'E', frameworks: [files[0]?.framework?.id ?? ''] });
  const { rows } = await api.controls.list({ limit: CONTROLS, engagement: 'E' });
  await core.close();
  const ws = await unlockWorkspace(systemPorts, { dir: workspace, passphrase: PASSPHRASE });
  ws.db.transaction(() => {
    for (let n = 0; n < AMOUNT; n += 1) putEvidence(ws, n, rows[n % rows.length]?.id ?? '');
  })();
  const named = ws.db.prepare('SELECT id FROM evidence ORDER BY id LIMIT ?').pluck();
  const evidence = named.all(AMOUNT / 10) as string[];
  attestEvidence(ws, { evidence, met: true, statement: 'It holds.', until: null });
  sealAndClose(ws);
}

/** As an intake writes it, but for the bytes in the vault. */
function putEvidence(ws: OpenWorkspace, n: number, control: string): void {
  const id = ws.ports.ids.next();
  const record = `evidence:${id}`;
  const day = (ahead: number) => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
  const file = {
    name: `review-${n}.txt`,
    sha256: n.toString(16).padStart(64, '0'),
    bytes: 9,
    mediaType: 'text/plain',
  };
  const values = {
    title: `Review ${n}`,
    files: { revision: 1, files: [file] },
    collected: day(-(n % 60)),
    expires: day((n % 400) - 20),
    owner: `Owner ${n % 40}`,
    systems: [`System ${n % 10}`],
  };
  const [place] = placesOf(ws, { engagement: 'E', control });
  append(ws, 'evidence.add@2', [
    ...Object.entries(values).map(([field, value]) => ({ record, field, value })),
    ...(place === undefined ? [] : linkDrafts(id, place, true)),
  ]);
}

/** What the register is made of, asked once and handed over as it comes. */
function rawRegister(db: Database, today: string): void {
  const ask = (sql: string, ...values: unknown[]) => db.prepare(sql).all(...values);
  ask('SELECT count(*) FROM evidence WHERE expires < ?', today);
  ask(
    'SELECT id, reference, title, owner, collected, last_verified, expires, added_at, systems, held FROM evidence',
  );
  ask(
    `SELECT l.evidence, a.target, c.label, c.title, a.engagement FROM link l
       JOIN assessment a ON a.id = l.assessment JOIN control c ON c.id = a.target`,
  );
  ask(
    `SELECT record, kind, max(at) FROM programme_fact WHERE record >= 'evidence:' AND record < 'evidence;' GROUP BY record, kind`,
  );
  ask('SELECT * FROM evidence ORDER BY expires LIMIT 200');
}
