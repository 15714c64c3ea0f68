import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setItem } from '../checklists/checklist.ts';
import { assess } from '../engagements/assess.ts';
import { createEngagement } from '../engagements/create-engagement.ts';
import { addEvidence } from '../evidence/add-evidence.ts';
import { StagedFiles } from '../evidence/staged-files.ts';
import { importFrameworks } from '../frameworks/import-framework.ts';
import type { JobContext } from '../jobs.ts';
import { addMember } from '../members/members.ts';
import type { Ports } from '../ports.ts';
import { returnWork, signOff } from '../review/sign-off.ts';
import type { CoreOptions } from '../root.ts';
import { createWorkspace } from '../workspace/create-workspace.ts';
import type { Argon2Cost } from '../workspace/key-file.ts';
import { type OpenWorkspace, sealAndClose } from '../workspace/open-workspace.ts';
import { unlockWorkspace } from '../workspace/unlock-workspace.ts';
import {
  CHECKS,
  CHECKS_BY_JONAS,
  DONE_ITEMS,
  ENGAGEMENT,
  EVIDENCE,
  PEOPLE,
  type SampleCheck,
  VOIDING_NOTE,
} from './script.ts';

export interface Sample {
  readonly open: OpenWorkspace;
  readonly people: readonly { readonly name: string; readonly role: string; readonly passphrase: string }[];
}

const ASSETS = fileURLToPath(new URL('../../assets/sample', import.meta.url));
const DAY = 86_400_000;
const [ADA, MIA, JONAS] = PEOPLE;

/**
 * Builds the sample by the same use cases people use, on a clock that replays the last weeks, so that its history,
 * trend and sign-offs look as they would after real work.
 */
export async function buildSample(
  ports: Ports,
  options: Pick<CoreOptions, 'home'> & { readonly cost?: Argon2Cost },
  job: JobContext,
): Promise<Sample> {
  const dir = freeFolder(options.home);
  const now = ports.clock.now();
  const clock = new ReplayedClock(now);
  const replayed: Ports = { ...ports, clock };
  clock.set(-26);
  job.step('Creating the workspace', 0, 4);
  const { open } = await createWorkspace(replayed, {
    dir,
    name: 'Harbour Payroll',
    member: ADA.name,
    passphrase: ADA.passphrase,
    marking: 'Sample',
    cost: options.cost,
  });
  job.step('Importing the frameworks', 1, 4);
  await prepare(open, clock);
  job.step('Reviewing', 2, 4);
  sealAndClose(open);
  await reviewAsMia(replayed, dir, clock);
  await prepareAsJonas(replayed, dir, clock);
  job.step('Opening', 3, 4);
  clock.set(-1);
  const again = await unlockWorkspace(replayed, { dir, passphrase: ADA.passphrase });
  assess(again, { control: 'CH-2', note: VOIDING_NOTE });
  sealAndClose(again);
  return { open: await unlockWorkspace(ports, { dir, passphrase: ADA.passphrase }), people: PEOPLE };
}

/** A clock that stands some days in the past and moves on with each reading. */
class ReplayedClock {
  readonly #today: number;
  #at: number;
  constructor(today: number) {
    this.#today = today;
    this.#at = today;
  }
  set(days: number): void {
    this.#at = Math.max(this.#at === this.#today ? 0 : this.#at, this.#today + days * DAY);
  }
  now(): number {
    this.#at += 700;
    return this.#at;
  }
  day(days: number): string {
    return new Date(this.#today + days * DAY).toISOString().slice(0, 10);
  }
}

function freeFolder(home: string): string {
  for (let n = 1; ; n += 1) {
    const dir = join(home, n === 1 ? 'Sample' : `Sample ${n}`);
    if (!existsSync(dir)) return dir;
  }
}

async function prepare(ws: OpenWorkspace, clock: ReplayedClock): Promise<void> {
  const staged = new StagedFiles();
  const files = ['payroll-assurance-essentials.json', 'harbour-payroll-readiness-plan.md'].map((name) => ({
    path: join(ASSETS, name),
  }));
  const imported = await importFrameworks(ws, staged, { files, dryRun: false });
  const frameworks = imported.flatMap((file) => (file.framework === null ? [] : [file.framework.id]));
  createEngagement(ws, {
    name: ENGAGEMENT.name,
    frameworks,
    subjects: [ENGAGEMENT.subject],
    from: ENGAGEMENT.from,
    to: ENGAGEMENT.to,
  });
  for (const person of [MIA, JONAS]) await addMember(ws, person);
  for (const check of CHECKS) await record(ws, staged, clock, check);
  for (const item of DONE_ITEMS) setItem(ws, { item: item.text, result: 'satisfied', note: item.note });
}

async function record(
  ws: OpenWorkspace,
  staged: StagedFiles,
  clock: ReplayedClock,
  check: SampleCheck,
): Promise<void> {
  clock.set(-check.daysAgo);
  const { control, result, method, note } = check;
  assess(ws, { control, result, method, note });
  for (const name of check.evidence ?? []) {
    const about = EVIDENCE[name];
    if (about === undefined) continue;
    const file = await staged.take(ws, { path: join(ASSETS, 'evidence', name) });
    const details = {
      title: about.title,
      collected: clock.day(about.collected),
      expires: clock.day(about.expires),
      owner: 'Service manager',
    };
    addEvidence(ws, [file], details, { together: false, links: [{ control }] });
  }
  if (check.state !== 'draft') signOff(ws, { kind: 'assessment', id: control }, 'preparer');
}

async function reviewAsMia(ports: Ports, dir: string, clock: ReplayedClock): Promise<void> {
  clock.set(-2);
  const ws = await unlockWorkspace(ports, { dir, passphrase: MIA.passphrase });
  for (const check of CHECKS) {
    const request = { kind: 'assessment', id: check.control } as const;
    if (check.state === 'accepted' || check.state === 'voided') signOff(ws, request, 'reviewer');
    if (check.state === 'returned') returnWork(ws, request, check.returnNote ?? '');
  }
  sealAndClose(ws);
}

async function prepareAsJonas(ports: Ports, dir: string, clock: ReplayedClock): Promise<void> {
  const ws = await unlockWorkspace(ports, { dir, passphrase: JONAS.passphrase });
  for (const check of CHECKS_BY_JONAS) await record(ws, new StagedFiles(), clock, check);
  sealAndClose(ws);
}
