import type { Database } from '../../../db/driver.ts';
import { baseOf, lineTo, placeOfHash, reach } from '../../../db/queries/branches.ts';
import { courierPeer, notePeer, noteReceived, receivedFrom } from '../../../db/queries/courier.ts';
import { conflictsOf, recordLabel } from '../../../db/queries/history.ts';
import { held, heldIds, knownVector } from '../../../db/queries/ledger.ts';
import { devices, memberNames } from '../../../db/queries/people.ts';
import { all } from '../../../db/sql.ts';
import type { CourierContent, CourierReport } from '../../../shared/contract/courier.ts';
import { actionWords } from '../../../shared/domain/change-words.ts';
import {
  COURIER_WORDS,
  type CourierManifest,
  type CourierVerdict,
  isTakenIn,
  placeOfBundle,
} from '../../../shared/domain/courier.ts';
import { memberIdOf } from '../../../shared/ledger/authority.ts';
import type { JobContext } from '../../jobs.ts';
import { keysOf } from '../../ledger/grants.ts';
import { sha256 } from '../../ledger/keys.ts';
import { receiveSegments } from '../../ledger/receive.ts';
import { writing } from '../../ledger/take-in.ts';
import { noteRecoveries } from '../../members/former-passphrases.ts';
import { frameworkBlobs, type OpenWorkspace } from '../../workspace/open-workspace.ts';
import { backUp } from './backup.ts';
import { manifestHash } from './container.ts';
import type { Openers } from './envelope.ts';
import { BundleFlaw, withBundle } from './open-bundle.ts';
import { recipientKey } from './recipients.ts';
import { type StagedBundle, withStaged } from './stage-bundle.ts';
import { type BundleFiles, bundlesAmong, lookAt } from './volumes.ts';

export interface TakeWish {
  readonly files: readonly string[];
  readonly passphrases: readonly string[];
  /** Only says what would happen. */
  readonly dryRun: boolean;
  /** Takes in what bears a number that another bundle had; for a device that was restored from a backup. */
  readonly replayed: boolean;
}

/**
 * Looks at bundles, or takes them in, each for itself: one that is refused changes nothing and stops no other. They
 * are taken in the order of their numbers, in whatever order they were named.
 */
export async function takeBundles(
  ws: OpenWorkspace,
  wish: TakeWish,
  job: JobContext,
): Promise<CourierReport[]> {
  const openers: Openers = { ledgerKey: ws.ledgerKey, passphrases: wish.passphrases };
  const looked = await Promise.all([...new Set(wish.files)].map((file) => lookAt(file)));
  const bundles = await inOrder(bundlesAmong(looked), openers);
  const reports: CourierReport[] = [];
  let backedUp = false;
  for (const bundle of bundles) {
    job.signal.throwIfAborted();
    reports.push(
      await takeOne(ws, bundle, openers, wish, job, () => {
        if (!backedUp) backUp(ws);
        backedUp = true;
      }),
    );
  }
  return reports;
}

/** By sender and number, as far as they open. */
async function inOrder(bundles: readonly BundleFiles[], openers: Openers): Promise<BundleFiles[]> {
  if (bundles.length < 2) return [...bundles];
  const keyed = await Promise.all(
    bundles.map(async (bundle) => {
      const manifest = await withBundle(bundle, openers, async (inside) => inside.manifest).catch(() => null);
      return { bundle, manifest };
    }),
  );
  return keyed
    .sort((a, b) => {
      if (a.manifest === null || b.manifest === null)
        return Number(a.manifest === null) - Number(b.manifest === null);
      const sender = a.manifest.from.device.localeCompare(b.manifest.from.device);
      return sender !== 0 ? sender : a.manifest.number - b.manifest.number;
    })
    .map(({ bundle }) => bundle);
}

async function takeOne(
  ws: OpenWorkspace,
  bundle: BundleFiles,
  openers: Openers,
  wish: TakeWish,
  job: JobContext,
  before: () => void,
): Promise<CourierReport> {
  const files = bundle.files.map(({ path }) => path);
  let manifest: CourierManifest | null = null;
  try {
    return await withBundle(bundle, openers, async (inside) => {
      manifest = inside.manifest;
      const place = judge(ws, manifest, wish.replayed);
      const willing = isTakenIn(place.verdict) || (place.verdict === 'replayed' && wish.replayed);
      const keep = willing && !wish.dryRun;
      return withStaged(ws, inside, keep, job, async (staged) => {
        if (!willing) return reportOf(ws, files, place, staged.manifest, null);
        if (wish.dryRun) return reportOf(ws, files, place, staged.manifest, await foresee(ws, staged));
        job.signal.throwIfAborted();
        before();
        const content = await apply(ws, staged);
        return reportOf(ws, files, place, staged.manifest, content, true);
      });
    });
  } catch (error) {
    if (!(error instanceof BundleFlaw)) throw error;
    const place = { verdict: error.verdict, because: error.message, missing: [...bundle.missing] };
    return reportOf(ws, files, place, manifest, null);
  }
}

