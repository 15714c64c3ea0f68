import { ledgerEntries, listConflicts } from '../../db/queries/history.ts';
import { search as findText } from '../../db/queries/search.ts';
import type { Host } from '../host.ts';
import { exportLedger, importLedger } from '../ledger/carry.ts';
import { resolveConflict } from '../ledger/conflicts.ts';
import { undo } from '../ledger/undo.ts';
import { verifyWorkspace } from '../ledger/verify-workspace.ts';
import { dashboardSummary } from '../programme/dashboard.ts';
import { listAny, showAny } from '../records/records.ts';
import * as resolve from '../resolve.ts';
import { api } from './base.ts';
import { demandDisk } from './disk.ts';

export function ledgerRouter(host: Host) {
  const at = api.ledger;
  return {
    entries: at.entries.handler(({ input }) => {
      const ws = host.demand('read');
      const member = input.member === undefined ? {} : { member: resolve.member(ws, input.member).id };
      return ledgerEntries(ws.db, { ...input, ...member });
    }),
    seal: at.seal.handler(() => {
      host.demand('read');
      const entries = host.sealNow();
      return { segments: entries > 0 ? 1 : 0, entries };
    }),
    verify: at.verify.handler(({ input }) => {
      const ws = host.demand('read');
      return host.jobs.start('ledger-verify', 'Verifying the ledger', (job) =>
        verifyWorkspace(ws, input.rebuild, job),
      );
    }),
    export: at.export.handler(({ input }) => {
      demandDisk(host, [input.out]);
      return exportLedger(host.demand('read'), input.out, input.force);
    }),
    import: at.import.handler(async ({ input }) => {
      demandDisk(host, [input.from]);
      const carried = await importLedger(host.demand('read'), input.from);
      host.tookIn();
      return carried;
    }),
    undo: at.undo.handler(({ input }) => {
      const undone = undo(
        host.demand('prepare'),
        input === undefined ? undefined : [input.writer, input.seq],
      );
      host.wrote('assessments', 'evidence', 'checklists', 'review', 'engagements');
      return { undone };
    }),
  };
}

export function conflictsRouter(host: Host) {
  return {
    list: api.conflicts.list.handler(({ input }) =>
      listConflicts(host.demand('read').db, input.offset, input.limit),
    ),
    resolve: api.conflicts.resolve.handler(({ input }) => {
      const value = resolveConflict(host.demand('prepare'), input);
      host.wrote('assessments', 'evidence', 'engagements', 'checklists', 'review', 'members', 'session');
      return { record: input.record, field: input.field, value };
    }),
  };
}

export function recordsRouter(host: Host) {
  return {
    list: api.records.list.handler(({ input }) =>
      listAny(host.demand('read'), input.kind, input.where, input.offset, input.limit),
    ),
    show: api.records.show.handler(({ input }) => showAny(host.demand('read'), input.kind, input.id)),
  };
}

export function dashboardRouter(host: Host) {
  return {
    summary: api.dashboard.summary.handler(({ input }) =>
      dashboardSummary(host.demand('read'), input.engagement),
    ),
  };
}

export function searchRouter(host: Host) {
  return {
    find: api.search.find.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement = resolve.engagementIfAny(ws, input.engagement)?.id ?? null;
      return findText(ws.db, input.text, input.limit, engagement);
    }),
  };
}
