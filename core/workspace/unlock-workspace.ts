import { members } from '../../db/queries/people.ts';
import { refuse } from '../../shared/fault.ts';
import type { Ports } from '../ports.ts';
import { findWorkspace } from './folder.ts';
import { readKeyFile } from './key-file.ts';
import { openByPassphrase } from './key-slots.ts';
import { takeLock } from './lock.ts';
import {
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
      rememberSlot(open.db, open.secrets.member, open.slot);
      await renewProjection(open);
      tidy(open);
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

/** Of the slots a passphrase opens, the one of the member who was named. Without a name there may be only one. */
function openFor(openers: readonly (() => OpenWorkspace)[], name: string | undefined): OpenWorkspace {
  const names: string[] = [];
  let chosen: (() => OpenWorkspace) | null = null;
  for (const opener of openers) {
    const open = opener();
    const self = members(open.db).find((member) => member.id === open.secrets.member);
    open.db.close();
    if (self === undefined || !isCalled(self, name)) continue;
    names.push(self.name);
    chosen = opener;
  }
  if (chosen === null) return refuse({ code: 'wrong-key' });
  if (names.length === 1) return chosen();
  return refuse({
    code: 'conflict',
    detail: 'This passphrase opens for several members; name one.',
    candidates: names,
  });
}

function isCalled(member: { readonly id: string; readonly name: string }, name: string | undefined): boolean {
  return name === undefined || member.id === name || member.name.toLowerCase() === name.toLowerCase();
}
