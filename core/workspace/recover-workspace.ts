import { headPositions, writeSetting } from '../../db/queries/ledger.ts';
import { members, workspaceRow } from '../../db/queries/people.ts';
import { refuse } from '../../shared/fault.ts';
import { write } from '../ledger/append.ts';
import { RECOVER } from '../ledger/genesis.ts';
import { sealChain } from '../ledger/seal.ts';
import { newPrivateKeys, publicKeys, recoveryKeyOf } from '../members/member-keys.ts';
import type { Ports } from '../ports.ts';
import { findWorkspace } from './folder.ts';
import { type KeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import { addPassphraseSlot, demandUnusedPassphrase, openByRecoveryKit, removeSlot } from './key-slots.ts';
import { takeLock } from './lock.ts';
import {
  knownSlot,
  type OpenWorkspace,
  openWorkspace,
  orClose,
  rememberSlot,
  renewProjection,
  sealTail,
} from './open-workspace.ts';
import { readRecoveryKit } from './recovery-kit.ts';
import { withUnlockDelay } from './unlock-delay.ts';

export interface RecoverRequest {
  readonly dir: string;
  readonly kit: string;
  readonly passphrase: string;
  /** Whose access is recovered; may be left out where there is one owner. */
  readonly member?: string | undefined;
}

/**
 * Opens a workspace by its recovery kit. The kit opens the data, not the lost keys: the member gets new ones by an
 * entry that the recovery key signs, in a new incarnation of this device.
 */
export async function recoverWorkspace(ports: Ports, request: RecoverRequest): Promise<OpenWorkspace> {
  const paths = findWorkspace(request.dir);
  const file = readKeyFile(paths.keys);
  const lock = takeLock(paths.lock);
  try {
    const { keyring } = await withUnlockDelay(paths.attempts, ports.clock, () =>
      openByRecoveryKit(file, request.kit),
    );
    const keys = newPrivateKeys();
    const probe = openWorkspace(
      {
        paths,
        lock,
        keyring,
        slot: '',
        workspace: file.workspace,
        secrets: { member: 'nobody', ...keys, passphraseSetByOther: false },
      },
      ports,
    );
    const { who, workspaceName, lostSlot } = await orClose(probe.db, () => {
      const chosen = chooseMember(probe, request.member);
      writeSetting(probe.db, 'device', JSON.stringify({ ...probe.device, incarnation: ports.ids.next() }));
      const name = workspaceRow(probe.db)?.name ?? '';
      return { who: chosen, workspaceName: name, lostSlot: knownSlot(probe.db, chosen.id) };
    });
    probe.db.close();
    const secrets = { member: who.id, ...keys, passphraseSetByOther: false };
    await demandUnusedPassphrase(file, request.passphrase, lostSlot);
    const added = await addPassphraseSlot(ports, file, { keyring, secrets, passphrase: request.passphrase });
    const open = openWorkspace(
      { paths, lock, keyring, slot: added.slot, workspace: file.workspace, secrets },
      ports,
    );
    await orClose(open.db, async () => {
      await renewProjection(open);
      await recordRecovery(open, recoveryKeyOf(readRecoveryKit(request.kit)), {
        memberName: who.name,
        workspaceName,
      });
      rememberSlot(open.db, who.id, added.slot);
      writeKeyFile(paths.keys, withoutSlot(added.file, lostSlot));
      await sealTail(open);
    });
    return open;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * The lost passphrase opens nothing any more in this copy. In another it lasts until a new one is set there, which that
 * copy says once it has received this recovery.
 */
function withoutSlot(file: KeyFile, slot: string | undefined): KeyFile {
  return slot !== undefined && file.slots.some(({ id }) => id === slot) ? removeSlot(file, slot) : file;
}

function chooseMember(open: OpenWorkspace, name: string | undefined): { id: string; name: string } {
  const all = members(open.db);
  const wanted =
    name === undefined
      ? all.filter((m) => m.role === 'owner')
      : all.filter((m) => m.id === name || m.name.toLowerCase() === name.toLowerCase());
  const [one, ...others] = wanted;
  if (one === undefined)
    return refuse({ code: 'not-found', what: 'member', ...(name === undefined ? {} : { id: name }) });
  if (others.length > 0) {
    return refuse({
      code: 'conflict',
      detail: 'Several members could be recovered.',
      candidates: wanted.map((m) => m.name),
    });
  }
  return one;
}

async function recordRecovery(
  open: OpenWorkspace,
  recoveryKey: ReturnType<typeof recoveryKeyOf>,
  names: { readonly memberName: string; readonly workspaceName: string },
): Promise<void> {
  const record = `member:${open.secrets.member}`;
  const value = await publicKeys(open.secrets, { ...names, passphraseSetByOther: false }, open.ports);
  open.db.transaction(() => {
    write(open, RECOVER, [{ record, field: 'key', parents: headPositions(open.db, record, 'key'), value }]);
    sealChain(open, open.writer, recoveryKey);
  })();
}
