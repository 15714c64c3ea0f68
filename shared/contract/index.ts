import { board } from './board.ts';
import { courier } from './courier.ts';
import { controls, frameworks } from './frameworks.ts';
import { packets } from './packets.ts';
import { periods } from './periods.ts';
import { programme } from './programme.ts';
import { binders, conflicts, dashboard, ledger, records, search } from './proof.ts';
import { register } from './register.ts';
import { sync } from './sync.ts';
import { jobs, system } from './system.ts';
import { assessments, checklists, engagements, evidence, review } from './work.ts';
import { members, workspace } from './workspace.ts';

/**
 * The product's table of contents: every procedure there is. Shells call these and nothing else crosses a
 * process boundary, except file bytes through the file door (`shared/contract/files.ts`).
 */
export const contract = {
  system,
  jobs,
  workspace,
  members,
  frameworks,
  controls,
  engagements,
  assessments,
  evidence,
  register,
  checklists,
  review,
  binders,
  ledger,
  courier,
  conflicts,
  periods,
  programme,
  packets,
  records,
  dashboard,
  board,
  search,
  sync,
};
export type Contract = typeof contract;
