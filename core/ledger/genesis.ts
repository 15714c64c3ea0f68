import { z } from 'zod';
import { deriveId } from '../../shared/domain/identity.ts';
import { MemberKey, memberIdOf } from '../../shared/ledger/authority.ts';
import type { Operation } from '../../shared/ledger/entry.ts';
import { sha256 } from './keys.ts';

export const CREATE = 'workspace.create@1';
export const RECOVER = 'member.recover@1';

/** The value of `workspace:… genesis`: the workspace's id commits to it, so nobody can replace the founder. */
export const Genesis = z.strictObject({
  nonce: z.string(),
  founderKey: z.string(),
  /** Raw Ed25519 public key, base64url, whose private half only the recovery kit yields. */
  recoveryKey: z.string(),
});
export type Genesis = z.infer<typeof Genesis>;

export function workspaceIdOf(genesis: Pick<Genesis, 'nonce' | 'founderKey'>): string {
  return deriveId(sha256, 'workspace', genesis.nonce, genesis.founderKey);
}

/** Checks the first entry of a workspace; answers the founder's key or why it is none. */
export function judgeGenesis(
  workspace: string,
  member: string,
  ops: readonly Operation[],
): { key: string } | { because: string } {
  const valueAt = (record: string, field: string) =>
    ops.find((op) => op.record === record && op.field === field)?.value;
  const genesis = Genesis.safeParse(valueAt(`workspace:${workspace}`, 'genesis'));
  if (!genesis.success || workspaceIdOf(genesis.data) !== workspace) {
    return { because: 'the workspace’s id does not commit to this beginning' };
  }
  const key = MemberKey.safeParse(valueAt(`member:${member}`, 'key'));
  if (!key.success || key.data.ledger !== genesis.data.founderKey)
    return { because: 'its author is not the founder' };
  if (memberIdOf(sha256, workspace, key.data.ledger) !== member)
    return { because: 'the founder’s id does not fit their key' };
  const strangers = ops.filter(
    (op) =>
      ![`workspace:${workspace}`, `member:${member}`].includes(op.record) && !op.record.startsWith('device:'),
  );
  return strangers.length > 0 ? { because: 'it holds more than a beginning' } : { key: key.data.ledger };
}

/** A recovery may do one thing: give its own member a new key. */
export function judgeRecovery(member: string, ops: readonly Operation[]): string | null {
  const only = ops.length === 1 && ops[0]?.record === `member:${member}` && ops[0].field === 'key';
  return only ? null : 'a recovery changes nothing but its own member’s keys';
}
