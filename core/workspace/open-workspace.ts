import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZodError } from 'zod';
import type { Database } from '../../db/driver.ts';
import { MIGRATIONS } from '../../db/migrations/index.ts';
import { createDatabase, openDatabase } from '../../db/open.ts';
import { PROJECTION, replay } from '../../db/projection/rebuild.ts';
import { everyEvidenceFile } from '../../db/queries/evidence.ts';
import { heldPayloads, readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { type MemberRow, memberById } from '../../db/queries/people.ts';
import { all } from '../../db/sql.ts';
import { NormalisedFramework } from '../../shared/domain/framework.ts';
import type { Role } from '../../shared/domain/results.ts';
import { FaultError, refuse } from '../../shared/fault.ts';
import { writerId } from '../../shared/ledger/entry.ts';
import { importNamedIn } from '../../shared/ledger/fields.ts';
import { sweepUnfinished } from '../binder/unfinished.ts';
import type { LedgerKernel } from '../ledger/kernel.ts';
import { sha256 } from '../ledger/keys.ts';
import { countRevocations } from '../ledger/receive.ts';
import { knowsMore, reconsider } from '../ledger/reconsider.ts';
import { sealLeftOpen, sealOpen } from '../ledger/seal.ts';
import { ledgerKeyOf } from '../members/member-keys.ts';
import type { Ports } from '../ports.ts';
import type { WorkspacePaths } from './folder.ts';
import { discard } from './folder-io.ts';
import type { MemberSecrets } from './key-slots.ts';
import { databaseKeyHex, eraseKeyring, type Keyring } from './keyring.ts';
import type { WorkspaceLock } from './lock.ts';
import { openVault, type Vault } from './vault.ts';

/** This copy of the workspace: which device it is, in which incarnation. */
export interface LocalDevice {
  readonly id: string;
  readonly name: string;
  readonly incarnation: string;
}

/** An unlocked workspace: one member works in it, on one device, until it is closed. */
export interface OpenWorkspace extends LedgerKernel {
  readonly paths: WorkspacePaths;
  readonly vault: Vault;
  readonly ports: Ports;
  readonly keyring: Keyring;
  readonly secrets: MemberSecrets;
  /** The key slot that was opened. */
  readonly slot: string;
  readonly device: LocalDevice;
  /** Reads normalised frameworks from the vault so that `framework` answers them; call before anything is replayed. */
  loadFrameworks(blobs: readonly string[]): Promise<void>;
  member(): MemberRow & { readonly role: Role };
  close(): void;
}

/** Which key slot of this copy is whose: slots hold no names, and a recovery has to end the lost one. */
export function rememberSlot(db: Database, member: string, slot: string): void {
  writeSetting(db, `slot:${member}`, slot);
}

/** The slot this copy knows a member by; undefined before they first opened it here. */
export function knownSlot(db: Database, member: string): string | undefined {
  return readSetting(db, `slot:${member}`);
}

/** Runs a step on a workspace that was just opened; if it fails, the database is closed again. */
export async function orClose<T>(db: Database, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What unlocking yields, before the database is open. */
export interface Unlocked {
  readonly paths: WorkspacePaths;
  readonly lock: WorkspaceLock;
  readonly keyring: Keyring;
  readonly secrets: MemberSecrets;
  readonly slot: string;
  readonly workspace: string;
}

/** Opens database and vault with the keys of a slot. On any fault everything is let go again, the lock too. */
export function openWorkspace(unlocked: Unlocked, ports: Ports, device?: LocalDevice): OpenWorkspace {
  const { paths, keyring, secrets, workspace } = unlocked;
  const options = { migrations: MIGRATIONS, now: new Date(ports.clock.now()) };
  const db =
    device === undefined
      ? openDatabase(paths.database, databaseKeyHex(keyring), options)
      : createDatabase(paths.database, databaseKeyHex(keyring), options);
  if (device !== undefined) {
    chmodSync(paths.database, 0o600);
    writeSetting(db, 'device', JSON.stringify(device));
    writeSetting(db, 'projection', PROJECTION);
  }
  const here = device ?? localDevice(db);
  const frameworks = new Map<string, NormalisedFramework>();
  const vault = openVault(paths, keyring, ports);
  const writer = { member: secrets.member, device: here.id, incarnation: here.incarnation };
  const open: OpenWorkspace = {
    ...unlocked,
    db,
    vault,
    ports,
    device: here,
    writer: { ...writer, id: writerId(sha256, workspace, writer) },
    ledgerKey: ledgerKeyOf(secrets),
    lateReasons: new Map(),
    now: () => ports.clock.now(),
    random: (bytes) => ports.random.bytes(bytes),
    framework: (blob) => frameworks.get(blob) ?? null,
    loadFrameworks: (blobs) => loadFrameworks(vault, frameworks, blobs),
    member: () => currentMember(db, secrets.member),
    close() {
      db.close();
      unlocked.lock.release();
      eraseKeyring(keyring);
    },
  };
  return open;
}

/**
 * The same open workspace for another member who is at this machine and whose slot was opened: one database and one
 * vault, and whatever they do stands under their own key. Closing any of the two closes both.
 */
export function seatOf(
  open: OpenWorkspace,
  { slot, secrets }: Pick<Unlocked, 'slot' | 'secrets'>,
): OpenWorkspace {
  const { db, device, workspace } = open;
  const writer = { member: secrets.member, device: device.id, incarnation: device.incarnation };
  return {
    ...open,
    secrets,
    slot,
    writer: { ...writer, id: writerId(sha256, workspace, writer) },
    ledgerKey: ledgerKeyOf(secrets),
    lateReasons: new Map(),
    member: () => currentMember(db, secrets.member),
  };
}

export function localDevice(db: Database): LocalDevice {
  const text = readSetting(db, 'device');
  if (text === undefined)
    return refuse({ code: 'corrupt', what: 'database', detail: 'it does not say which device it is on' });
  return JSON.parse(text) as LocalDevice;
}

function currentMember(db: Database, id: string): MemberRow & { role: Role } {
  const row = memberById(db, id);
  if (row === undefined || row.role === 'none') {
    return refuse({
      code: 'forbidden',
      detail: 'You are no longer a member of this workspace.',
      remedy: 'What you signed stays. To work here again, ask an owner or admin to add you as a new member.',
    });
  }
  return row as MemberRow & { role: Role };
}

async function loadFrameworks(
  vault: Vault,
  into: Map<string, NormalisedFramework>,
  blobs: readonly string[],
): Promise<void> {
  for (const blob of blobs) {
    if (into.has(blob) || !vault.has(blob)) continue;
    const read = await readFramework(vault, blob);
    if (read !== null) into.set(blob, read);
  }
}

/** Null where the stored file is damaged: its rows stand, and verifying the ledger names the damage. */
async function readFramework(vault: Vault, blob: string): Promise<NormalisedFramework | null> {
  try {
    return NormalisedFramework.parse(JSON.parse((await vault.read(blob)).toString('utf8')));
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'corrupt') return null;
    if (error instanceof SyntaxError || error instanceof ZodError) return null;
    throw error;
  }
}

/** The blobs and originals every import in the ledger names, applied or not. */
export function frameworkBlobs(db: Database): { blobs: string[]; originals: string[] } {
  const rows = all<{ value: string }>(
    db,
    "SELECT DISTINCT value FROM operation WHERE record > 'framework:' AND record < 'framework;' AND field = 'import' AND value IS NOT NULL",
  ).map((row) => importNamedIn(JSON.parse(row.value)));
  const blobs = rows.flatMap(({ blob }) => blob ?? []);
  return { blobs, originals: rows.flatMap(({ original }) => original ?? []) };
}

/** Everything the ledger names, applied, waiting or set aside: what the vault must keep. */
export function namedContents(db: Database): Set<string> {
  const { blobs, originals } = frameworkBlobs(db);
  const set = new Set([...blobs, ...originals, ...everyEvidenceFile(db).keys()]);
  // What may still find its place: whatever looks like a hash in it may be a content somebody will need.
  for (const text of heldPayloads(db)) for (const [hash] of text.matchAll(/\b[0-9a-f]{64}\b/g)) set.add(hash);
  return set;
}

/**
 * After a crash: seals what this member left open and clears away what no entry names. No intake can be under way
 * while a workspace is being opened, so nothing has to be spared for it.
 */
export async function tidy(open: OpenWorkspace): Promise<void> {
  await sealTail(open);
  open.vault.sweep(namedContents(open.db), 0);
  discard(open.paths.unfinished);
  sweepUnfinished(open.db);
}

/**
 * Seals what a crash left open of this member. Where somebody's right was taken meanwhile, what is sealed now is judged by
 * that, as every other copy will.
 */
export async function sealTail(open: OpenWorkspace): Promise<void> {
  if (sealLeftOpen(open) === 0 || countRevocations(open) === 0) return;
  await open.loadFrameworks(frameworkBlobs(open.db).blobs);
  open.db.transaction(() => reconsider(open))();
}

/**
 * Makes the rows anew where an earlier version wrote them by other rules, or kept entries it did not understand. While a framework's file is missing or
 * damaged they stay as they are: a replay would lose what they still show.
 */
export async function renewProjection(open: OpenWorkspace): Promise<void> {
  const { db } = open;
  if (readSetting(db, 'projection') === PROJECTION && !knowsMore(db)) return;
  const { blobs } = frameworkBlobs(db);
  await open.loadFrameworks(blobs);
  if (blobs.some((blob) => open.framework(blob) === null)) return;
  db.transaction(() => {
    // This build may know actions the last one only kept.
    if (!reconsider(open)) replay({ db, sha256, framework: open.framework });
    writeSetting(db, 'projection', PROJECTION);
  })();
}

/** Seals, then closes. */
export function sealAndClose(open: OpenWorkspace): void {
  try {
    sealOpen(open);
  } finally {
    open.close();
  }
}

/** Runs with an empty migrated database in a temporary encrypted file, and removes it whatever happens. */
export async function withScratchDatabase<T>(
  open: OpenWorkspace,
  run: (db: Database) => T | Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'bindery-'));
  try {
    const key = open.ports.random.bytes(32).toString('hex');
    const db = createDatabase(join(dir, 'scratch.db'), key, { migrations: MIGRATIONS });
    try {
      return await run(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
