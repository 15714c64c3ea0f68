import { members } from '../../db/queries/people.ts';
import { readKeyFile, writeKeyFile } from './key-file.ts';
import { removeSlot } from './key-slots.ts';
import { knownSlot, type OpenWorkspace } from './open-workspace.ts';

/**
 * Takes the key slots of those who left out of this copy's key file, as far as it knows which slot is whose: their
 * passphrases open it no more. Key slots are files of one copy; each one does this as it learns that somebody left.
 */
export function endSlotsOfFormer({ db, paths, secrets }: OpenWorkspace): void {
  const file = readKeyFile(paths.keys);
  const there = new Set(file.slots.map(({ id }) => id));
  const ended = members(db)
    .filter(({ id, role }) => role === 'none' && id !== secrets.member)
    .map(({ id }) => knownSlot(db, id))
    .filter((slot) => slot !== undefined && there.has(slot));
  if (ended.length > 0)
    writeKeyFile(
      paths.keys,
      ended.reduce((kept, slot) => removeSlot(kept, slot ?? ''), file),
    );
}
