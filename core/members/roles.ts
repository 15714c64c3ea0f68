import type { Database } from '../../db/driver.ts';
import { countUnsealed, knownVector, sealedUpTo } from '../../db/queries/ledger.ts';
import { devices, founderOf, memberById } from '../../db/queries/people.ts';
import { coversRole, mayGiveRole } from '../../shared/domain/permissions.ts';
import type { Role } from '../../shared/domain/results.ts';
import { refuse } from '../../shared/fault.ts';
import { append } from '../ledger/append.ts';
import { sealOpen } from '../ledger/seal.ts';
import { member as findMember } from '../resolve.ts';
import { endSlotsOfFormer } from '../workspace/former-slots.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/**
 * Gives a member another role, or ends their membership with `none`. What takes rights away names all that is sealed
 * here: what they write beyond it counts for nothing wherever it arrives, also where their program pretends not to know.
 * Refused where the rules do not let the giver, and while work of theirs is not signed here.
 */
export function setRole(ws: OpenWorkspace, input: { readonly member: string; readonly role: Role | 'none' }) {
  const { id, name } = findMember(ws, input.member);
  const held = (memberById(ws.db, id)?.role ?? 'none') as Role | 'none';
  const { role } = input;
  const founder = founderOf(ws.db, ws.workspace);
  const self = ws.member();
  const verdict = mayGiveRole(
    { id: self.id, role: self.role, founder: self.id === founder },
    { id, role: held, founder: id === founder },
    role,
  );
  if (!verdict.allowed) refuse({ code: 'forbidden', detail: verdict.because });
  const takes = !coversRole(role, held);
  if (takes) demandSealed(ws, { id, name });
  ws.db.transaction(() => {
    sealOpen(ws);
    const cutoff = takes ? sealedVector(ws.db) : {};
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

/**
 * Work of theirs that a crash left open here nobody else can sign, and no copy goes on past what names an entry that it
 * never gets: they, or the recovery kit in their name, sign it first.
 */
function demandSealed(
  { db, device }: OpenWorkspace,
  { id, name }: { readonly id: string; readonly name: string },
): void {
  const open = countUnsealed(db, { member: id, device: device.id });
  if (open === 0) return;
  refuse({
    code: 'conflict',
    detail: `${name} has ${open === 1 ? 'a change' : `${open} changes`} in this copy that they have not signed yet, since the app was cut off.`,
    remedy: `Let ${name} unlock this copy once on this device, or recover their access here with the recovery kit; both sign it. Then change this again.`,
  });
}

/** What of all that is here others can have: what no seal covers yet is left out. */
function sealedVector(db: Database): Record<string, number> {
  const known = Object.keys(knownVector(db)).map((writer) => [writer, sealedUpTo(db, writer)] as const);
  return Object.fromEntries(known.filter(([, seq]) => seq > 0));
}
