import { sealedUpTo, writers } from '../../db/queries/ledger.ts';
import { memberNames } from '../../db/queries/people.ts';
import { all } from '../../db/sql.ts';
import { refuse } from '../../shared/fault.ts';
import { LinkState } from '../../shared/ledger/fields.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { SignedScope } from './scope.ts';

/**
 * What a crash left open is under nobody's signature, so no binder can prove it. Where it changed something in scope, the
 * binder would tell a state that its ledger entries do not show: its author has to seal it first.
 */
export function demandSealed(ws: OpenWorkspace, scope: SignedScope): void {
  const told = recordsBehind(scope);
  for (const { id, member } of writers(ws.db)) {
    const open = all<{ record: string; value: string | null }>(
      ws.db,
      `SELECT o.record, o.value FROM operation o JOIN entry e ON e.writer = o.writer AND e.seq = o.seq AND e.state = 'applied'
        WHERE o.writer = ? AND o.seq > ?`,
      id,
      sealedUpTo(ws.db, id),
    );
    if (!open.some(({ record, value }) => told.has(record) || told.has(linkedTo(record, value)))) continue;
    const name = memberNames(ws.db).get(member) ?? member;
    refuse({
      code: 'conflict',
      detail: `Work of ${name} on something in this engagement was left open when Bindery stopped, so it is not under their signature yet.`,
      remedy: `${name} has to unlock this workspace once on the device it was written on; then compose again.`,
    });
  }
}

/** The records whose values stand in what is told. */
function recordsBehind(scope: SignedScope): ReadonlySet<string> {
  return new Set([
    ...scope.assessments.map(({ id }) => `assessment:${id}`),
    ...[...scope.evidence, ...scope.removed].map((id) => `evidence:${id}`),
    ...scope.links.map((id) => `link:${id}`),
    ...scope.withheld,
  ]);
}

/** The check that a link is to. */
function linkedTo(record: string, value: string | null): string {
  if (!record.startsWith('link:') || value === null) return '';
  return `assessment:${LinkState.safeParse(JSON.parse(value)).data?.assessment ?? ''}`;
}
