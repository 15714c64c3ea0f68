import { countUnsealed } from '../../db/queries/ledger.ts';
import { members } from '../../db/queries/people.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { removeSlot } from './key-slots.ts';
import { knownSlot, type OpenWorkspace } from './open-workspace.ts';

/**
 * Takes the key slots of those who left out of this copy's key file, as far as it knows which slot is whose: their
 * passphrases open it no more. Key slots are files of one copy; each one does this as it learns that somebody left.
 * Whoever left work open here, cut off by a crash, keeps theirs until it is signed: what others built on it waits for that.
 */
export function endSlotsOfFormer({ db, paths, secrets, device }: OpenWorkspace): void {
  const file = readKeyFile(paths.keys);
  const there = new Set(file.slots.map(({ id }) => id));
  const ended = members(db)
    .filter(({ id, role }) => role === 'none' && id !== secrets.member)
    .filter(({ id }) => countUnsealed(db, { member: id, device: device.id }) === 0)
    .map(({ id }) => knownSlot(db, id))
    .filter((slot) => slot !== undefined && there.has(slot));
  if (ended.length > 0)
    writeKeyFile(
      paths.keys,
      ended.reduce((kept, slot) => removeSlot(kept, slot ?? ''), file),
    );
}
