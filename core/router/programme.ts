import { programmePage } from '../../db/queries/programme.ts';
import type { Host } from '../host.ts';
import { accept, attest, measure, withdraw } from '../programme/acts.ts';
import { prove, putRecord, removeRecord, viewRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import { api } from './base.ts';

export function programmeRouter(host: Host) {
  const at = api.programme;
  const wrote = () => host.wrote('programme');
  return {
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
