import { hostname } from 'node:os';
import { waitForDisk } from '../../db/open.ts';
import { writeSetting } from '../../db/queries/ledger.ts';
import { memberById, workspaceRow } from '../../db/queries/people.ts';
import { joinedDeviceId } from '../../shared/domain/identity.ts';
import { refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import { keysOf } from '../ledger/grants.ts';
import { publicKeyText, sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { takeIn } from '../ledger/take-in.ts';
import { ledgerKeyOf } from '../members/member-keys.ts';
import type { Ports } from '../ports.ts';
import { claimCopyFolder } from '../workspace/copy-folder.ts';
import { parseKeyFile, writeKeyFile } from '../workspace/key-file.ts';
import { type OpenSlot, openByPassphrase } from '../workspace/key-slots.ts';
import {
  type LocalDevice,
  type OpenWorkspace,
  openWorkspace,
  orClose,
  rememberSlot,
  type Unlocked,
} from '../workspace/open-workspace.ts';

export interface NewCopy {
  /** A folder that is empty or not there yet. */
  readonly dir: string;
  /** The `keys.json` of the copy it is made from. */
  readonly keyFile: Uint8Array;
  readonly passphrase: string;
  /** By name or id; needed only where the passphrase opens for several. */
  readonly member?: string | undefined;
  readonly deviceName?: string | undefined;
  /** The key the new device signs its requests to a server with; base64url, raw. */
  readonly devicePublicKey?: string | undefined;
  /**
   * Brings vault files and segments in: files first, then the segments by `takeIn`. Where the passphrase opens for one
   * member, as it nearly always does, `ws.device` is the device that will join.
   */
  readonly fill: (ws: OpenWorkspace) => Promise<void>;
}

/**
 * Makes a copy of a workspace from its key slots and whatever `fill` brings, on a device that its member adds by an
 * entry of their own. All or nothing: until the key file stands, which is last, the folder is no workspace.
 */
export async function newCopy(ports: Ports, wish: NewCopy): Promise<OpenWorkspace> {
  const keyFile = parseKeyFile(Buffer.from(wish.keyFile).toString('utf8'));
  const slots = await openByPassphrase(keyFile, wish.passphrase);
  const folder = claimCopyFolder(wish.dir);
  const { paths, lock } = folder;
  const unlocked = (slot: OpenSlot): Unlocked => ({ paths, lock, ...slot, workspace: keyFile.workspace });
  try {
    const likely = slots.find(({ secrets }) => secrets.member === wish.member) ?? (slots[0] as OpenSlot);
    const device = newDevice(ports, keyFile.workspace, likely.secrets.member, wish.deviceName);
    const filling = openWorkspace(unlocked(likely), ports, device.local);
    const chosen = await orClose(filling.db, async () => {
      await fill(filling, wish.fill);
      return chooseSlot(filling, slots, wish.member);
    });
    const joining =
      chosen.secrets.member === likely.secrets.member
        ? device
        : newDevice(ports, keyFile.workspace, chosen.secrets.member, wish.deviceName);
    writeSetting(filling.db, 'device', JSON.stringify(joining.local));
    filling.db.close();
    const open = openWorkspace(unlocked(chosen), ports);
    await orClose(open.db, () => {
      join(open, joining.nonce, wish.devicePublicKey ?? '');
      writeKeyFile(paths.keys, keyFile);
      folder.finish();
    });
    return open;
  } catch (error) {
    folder.abandon();
    throw error;
  }
}

interface NewDevice {
  readonly local: LocalDevice;
  readonly nonce: string;
}

function newDevice(ports: Ports, workspace: string, member: string, name = hostname()): NewDevice {
  const nonce = ports.ids.next();
  return { local: { id: joinedDeviceId(sha256, workspace, member, nonce), name, incarnation: '1' }, nonce };
}

/** Nobody has seen this copy yet, so it need not survive a power cut before it is whole. */
async function fill(ws: OpenWorkspace, bring: NewCopy['fill']): Promise<void> {
  waitForDisk(ws.db, false);
  await bring(ws);
  // Frameworks whose file came after the segment that names them.
  await takeIn(ws, []);
  waitForDisk(ws.db, true);
  if (workspaceRow(ws.db) === undefined) {
    refuse({
      code: 'corrupt',
      what: 'first copy',
      detail: 'the beginning of the workspace is not in what was brought',
    });
  }
}

/** Of the slots the passphrase opens, the one of the member who was named, under the newest keys the ledger knows. */
function chooseSlot({ db }: OpenWorkspace, slots: readonly OpenSlot[], named: string | undefined): OpenSlot {
  const known = slots
    .flatMap((slot) => {
      const key = publicKeyText(ledgerKeyOf(slot.secrets));
      const age = keysOf(db, slot.secrets.member).findLastIndex((placed) => placed.key.ledger === key);
      const member = memberById(db, slot.secrets.member);
      return age < 0 || member === undefined ? [] : [{ slot, age, member }];
    })
    .filter(
      ({ member }) =>
        named === undefined || member.id === named || member.name.toLowerCase() === named.toLowerCase(),
    )
    .sort((a, b) => b.age - a.age);
  const members = new Map(known.map(({ member }) => [member.id, member.name]));
  const [first] = known;
  if (first === undefined) return refuse({ code: 'wrong-key' });
  if (members.size === 1) return first.slot;
  return refuse({
    code: 'conflict',
    detail: 'This passphrase opens for several members; name one.',
    candidates: [...members.values()],
  });
}

function join(ws: OpenWorkspace, nonce: string, publicKey: string): void {
  const { member } = ws.secrets;
  const value = { name: ws.device.name, member, publicKey, nonce };
  ws.db.transaction(() => {
    append(ws, 'device.join@1', [{ record: `device:${ws.device.id}`, field: 'about', value }]);
    sealOpen(ws);
    rememberSlot(ws.db, member, ws.slot);
  })();
}