interface Placed {
  readonly verdict: CourierVerdict;
  readonly because: string;
  /** Numbers of bundles that have not come, or of volumes. */
  readonly missing: readonly number[];
}

/** What a bundle is whose envelope and signature are in order. */
function judge(ws: OpenWorkspace, manifest: CourierManifest, replayed: boolean): Placed {
  const say = (verdict: CourierVerdict, because: string, missing: readonly number[] = []): Placed => ({
    verdict,
    because,
    missing,
  });
  if (manifest.workspace !== ws.workspace)
    return say('foreign', 'Nothing of it was taken in; open it in the workspace it is of.');
  if (manifest.from.device === ws.device.id) return say('own', 'Everything in it is here already.');
  const past = receivedFrom(ws.db, manifest.from.device, recipientKey(manifest.to));
  const taken = new Map(past.map((one) => [one.number, one.hash]));
  const { verdict, missing } = placeOfBundle({ taken }, manifest.number, manifestHash(manifest));
  const covered = Object.entries(manifest.base).every(([writer, seq]) => reach(ws.db, writer) >= seq);
  switch (verdict) {
    case 'duplicate':
      return say('duplicate', 'Everything in it was taken in then.');
    case 'replayed':
      return say(
        'replayed',
        `Number ${manifest.number} of this device came before with other content. A copy restored from a backup counts again from where it was${replayed ? '.' : '; take it in anyway if that is what happened.'}`,
      );
    case 'late':
      return say('late', 'A later one came before it.', missing);
    default:
      if (covered && verdict === 'new') return say('new', '');
      return say(
        'gap',
        missing.length === 0
          ? 'It builds on entries that are not here.'
          : `Not here yet: number ${missing.join(', ')}. ${covered ? 'It needs nothing of them.' : 'What builds on them waits for them.'}`,
        missing,
      );
  }
}

/** What would come of a bundle: it is taken in, looked at, and everything undone. */
async function foresee(ws: OpenWorkspace, staged: StagedBundle): Promise<CourierContent> {
  await ws.loadFrameworks([...frameworkBlobs(ws.db).blobs, ...staged.blobs]);
  let content: CourierContent | undefined;
  const undo = new Error('undone');
  try {
    ws.db.transaction(() => {
      content = receiveStaged(ws, staged);
      throw undo;
    })();
  } catch (error) {
    if (error !== undo) throw error;
  }
  if (content === undefined) throw new Error('it was looked at');
  return content;
}

async function apply(ws: OpenWorkspace, staged: StagedBundle): Promise<CourierContent> {
  await ws.loadFrameworks([...frameworkBlobs(ws.db).blobs, ...staged.blobs]);
  const taken = ws.db.transaction(() => {
    const content = receiveStaged(ws, staged);
    remember(ws, staged.manifest);
    return content;
  });
  return writing(ws.db, staged.manifest.parts.entries, taken);
}

/**
 * What this copy knows of the sender from now on. Only a device's own member is believed about it: whoever else could
 * say that it holds what it never got, and nobody would send it any more.
 */
export function remember(ws: OpenWorkspace, manifest: CourierManifest): void {
  const { from, number, at } = manifest;
  const device = devices(ws.db).find(({ id }) => id === from.device);
  if (device?.member !== from.member) return;
  notePeer(ws.db, { device: from.device, vector: heldBySender(ws.db, manifest), lacks: manifest.lacks, at });
  noteReceived(ws.db, {
    device: from.device,
    recipient: recipientKey(manifest.to),
    number,
    hash: manifestHash(manifest),
    at,
    taken: new Date(ws.now()).toISOString(),
  });
}

/** Of each chain as much as the sender names by a hash that stands here: what it holds beyond is not known yet. */
function heldBySender(db: Database, { checkpoint }: CourierManifest): Record<string, number> {
  const held: Record<string, number> = {};
  for (const { writer, size, head } of checkpoint.body.chains) {
    const place = placeOfHash(db, baseOf(db, writer), size, head);
    for (const [chain, upTo] of place === null ? [] : lineTo(db, place))
      held[chain] = Math.max(held[chain] ?? 0, upTo);
  }
  return held;
}

/** Inside a transaction of the caller's: all of a bundle or nothing. */
function receiveStaged(ws: OpenWorkspace, staged: StagedBundle): CourierContent {
  const known = knownVector(ws.db);
  const open = conflictKeys(ws);
  const aside = heldIds(ws.db);
  const totals = noteRecoveries(ws, () => receiveSegments(ws, staged.segments()));
  demandKnownKey(ws, staged.manifest);
  const names = memberNames(ws.db);
  const conflicts = [...conflictKeys(ws)].filter((key) => !open.has(key));
  return {
    ...totals,
    files: staged.newFiles,
    fileBytes: staged.newBytes,
    news: newsSince(ws, known, names),
    conflicts: conflicts.slice(0, MOST_SHOWN).flatMap((key) => {
      const [record = '', field = ''] = JSON.parse(key) as string[];
      return conflictsOf(ws.db, record)
        .filter((one) => one.field === field)
        .map((one) => ({ ...one, label: recordLabel(ws.db, record) }));
    }),
    newConflicts: conflicts.length,
    setAside: [...entriesSetAside(ws, known, names), ...segmentsSetAside(ws, aside, names)],
    waitsFor: held(ws.db, 'waiting', MOST_SHOWN).map(({ because }) => because),
    differs: differingChains(ws, staged.manifest),
  };
}

