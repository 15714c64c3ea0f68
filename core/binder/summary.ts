import { progressByGroup } from '../../db/queries/dashboard.ts';
import { draftsBegun, type engagementById } from '../../db/queries/engagements.ts';
import { evidenceRows } from '../../db/queries/evidence.ts';
import { members } from '../../db/queries/people.ts';
import { numbered } from '../../shared/domain/programme/day.ts';
import { RESULTS, type Result } from '../../shared/domain/results.ts';
import { fingerprintOfPem } from '../members/members.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import type { BinderModel } from './model.ts';
import type { SignedScope } from './scope.ts';

/** Who signed in scope, and who prepares the binder. */
export function people(ws: OpenWorkspace, scope: SignedScope): BinderModel['people'] {
  return members(ws.db).flatMap((member) => {
    const capacities = new Set(
      scope.signOffs.filter((s) => s.by === member.id && s.verdict === 'signed').map((s) => s.capacity),
    );
    if (member.id === ws.secrets.member) capacities.add('preparer');
    if (capacities.size === 0) return [];
    const part = [...capacities]
      .map((capacity) => `${capacity.charAt(0).toUpperCase()}${capacity.slice(1)}`)
      .join(', ');
    return [
      { name: member.name, role: member.role, part, fingerprint: fingerprintOfPem(member.certificate) },
    ];
  });
}

type Engagement = NonNullable<ReturnType<typeof engagementById>>;

/** The counts of the first pages, and the one sentence they come to. */
export function summary(
  ws: OpenWorkspace,
  engagement: Engagement,
  scope: SignedScope,
): BinderModel['summary'] {
  const { results, statuses } = engagement.progress;
  const total = engagement.controls + engagement.items;
  const evidence = evidenceRows(ws.db, scope.evidence, today(ws));
  const files = evidence.flatMap((row) => row.files);
  const standing = scope.signOffs.filter((s) => s.verdict === 'signed');
  const other = (group: { total: number; satisfied: number; notSatisfied: number; notApplicable: number }) =>
    Math.max(0, group.total - group.satisfied - group.notSatisfied - group.notApplicable);
  return {
    results,
    statuses,
    notStarted: statuses.draft - draftsBegun(ws.db, engagement.id),
    signOffs: {
      prepared: standing.filter((s) => s.capacity === 'preparer' && !s.voided).length,
      reviewed: standing.filter((s) => s.capacity !== 'preparer' && !s.voided).length,
      voided: standing.filter((s) => s.voided).length,
    },
    evidence: {
      records: evidence.length,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      expired: evidence.filter((row) => row.state === 'expired').length,
    },
    byGroup: progressByGroup(ws.db, engagement.id).map((group) => ({
      framework: group.frameworkTitle,
      label: group.label ? `${group.label} ${group.title}` : group.title,
      results: {
        satisfied: group.satisfied,
        'not-satisfied': group.notSatisfied,
        'not-applicable': group.notApplicable,
        'not-reviewed': other(group),
      },
    })),
    finding: findingOf(results, total),
  };
}

/** One sentence that states the finding. */
function findingOf(results: Record<Result, number>, total: number): string {
  const decided = RESULTS.filter((result) => result !== 'not-reviewed').reduce(
    (sum, result) => sum + results[result],
    0,
  );
  const failing = results['not-satisfied'];
  const rest =
    failing === 0
      ? 'none is not satisfied'
      : `${numbered(failing)} ${failing === 1 ? 'is' : 'are'} not satisfied`;
  return `${numbered(results.satisfied)} of ${numbered(total)} checks ${results.satisfied === 1 ? 'is' : 'are'} satisfied, ${rest}, and ${numbered(total - decided)} ${total - decided === 1 ? 'is' : 'are'} not reviewed yet.`;
}
