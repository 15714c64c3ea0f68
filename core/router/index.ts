import type { Host } from '../host.ts';
import { api } from './base.ts';
import { boardRouter } from './board.ts';
import { courierRouter } from './courier.ts';
import { packetsRouter } from './packets.ts';
import { periodsRouter } from './periods.ts';
import { programmeRouter } from './programme.ts';
import {
  bindersRouter,
  conflictsRouter,
  dashboardRouter,
  ledgerRouter,
  recordsRouter,
  searchRouter,
} from './proof.ts';
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

/** Every procedure of the contract with its use case; the type checker refuses a missing one. */
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
    binders: bindersRouter(host),
    ledger: ledgerRouter(host),
    courier: courierRouter(host),
    conflicts: conflictsRouter(host),
    periods: periodsRouter(host),
    sync: syncRouter(host),
    programme: programmeRouter(host),
    packets: packetsRouter(host),
    records: recordsRouter(host),
    dashboard: dashboardRouter(host),
    board: boardRouter(host),
    search: searchRouter(host),
  });
}