const MOST_SHOWN = 50;

/** The key may be one that the bundle itself brings, so this is asked once its entries are in. */
function demandKnownKey(ws: OpenWorkspace, { from }: CourierManifest): void {
  const own = memberIdOf(sha256, ws.workspace, from.publicKey) === from.member;
  const known = own || keysOf(ws.db, from.member).some(({ key }) => key.ledger === from.publicKey);
  if (!known)
    throw new BundleFlaw('tampered', 'It is signed by a key that no member of this workspace ever had.');
}

function conflictKeys({ db }: OpenWorkspace): Set<string> {
  const rows = all<{ record: string; field: string }>(db, 'SELECT record, field FROM conflict');
  return new Set(rows.map(({ record, field }) => JSON.stringify([record, field])));
}

/** What others did, by whom, the most frequent first. */
function newsSince(
  { db }: OpenWorkspace,
  known: Readonly<Record<string, number>>,
  names: ReadonlyMap<string, string>,
): CourierContent['news'] {
  return all<{ action: string; member: string; n: number }>(
    db,
    `SELECT e.action, w.member, count(*) n FROM entry e JOIN writer w ON w.id = e.writer
      WHERE e.state = 'applied' AND e.seq > coalesce((SELECT value FROM json_each(?) WHERE key = e.writer), 0)
      GROUP BY e.action, w.member ORDER BY n DESC, e.action, w.member`,
    JSON.stringify(known),
  ).map(({ action, member, n }) => ({
    what: actionWords(action),
    by: names.get(member) ?? member,
    count: n,
  }));
}

function entriesSetAside(
  { db }: OpenWorkspace,
  known: Readonly<Record<string, number>>,
  names: ReadonlyMap<string, string>,
): CourierContent['setAside'] {
  return all<{ because: string; member: string; n: number }>(
    db,
    `SELECT e.because, w.member, count(*) n FROM entry e JOIN writer w ON w.id = e.writer
      WHERE e.state = 'quarantine' AND e.seq > coalesce((SELECT value FROM json_each(?) WHERE key = e.writer), 0)
      GROUP BY e.because, w.member ORDER BY n DESC`,
    JSON.stringify(known),
  ).map(({ because, member, n }) => ({ because, by: names.get(member) ?? member, count: n }));
}

function segmentsSetAside(
  { db }: OpenWorkspace,
  before: ReadonlySet<string>,
  names: ReadonlyMap<string, string>,
): CourierContent['setAside'] {
  return held(db, 'quarantine')
    .filter(({ id }) => !before.has(id))
    .map(({ because, member, count }) => ({
      because,
      by: names.get(member) ?? member,
      count: Math.max(1, count),
    }));
}

/** Chains that both sides hold and that differ: one of the two was rewritten, or its device wrote two histories. */
function differingChains({ db }: OpenWorkspace, { checkpoint }: CourierManifest): string[] {
  const names = new Map(devices(db).map(({ id, name }) => [id, name]));
  const deviceOf = new Map(
    all<{ id: string; device: string }>(db, 'SELECT id, device FROM writer').map((row) => [
      row.id,
      row.device,
    ]),
  );
  return checkpoint.body.chains.flatMap(({ writer, size, head }) => {
    const same = placeOfHash(db, baseOf(db, writer), size, head) !== null;
    if (same || reach(db, writer) < size) return [];
    const device = deviceOf.get(writer) ?? '';
    return [names.get(device) ?? device];
  });
}

function reportOf(
  ws: OpenWorkspace,
  files: readonly string[],
  place: Placed,
  manifest: CourierManifest | null,
  content: CourierContent | null,
  taken = false,
): CourierReport {
  const names = memberNames(ws.db);
  const known = new Map(devices(ws.db).map((device) => [device.id, device.name]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    files: [...files],
    verdict: place.verdict,
    words: COURIER_WORDS[place.verdict],
    because: place.because,
    missing: [...place.missing],
    bundle:
      manifest === null
        ? null
        : {
            from: {
              device: known.get(manifest.from.device) ?? manifest.from.device,
              member: nameOf(manifest.from.member),
            },
            to:
              manifest.to.kind === 'anyone'
                ? 'whoever has the passphrase'
                : manifest.to.kind === 'member'
                  ? nameOf(manifest.to.id)
                  : (known.get(manifest.to.id) ?? manifest.to.id),
            number: manifest.number,
            at: manifest.at,
            first: manifest.first,
            ...manifest.parts,
            lastContact: courierPeer(ws.db, manifest.from.device)?.at ?? null,
          },
    content,
    taken,
  };
}
