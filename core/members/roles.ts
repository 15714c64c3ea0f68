import { knownVector } from '../../db/queries/ledger.ts';
import { devices, memberById } from '../../db/queries/people.ts';
import { coversRole, mayGiveRole } from '../../shared/domain/permissions.ts';
import type { Role } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import { sealOpen } from '../ledger/seal.ts';
import { member as findMember } from '../resolve.ts';
import { endSlotsOfFormer } from '../workspace/former-slots.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/**
 * Gives a member another role, or ends their membership with `none`. What takes rights away names all that is here: what
 * they write from then on counts for nothing wherever it arrives, also where their program pretends not to know.
 */
export function setRole(ws: OpenWorkspace, input: { readonly member: string; readonly role: Role | 'none' }) {
  const { id, name } = findMember(ws, input.member);
  const held = (memberById(ws.db, id)?.role ?? 'none') as Role | 'none';
  const { role } = input;
  const verdict = mayGiveRole(ws.member(), { id, role: held }, role);
  if (!verdict.allowed) refuse({ code: 'forbidden', detail: verdict.because });
  ws.db.transaction(() => {
    const cutoff = coversRole(role, held) ? {} : knownVector(ws.db);
    append(ws, 'member.role@1', [{ record: `member:${id}`, field: 'role', value: { role, cutoff } }]);
    sealOpen(ws);
  })();
  if (role === 'none') endSlotsOfFormer(ws);
  const theirs = devices(ws.db).filter((device) => device.member === id);
  return {
    member: { id, name, role },
    devices: theirs.map((device) => ({ id: device.id, name: device.name })),
  };
}
