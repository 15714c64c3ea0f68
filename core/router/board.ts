import type { Host } from '../host.ts';
import { boardOn, gatesOn, staleNow } from '../programme/board.ts';
import { api } from './base.ts';

export function boardRouter(host: Host) {
  const at = api.board;
  return {
    get: at.get.handler(({ input }) => boardOn(host.demand('read'), input)),
    gates: at.gates.handler(({ input }) => gatesOn(host.demand('read'), input)),
    stale: at.stale.handler(({ input }) => staleNow(host.demand('read'), input)),
  };
}
