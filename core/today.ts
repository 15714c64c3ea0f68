import type { OpenWorkspace } from './workspace/open-workspace.ts';

/** `YYYY-MM-DD` of now, in UTC. */
export function today(ws: Pick<OpenWorkspace, 'now'>): string {
  return new Date(ws.now()).toISOString().slice(0, 10);
}
