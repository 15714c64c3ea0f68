import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { memberIdOf } from '../../shared/ledger/authority.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import type { Operation } from '../../shared/ledger/entry.ts';
import { write } from '../ledger/append.ts';
import { CREATE, type Genesis, workspaceIdOf } from '../ledger/genesis.ts';
import { publicKeyText, sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { ledgerKeyOf, newPrivateKeys, publicKeys, recoveryKeyOf } from '../members/member-keys.ts';
import type { Ports } from '../ports.ts';
import { createWorkspaceFolder } from './folder.ts';
import { ARGON2_COST, type Argon2Cost, writeKeyFile } from './key-file.ts';
import { createKeyFile } from './key-slots.ts';
import { takeLock } from './lock.ts';
import {
  type LocalDevice,
  type OpenWorkspace,
  openWorkspace,
  orClose,
  rememberSlot,
} from './open-workspace.ts';
import { readRecoveryKit } from './recovery-kit.ts';

export interface NewWorkspace {
  readonly dir: string;
  readonly name: string;
  readonly member: string;
  readonly passphrase: string;
  readonly marking?: string | undefined;
  readonly device?: string | undefined;
  /** Cheaper in tests; people get the default. */
  readonly cost?: Argon2Cost | undefined;
}

/**
 * Creates an encrypted workspace in an empty folder and opens it as its owner. Its first entry names the founder's
 * key, to which the workspace's id commits, and the recovery kit's.
 */
export async function createWorkspace(
  ports: Ports,
  input: NewWorkspace,
): Promise<{ open: OpenWorkspace; recoveryKit: string }> {
  const keys = newPrivateKeys();
  const founderKey = publicKeyText(ledgerKeyOf(keys));
  const nonce = ports.ids.next();
  const workspace = workspaceIdOf({ nonce, founderKey });
  const member = memberIdOf(sha256, workspace, founderKey);
  const secrets = { member, ...keys, passphraseSetByOther: false };
  const paths = createWorkspaceFolder(input.dir);
  const lock = takeLock(paths.lock);
  try {
    const made = await createKeyFile(
      ports,
      { workspace, passphrase: input.passphrase, secrets },
      input.cost ?? ARGON2_COST,
    );
    const device: LocalDevice = { id: ports.ids.next(), name: input.device ?? hostname(), incarnation: '1' };
    const open = openWorkspace(
      { paths, lock, keyring: made.keyring, secrets, slot: made.slot, workspace },
      ports,
      device,
    );
    const recoveryKey = publicKeyText(recoveryKeyOf(readRecoveryKit(made.recoveryKit)));
    await orClose(open.db, async () => {
      const operations = await beginning(open, input, { nonce, founderKey, recoveryKey });
      open.db.transaction(() => {
        write(open, CREATE, operations);
        sealOpen(open);
        rememberSlot(open.db, member, made.slot);
      })();
      // The key file comes last: until it is there, the folder is no workspace and nothing was promised to anybody.
      writeKeyFile(paths.keys, made.file);
    });
    return { open, recoveryKit: made.recoveryKit };
  } catch (error) {
    lock.release();
    rmSync(paths.dir, { recursive: true, force: true });
    throw error;
  }
}

async function beginning(open: OpenWorkspace, input: NewWorkspace, genesis: Genesis): Promise<Operation[]> {
  const { member } = open.secrets;
  const about = { memberName: input.member, workspaceName: input.name, passphraseSetByOther: false };
  const first = (record: string, field: string, value: Json): Operation => ({
    record,
    field,
    parents: [],
    value,
  });
  return [
    first(`workspace:${open.workspace}`, 'genesis', genesis),
    first(`workspace:${open.workspace}`, 'name', input.name),
    first(`workspace:${open.workspace}`, 'marking', input.marking ?? ''),
    first(`member:${member}`, 'name', input.member),
    first(`member:${member}`, 'key', await publicKeys(open.secrets, about, open.ports)),
    first(`member:${member}`, 'role', { role: 'owner', cutoff: {} }),
    first(`device:${open.device.id}`, 'about', { name: open.device.name, member, publicKey: '' }),
  ];
}
