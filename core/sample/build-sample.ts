import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitForDisk } from '../../db/open.ts';
import type { JobContext } from '../jobs.ts';
import { addMember } from '../members/members.ts';
import type { Ports } from '../ports.ts';
import type { CoreOptions } from '../root.ts';
import { createWorkspace } from '../workspace/create-workspace.ts';
import type { Argon2Cost } from '../workspace/key-file.ts';
import { type OpenWorkspace, sealAndClose } from '../workspace/open-workspace.ts';
import { unlockWorkspace } from '../workspace/unlock-workspace.ts';
import { packetSteps } from './packets.ts';
import { payrollSteps } from './payroll.ts';
import { programmeSteps } from './programme.ts';
import { ReplayedClock } from './replayed-clock.ts';
import { PEOPLE } from './script-payroll.ts';
import { Stage } from './stage.ts';

export interface Sample {
  readonly open: OpenWorkspace;
  readonly people: readonly { readonly name: string; readonly role: string; readonly passphrase: string }[];
}

const [ADA, MIA, JONAS] = PEOPLE;
const FIRST_DAY = -182;

/**
 * Builds the sample by the same use cases people use: half a year of work, replayed on a clock that begins 26 weeks
 * ago and ends yesterday, so that its history, trends and sign-offs look as they would after real work.
 */
export async function buildSample(
  ports: Ports,
  options: Pick<CoreOptions, 'home'> & { readonly cost?: Argon2Cost },
  job: JobContext,
): Promise<Sample> {
  const dir = freeFolder(options.home);
  const clock = new ReplayedClock(ports.clock.now());
  clock.goTo(FIRST_DAY);
  job.step('Creating the workspace', 0, null);
  const { open } = await createWorkspace(
    { ...ports, clock },
    {
      dir,
      name: 'Harbour Payroll',
      member: ADA.name,
      passphrase: ADA.passphrase,
      marking: 'Sample',
      cost: options.cost,
    },
  );
  try {
    waitForDisk(open.db, false);
    await play(open, clock, job);
    waitForDisk(open.db, true);
    sealAndClose(open);
    return {
      open: await unlockWorkspace(ports, { dir, passphrase: ADA.passphrase }),
      people: PEOPLE,
    };
  } catch (error) {
    // Half a story is of no use to anybody.
    if (open.db.open) open.close();
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
}

function freeFolder(home: string): string {
  for (let n = 1; ; n += 1) {
    const dir = join(home, n === 1 ? 'Sample' : `Sample ${n}`);
    if (!existsSync(dir)) return dir;
  }
}

/** Plays the story day by day. */
async function play(ada: OpenWorkspace, clock: ReplayedClock, job: JobContext): Promise<void> {
  for (const person of [MIA, JONAS]) await addMember(ada, person);
  const stage = await Stage.of(ada, clock, { mia: MIA, jonas: JONAS });
  const steps = [...payrollSteps(), ...programmeSteps(), ...packetSteps()].sort((a, b) => a.day - b.day);
  for (const { day, does } of steps) {
    job.signal.throwIfAborted();
    job.step(`Week ${weekOf(day)} of 26`, weekOf(day), 26);
    clock.goTo(day);
    await does(stage);
    stage.seal();
    await breathe();
  }
}

const weekOf = (day: number) => Math.floor((day - FIRST_DAY) / 7) + 1;

/** Lets the thread tell how far it is, and hear that it is to stop. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
