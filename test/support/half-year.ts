import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Core, createCore } from '../../core/index.ts';
import { idsFrom, type Ports, systemPorts } from '../../core/ports.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';
import { type Api, CHEAP, finish } from './workspaces.ts';

/** The day on which the half-year ends. */
export const TODAY = '2026-11-21';

/** Half a year of three people at work, as the sample workspace tells it, seen on a fixed afternoon. */
export interface HalfYear {
  readonly core: Core;
  readonly api: Api;
  readonly home: string;
  /** Ids of the engagements. */
  readonly last: string;
  readonly payroll: string;
  readonly programme: string;
  /** What building it said on the way. */
  readonly steps: ReadonlySet<string>;
  /** How long building it took. */
  readonly seconds: number;
  /** `YYYY-MM-DD` of a day counted from today. */
  day(days: number): string;
  as(passphrase: string): Promise<Api>;
  close(): Promise<void>;
}

export async function playHalfYear(): Promise<HalfYear> {
  const home = mkdtempSync(join(tmpdir(), 'bindery-half-year-'));
  const { random } = systemPorts;
  const clock = { now: () => Date.parse(`${TODAY}T14:00:00Z`) };
  const ports: Ports = { clock, random, ids: idsFrom(random) };
  const core = await createCore({ shell: 'test', home, cost: CHEAP, ports });
  const { client: api } = core;
  const begun = performance.now();
  const started = await api.workspace.sample();
  const steps = new Set<string>();
  const watching = (async () => {
    for await (const { step } of await api.jobs.watch(started)) steps.add(step);
  })();
  await finish(api, Promise.resolve(started));
  await watching;
  const seconds = (performance.now() - begun) / 1000;
  const engagements = (await api.engagements.list({})).rows;
  const idOf = (name: string) => {
    const found = engagements.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no engagement ${name}`);
    return found.id;
  };
  const dir = join(home, 'Sample');
  return {
    ...{ core, api, home, steps, seconds },
    last: idOf('Payroll assurance, last half-year'),
    payroll: idOf('Payroll assurance'),
    programme: idOf('Enterprise readiness'),
    day: (days) => dayAfter(TODAY, days),
    async as(passphrase) {
      await api.workspace.unlock({ dir, passphrase });
      return api;
    },
    async close() {
      await core.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
