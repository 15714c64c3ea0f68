import { createHash } from 'node:crypto';
import { devices, founderOf, members, workspaceRow } from '../../db/queries/people.ts';
import type { Role } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import { memberIdOf } from '../../shared/ledger/authority.ts';
import { append } from '../ledger/append.ts';
import { keyIdOf, sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { readKeyFile, writeKeyFile } from '../workspace/key-file.ts';
import {
  addPassphraseSlot,
  demandPassphraseOf,
  demandUnusedPassphrase,
  removeSlot,
} from '../workspace/key-slots.ts';
import { type OpenWorkspace, rememberSlot } from '../workspace/open-workspace.ts';
import { withUnlockDelay } from '../workspace/unlock-delay.ts';
import { certificatesFromPem } from './certificate.ts';
import { forgetFormerPassphrase, formerPassphrases } from './former-passphrases.ts';
import { newPrivateKeys, publicKeys } from './member-keys.ts';

export interface NewMember {
  readonly name: string;
  readonly role: Role;
  readonly passphrase: string;
}

/**
 * Adds a member with a slot and keys of their own. Whoever added them set the passphrase, and could have kept the
 * keys: until they change it, their signatures say so.
 */
export async function addMember(
  ws: OpenWorkspace,
  input: NewMember,
): Promise<{ id: string; name: string; role: Role }> {
  const namesake = members(ws.db).find(({ name }) => name.toLowerCase() === input.name.toLowerCase());
  if (namesake !== undefined) {
    const detail =
      namesake.role === 'none'
        ? `"${namesake.name}" is the name of a member who left, and stands beside what they signed.`
        : `There is a member called "${namesake.name}" already.`;
    refuse({ code: 'conflict', detail, remedy: 'Choose another name, one that tells the two apart.' });
  }
  if (input.role === 'owner' && ws.member().role !== 'owner')
    refuse({ code: 'forbidden', detail: 'Only an owner makes owners.' });
  const keys = newPrivateKeys();
  const about = {
    memberName: input.name,
    workspaceName: workspaceRow(ws.db)?.name ?? '',
    passphraseSetByOther: true,
  };
  const key = await publicKeys(keys, about, ws.ports);
  const id = memberIdOf(sha256, ws.workspace, key.ledger);
  const file = readKeyFile(ws.paths.keys);
  await demandUnusedPassphrase(file, input.passphrase);
  const secrets = { member: id, ...keys, passphraseSetByOther: true };
  const added = await addPassphraseSlot(ws.ports, file, {
    keyring: ws.keyring,
    secrets,
    passphrase: input.passphrase,
  });
  // The slot first: a slot without a member opens nothing, a member without a slot could never come in.
  writeKeyFile(ws.paths.keys, added.file);
  try {
    append(ws, 'member.add@1', [
      { record: `member:${id}`, field: 'name', value: input.name },
      { record: `member:${id}`, field: 'key', value: key },
      { record: `member:${id}`, field: 'role', value: { role: input.role, cutoff: {} } },
    ]);
    sealOpen(ws);
    rememberSlot(ws.db, id, added.slot);
  } catch (error) {
    writeKeyFile(ws.paths.keys, removeSlot(added.file, added.slot));
    throw error;
  }
  return { id, name: input.name, role: input.role };
}

export interface NewPassphrase {
  /** An open workspace may have been left alone: who changes the passphrase has to know it. */
  readonly current: string;
  readonly passphrase: string;
}

/**
 * Changes one's own passphrase and makes new keys in a slot of their own; answers what to work with from now on. The
 * old slot goes last: whenever this is cut off, the passphrase that the ledger knows opens the workspace.
 */
export async function changePassphrase(
  ws: OpenWorkspace,
  { current, passphrase }: NewPassphrase,
): Promise<Pick<OpenWorkspace, 'secrets' | 'slot'>> {
  const member = ws.member();
  const file = readKeyFile(ws.paths.keys);
  await withUnlockDelay(ws.paths.attempts, ws.ports.clock, () => demandPassphraseOf(file, ws.slot, current));
  await demandUnusedPassphrase(file, passphrase, ws.slot);
  const keys = newPrivateKeys();
  const about = {
    memberName: member.name,
    workspaceName: workspaceRow(ws.db)?.name ?? '',
    passphraseSetByOther: false,
  };
  const key = await publicKeys(keys, about, ws.ports);
  const secrets = { member: member.id, ...keys, passphraseSetByOther: false };
  const added = await addPassphraseSlot(ws.ports, file, { keyring: ws.keyring, secrets, passphrase });
  writeKeyFile(ws.paths.keys, added.file);
  // The old key signs the entry that introduces the new one.
  ws.db.transaction(() => {
    append(ws, 'member.key@1', [{ record: `member:${member.id}`, field: 'key', value: key }]);
    sealOpen(ws);
    rememberSlot(ws.db, member.id, added.slot);
    forgetFormerPassphrase(ws.db, member.id);
  })();
  writeKeyFile(ws.paths.keys, removeSlot(added.file, ws.slot));
  return { secrets, slot: added.slot };
}

/** Members as people see them. */
export function listMembers(ws: OpenWorkspace) {
  const known = devices(ws.db);
  const former = formerPassphrases(ws);
  const founder = founderOf(ws.db, ws.workspace);
  const rows = members(ws.db).map((member) => ({
    id: member.id,
    name: member.name,
    role: member.role as Role | 'none',
    since: member.since,
    keyFingerprint: keyIdOf(member.ledgerKey),
    certificateFingerprint: fingerprintOfPem(member.certificate),
    certificatePem: member.certificate,
    passphraseSetByOther: member.passphraseSetByOther,
    formerPassphraseOpens: former.includes(member.id),
    you: member.id === ws.secrets.member,
    founder: member.id === founder,
    devices: known
      .filter((device) => device.member === member.id)
      .map(({ id, name, since }) => ({ id, name, since })),
  }));
  return { total: rows.length, rows };
}

/** SHA-256 of the certificate's DER, hex. */
export function fingerprintOfPem(pem: string): string {
  const [der] = certificatesFromPem(pem);
  return createHash('sha256')
    .update(der ?? new Uint8Array())
    .digest('hex');
}
