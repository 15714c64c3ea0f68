import { programmePage } from '../../db/queries/programme.ts';
import type { ProgrammeTemplateRow } from '../../shared/contract/programme.ts';
import type { Host } from '../host.ts';
import { accept, attest, measure, withdraw } from '../programme/acts.ts';
import { prove, putRecord, removeRecord, viewRecord } from '../programme/records.ts';
import type { ShippedProgramme } from '../programme/shipped.ts';
import { startProgramme } from '../programme/start-programme.ts';
import { listTemplates, readTemplate } from '../programme/templates.ts';
import * as resolve from '../resolve.ts';
import { api } from './base.ts';

export function programmeRouter(host: Host) {
  const at = api.programme;
  const wrote = () => host.wrote('programme');
  return {
    templates: at.templates.handler(() => {
      host.demand('read');
      return { templates: listTemplates().map(templateRow) };
    }),
    start: at.start.handler(async ({ input }) => {
      const started = await startProgramme(host.demand('prepare'), input);
      host.wrote('frameworks', 'engagements', 'programme', 'checklists');
      return started;
    }),
    list: at.list.handler(({ input }) => {
      const ws = host.demand('read');
      return programmePage(ws.db, resolve.engagement(ws, input.engagement).id, input.kind, input);
    }),
    get: at.get.handler(({ input }) => viewRecord(host.demand('read'), input)),
    put: at.put.handler(({ input }) => {
      const row = putRecord(host.demand('prepare'), input);
      wrote();
      return { row };
    }),
    remove: at.remove.handler(({ input }) => {
      removeRecord(host.demand('prepare'), input);
      wrote();
      return { removed: true };
    }),
    measure: at.measure.handler(({ input }) => {
      const fact = measure(host.demand('prepare'), input, input);
      wrote();
      return { fact };
    }),
    attest: at.attest.handler(({ input }) => {
      const { met, statement, until } = input;
      const fact = attest(host.demand('read'), input, { met, statement, until });
      wrote();
      return { fact };
    }),
    accept: at.accept.handler(({ input }) => {
      const fact = accept(host.demand('review'), input, input);
      wrote();
      return { fact };
    }),
    withdraw: at.withdraw.handler(({ input }) => {
      const fact = withdraw(host.demand('review'), input.acceptance, input.reason);
      wrote();
      return { fact };
    }),
    prove: at.prove.handler(({ input }) => {
      const proofs = prove(host.demand('prepare'), input, input.evidence, input.on);
      wrote();
      return { proofs };
    }),
  };
}

function templateRow({ id, title, version, summary, days }: ShippedProgramme): ProgrammeTemplateRow {
  const { pillars, phases, gates, kpis, risks, checklists } = readTemplate(id).template;
  const counts = {
    pillars: pillars.length,
    phases: phases.length,
    gates: gates.length,
    kpis: kpis.length,
    risks: risks.length,
    checklists: checklists.length,
  };
  return { id, title, version, summary, days, counts };
}
