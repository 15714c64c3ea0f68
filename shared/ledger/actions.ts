import type { Access } from '../domain/permissions.ts';
import { PROGRAMME_KINDS } from '../domain/programme/shapes.ts';

/** Which right an action needs, and what it may touch. */
export interface ActionRule {
  readonly needs: Access;
  /** The kinds of records it may touch: an action is no cover for another. */
  readonly touches: readonly string[];
}

const WORK = ['assessment', 'link', 'subject'];
const ROLLED = ['rolled', 'engagement', ...WORK, ...PROGRAMME_KINDS];

/** Actions that are missing here are unknown: kept and forwarded, not applied. */
export const ACTIONS: Readonly<Record<string, ActionRule>> = {
  'workspace.configure@1': { needs: 'administer', touches: ['workspace'] },
  // The second version may say how binders look.
  'workspace.configure@2': { needs: 'administer', touches: ['workspace'] },
  'member.add@1': { needs: 'administer', touches: ['member'] },
  'member.role@1': { needs: 'administer', touches: ['member'] },
  'member.key@1': { needs: 'read', touches: ['member'] },
  'device.enrol@1': { needs: 'administer', touches: ['device'] },
  // Whoever may read may work on a further device of their own.
  'device.join@1': { needs: 'read', touches: ['device'] },
  // Whoever may read may carry a copy, and that is a fact about the copy.
  'copy.carry@1': { needs: 'read', touches: ['carriage'] },
  'framework.import@1': { needs: 'prepare', touches: ['framework'] },
  'engagement.create@2': { needs: 'prepare', touches: ['engagement', 'subject'] },
  'assess@1': { needs: 'prepare', touches: WORK },
  'assess.many@1': { needs: 'prepare', touches: WORK },
  'evidence.add@1': { needs: 'prepare', touches: ['evidence', 'custody', ...WORK] },
  'evidence.revise@1': { needs: 'prepare', touches: ['evidence', 'custody'] },
  'evidence.update@1': { needs: 'prepare', touches: ['evidence'] },
  'evidence.link@1': { needs: 'prepare', touches: WORK },
  'evidence.unlink@1': { needs: 'prepare', touches: WORK },
  'evidence.remove@1': { needs: 'prepare', touches: ['evidence', ...WORK] },
  'review.sign@1': { needs: 'read', touches: ['signoff'] },
  'review.return@1': { needs: 'review', touches: ['signoff'] },
  'review.note@1': { needs: 'review', touches: ['note'] },
  'review.answer@1': { needs: 'prepare', touches: ['note'] },
  'review.clear@1': { needs: 'review', touches: ['note'] },
  // The second version of an action writes fields that builds before it do not know.
  'evidence.add@2': { needs: 'prepare', touches: ['evidence', 'custody', 'proof', ...WORK] },
  'evidence.update@2': { needs: 'prepare', touches: ['evidence'] },
  'evidence.add@3': { needs: 'prepare', touches: ['evidence', 'custody', 'proof', 'renewal', ...WORK] },
  'evidence.update@3': { needs: 'prepare', touches: ['evidence', 'renewal'] },
  'evidence.revise@2': { needs: 'prepare', touches: ['evidence', 'custody', 'renewal'] },
  'review.sign@2': { needs: 'read', touches: ['signoff'] },
  'review.return@2': { needs: 'review', touches: ['signoff'] },
  'evidence.change@1': { needs: 'prepare', touches: ['change'] },
  'evidence.linkcheck@1': { needs: 'prepare', touches: ['linkcheck', 'custody'] },
  'evidence.hold@1': { needs: 'administer', touches: ['hold', 'custody'] },
  // Whoever may read may take files out, and that is a step of their custody.
  'evidence.export@1': { needs: 'read', touches: ['custody'] },
  'programme.put@1': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.put@2': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.remove@1': { needs: 'prepare', touches: PROGRAMME_KINDS },
  'programme.measure@2': { needs: 'prepare', touches: ['measurement'] },
  'programme.attest@3': { needs: 'read', touches: ['attestation', 'custody'] },
  'programme.accept@1': { needs: 'review', touches: ['acceptance', 'withdrawal'] },
  'programme.prove@1': { needs: 'prepare', touches: ['proof'] },
  // The second version begins the section it attaches to.
  'programme.prove@2': { needs: 'prepare', touches: ['proof', 'section'] },
  'packet.waive@1': { needs: 'review', touches: ['waiver'] },
  // The second version names the packet as it was called.
  'packet.waive@2': { needs: 'review', touches: ['waiver'] },
  'packet.finalise@2': { needs: 'prepare', touches: ['finalisation'] },
  'packet.handover@1': { needs: 'prepare', touches: ['handover'] },
  // The second version proves what its author had seen; the first claimed it.
  'engagement.lock@2': { needs: 'review', touches: ['lockdown', 'engagement'] },
  'engagement.roll@1': { needs: 'prepare', touches: ROLLED },
  'engagement.roll@2': { needs: 'prepare', touches: ROLLED },
  'binder.export@1': { needs: 'prepare', touches: ['binder'] },
  'binder.countersign@1': { needs: 'review', touches: ['countersignature'] },
  'conflict.resolve@1': {
    needs: 'prepare',
    touches: ['evidence', 'engagement', 'note', ...WORK, ...PROGRAMME_KINDS],
  },
  'conflict.resolve-admin@1': { needs: 'administer', touches: ['workspace', 'member', 'device'] },
  'undo@1': { needs: 'prepare', touches: ['evidence', 'engagement', 'proof', ...WORK, ...PROGRAMME_KINDS] },
};
