import { members } from '../../db/queries/people.ts';
import { refuse } from '../../shared/fault.ts';
import { keysOf } from '../ledger/grants.ts';
import { publicKeyText } from '../ledger/keys.ts';
import type { Ports } from '../ports.ts';
import { findWorkspace } from './folder.ts';
import { endSlotsOfFormer } from './former-slots.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { openByPassphrase, removeSlot } from './key-slots.ts';
import { takeLock } from './lock.ts';
import {
  knownSlot,
  type OpenWorkspace,
  openWorkspace,
  orClose,
  rememberSlot,
  renewProjection,
  tidy,
} from './open-workspace.ts';
import { withUnlockDelay } from './unlock-delay.ts';

export interface UnlockRequest {
  readonly dir: string;
  readonly passphrase: string;
  /** With a name, that member's slot and no other. */
  readonly member?: string | undefined;
}

/** Opens a workspace with a passphrase. The lock is taken first, so that a second process learns it at once. */
export async function unlockWorkspace(ports: Ports, request: UnlockRequest): Promise<OpenWorkspace> {
  const paths = findWorkspace(request.dir);
  const file = readKeyFile(paths.keys);
  const lock = takeLock(paths.lock);
  try {
    const open = await withUnlockDelay(paths.attempts, ports.clock, async () => {
      const slots = await openByPassphrase(file, request.passphrase);
      return openFor(
        slots.map((slot) => openIt(slot)),
        request.member,
      );
    });
    await orClose(open.db, async () => {
      demandSlotInForce(open);
      rememberSlot(open.db, open.secrets.member, open.slot);
      await renewProjection(open);
      await tidy(open);
      endSlotsOfFormer(open);
    });
    return open;
  } catch (error) {
    lock.release();
    throw error;
  }

  function openIt(slot: Awaited<ReturnType<typeof openByPassphrase>>[number]): () => OpenWorkspace {
    return () => openWorkspace({ paths, lock, ...slot, workspace: file.workspace }, ports);
  }
}

/**
 * Refuses a slot that is not the one this copy knows its member by. An earlier key file brings back passphrases and
 * keys that were replaced; with those nobody signs any more. A slot whose keys the ledger never heard of is what a
 * change of passphrase left that was cut off, and is taken away.
 */
function demandSlotInForce({ db, paths, slot, secrets, ledgerKey }: OpenWorkspace): void {
  const known = knownSlot(db, secrets.member);
  if (known === undefined || known === slot) return;
  const said = keysOf(db, secrets.member).some(({ key }) => key.ledger === publicKeyText(ledgerKey));
  if (!said) writeKeyFile(paths.keys, removeSlot(readKeyFile(paths.keys), slot));
  refuse({
    code: 'conflict',
    detail: said
      ? 'This passphrase was replaced in this copy of the workspace; the key file is an earlier one.'
      : 'The change to this passphrase was cut off before it was complete.',
    remedy: said
      ? 'Put the newer keys.json back, or open the workspace with the recovery kit.'
      : 'Unlock with the passphrase you had before, and change it again.',
  });
}

/** Of the slots a passphrase opens, the one of the member who was named. Without a name there may be only one. */
function openFor(openers: readonly (() => OpenWorkspace)[], name: string | undefined): OpenWorkspace {
  const found = new Map<string, () => OpenWorkspace>();
  for (const opener of openers) {
    const open = opener();
    const self = members(open.db).find((member) => member.id === open.secrets.member);
    const inForce = self !== undefined && knownSlot(open.db, self.id) === open.slot;
    open.db.close();
    if (self === undefined || !isCalled(self, name)) continue;
    if (inForce || !found.has(self.name)) found.set(self.name, opener);
  }
  const [chosen, ...others] = found.values();
  if (chosen === undefined) return refuse({ code: 'wrong-key' });
  if (others.length === 0) return chosen();
  const names = [...found.keys()];
  return refuse({
    code: 'conflict',
    detail: 'This passphrase opens for several members; name one.',
    candidates: names,
  });
}

function isCalled(member: { readonly id: string; readonly name: string }, name: string | undefined): boolean {
  return name === undefined || member.id === name || member.name.toLowerCase() === name.toLowerCase();
}
