import { lazy } from '@orpc/server';
import type { Host } from '../host.ts';
import { api } from './base.ts';
import { boardRouter } from './board.ts';
import { periodsRouter } from './periods.ts';
import { conflictsRouter, dashboardRouter, ledgerRouter, recordsRouter, searchRouter } from './proof.ts';
import { registerRouter } from './register.ts';
import { syncRouter } from './sync.ts';
import { jobsRouter, systemRouter } from './system.ts';
import {
  assessmentsRouter,
  checklistsRouter,
  controlsRouter,
  engagementsRouter,
  evidenceRouter,
  frameworksRouter,
  reviewRouter,
} from './work.ts';
import { membersRouter, workspaceRouter } from './workspace.ts';

/**
 * Every procedure of the contract with its use case; the type checker refuses a missing one. What leans on the large
 * libraries of PDF and encryption is read from the disk when it is first asked for: most commands never are.
 */
export function createRouter(host: Host) {
  return api.router({
    system: systemRouter(host),
    jobs: jobsRouter(host),
    workspace: workspaceRouter(host),
    members: membersRouter(host),
    frameworks: frameworksRouter(host),
    controls: controlsRouter(host),
    engagements: engagementsRouter(host),
    assessments: assessmentsRouter(host),
    evidence: evidenceRouter(host),
    register: registerRouter(host),
    checklists: checklistsRouter(host),
    review: reviewRouter(host),
    binders: lazy(async () => ({ default: (await import('./binders.ts')).bindersRouter(host) })),
    ledger: ledgerRouter(host),
    courier: lazy(async () => ({ default: (await import('./courier.ts')).courierRouter(host) })),
    conflicts: conflictsRouter(host),
    periods: periodsRouter(host),
    sync: syncRouter(host),
    programme: lazy(async () => ({ default: (await import('./programme.ts')).programmeRouter(host) })),
    packets: lazy(async () => ({ default: (await import('./packets.ts')).packetsRouter(host) })),
    records: recordsRouter(host),
    dashboard: dashboardRouter(host),
    board: boardRouter(host),
    search: searchRouter(host),
  });
}
