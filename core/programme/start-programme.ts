import type { z } from 'zod';
import { frameworkById } from '../../db/queries/frameworks.ts';
import type { EngagementRow } from '../../shared/contract/work.ts';
import { countPlan } from '../../shared/domain/plan-counts.ts';
import { mayDecide } from '../../shared/domain/programme/decisive.ts';
import { dayAfter, type ProgrammeTemplate, planFrom } from '../../shared/domain/programme/template.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import { createEngagement, refuseTakenName } from '../engagements/create-engagement.ts';
import { importSource } from '../frameworks/import-framework.ts';
import { frameworkId, keepFramework } from '../frameworks/keep-framework.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { putRecord } from './records.ts';
import { type OwnTemplate, ownFramework, readTemplate } from './templates.ts';

/** The catalog whose groups the rules of every template name. */
const CATALOG = 'enterprise-readiness';

export interface ProgrammeStart {
  /** Id or title of a template. */
  readonly template: string;
  /** Name of the engagement. */
  readonly name: string;
  /** First day, `YYYY-MM-DD`: every date of the plan is counted from it. */
  readonly start: string;
  /** Names; none gives *Whole scope*. */
  readonly subjects?: readonly string[] | undefined;
}

export interface StartedProgramme {
  readonly engagement: z.infer<typeof EngagementRow>;
  /** Ids of the frameworks it works by. */
  readonly catalog: string;
  readonly plan: string;
}

/**
 * Starts a programme from a template: the catalog of controls and the dated plan are taken in where they are not there
 * yet, and an engagement is opened over both until its last phase ends, with the template's rhythm of
 * evidence.
 */
export async function startProgramme(ws: OpenWorkspace, input: ProgrammeStart): Promise<StartedProgramme> {
  demand(mayDecide(ws.member().role));
  const template = readTemplate(input.template);
  const { name, start, subjects = [] } = input;
  const to = lastDay(start, template.template);
  refuseTakenName(ws, name);
  const catalog = await takeCatalog(ws);
  const plan = await takePlan(ws, template, start);
  const engagement = createEngagement(ws, { name, frameworks: [catalog, plan], subjects, from: start, to });
  const { evidence } = template.template;
  if (evidence !== undefined) putRecord(ws, { kind: 'cadence', engagement: engagement.id, fields: evidence });
  return { engagement, catalog, plan };
}

const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Refuses a start that is no day of the calendar, or whose programme would end beyond it. */
function lastDay(start: string, { phases }: ProgrammeTemplate): string {
  const days = Math.max(...phases.map(({ toDay }) => toDay));
  const isDay = ISO_DAY.test(start) && !Number.isNaN(Date.parse(start)) && dayAfter(start, 0) === start;
  const to = isDay ? dayAfter(start, days) : '';
  if (ISO_DAY.test(to)) return to;
  return refuse({
    code: 'invalid-input',
    detail: `"${start}" is not a day a programme can start on.`,
    where: 'start',
  });
}

async function takeCatalog(ws: OpenWorkspace): Promise<string> {
  const { file, sha256, bytes } = ownFramework(CATALOG);
  const { framework } = await importSource(ws, { name: file, bytes, sha256 }, { dryRun: false });
  return (
    framework?.id ??
    refuse({ code: 'corrupt', what: 'file that comes with the program', detail: `${file} cannot be read.` })
  );
}

/** The same template and start give the same plan, in this copy and in any other. */
async function takePlan(
  ws: OpenWorkspace,
  { template, file, sha256, bytes }: OwnTemplate,
  start: string,
): Promise<string> {
  const framework = planFrom(template, start, { sha256, bytes: bytes.length });
  const id = frameworkId(framework);
  if (frameworkById(ws.db, id) !== undefined) return id;
  const counts = countPlan(framework);
  return keepFramework(ws, { framework, original: bytes, sourceName: file, counts, problems: 0 });
}
