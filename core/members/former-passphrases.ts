import { dropSetting, readSetting, writeSetting } from '../../db/queries/ledger.ts';
import { all } from '../../db/sql.ts';
import { idOf } from '../../shared/ledger/entry.ts';
import { RECOVER } from '../ledger/genesis.ts';
import { readKeyFile } from '../workspace/key-file.ts';
import { knownSlot, type OpenWorkspace } from '../workspace/open-workspace.ts';

type Database = OpenWorkspace['db'];
const former = (member: string) => `former:${member}`;

/**
 * Key slots are files of one copy: a recovery ends the lost slot where it is made and can reach no other copy. When
 * its entry arrives by media, the slot here is noted and shown. It is not removed: it may be the only way in that its
 * member has here, and only they can tell a forgotten passphrase from a stolen one.
 */
export function noteRecoveries<T>(ws: OpenWorkspace, receive: () => T): T {
  const before = recoveries(ws.db);
  const received = receive();
  for (const [entry, member] of recoveries(ws.db)) {
    const slot = knownSlot(ws.db, member);
    if (!before.has(entry) && slot !== undefined) writeSetting(ws.db, former(member), slot);
  }
  return received;
}

/** Members who recovered in another copy, while the passphrase they had before still opens this one. */
export function formerPassphrases(ws: OpenWorkspace): string[] {
  const noted = [...new Set(recoveries(ws.db).values())].flatMap((member) => {
    const slot = readSetting(ws.db, former(member));
    return slot === undefined ? [] : [{ member, slot }];
  });
  if (noted.length === 0) return [];
  const slots = new Set(readKeyFile(ws.paths.keys).slots.map(({ id }) => id));
  return noted.filter(({ slot }) => slots.has(slot)).map(({ member }) => member);
}

/** The member has a new passphrase in this copy. */
export function forgetFormerPassphrase(db: Database, member: string): void {
  dropSetting(db, former(member));
}

/** Whom each recovery in the ledger was for, by the place of its entry. */
function recoveries(db: Database): Map<string, string> {
  // By the keys of members, which are few, where asking every entry would read them all.
  const rows = all<{ writer: string; seq: number; record: string }>(
    db,
    `SELECT o.writer, o.seq, o.record FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq
      WHERE o.record > 'member:' AND o.record < 'member;' AND o.field = 'key' AND e.action = ? AND e.state = 'applied'`,
    RECOVER,
  );
  return new Map(rows.map(({ writer, seq, record }) => [`${writer}:${seq}`, idOf(record)]));
}
