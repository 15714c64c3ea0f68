import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { ProgrammeKind } from '../../shared/domain/programme/shapes.ts';
import { placeOf } from '../engagements/assess.ts';
import { type AddedEvidence, addEvidence, type EvidenceDetails } from '../evidence/add-evidence.ts';
import { mediaTypeOf } from '../evidence/media-type.ts';
import type { TakenFile } from '../evidence/staged-files.ts';
import { sealOpen } from '../ledger/seal.ts';
import { findRecord, putRecord } from '../programme/records.ts';
import * as resolve from '../resolve.ts';
import { readKeyFile } from '../workspace/key-file.ts';
import { openByPassphrase } from '../workspace/key-slots.ts';
import { eraseKeyring } from '../workspace/keyring.ts';
import { type OpenWorkspace, rememberSlot, seatOf } from '../workspace/open-workspace.ts';
import type { ReplayedClock } from './replayed-clock.ts';

const ASSETS = fileURLToPath(new URL('../../assets/sample', import.meta.url));
/** The day for which the files of the sample were written; their dates move with the day on which it is built. */
const WRITTEN_FOR = '2026-11-21';
const DAY = 86_400_000;

export type Who = 'ada' | 'mia' | 'jonas';

/** One thing that happens in the story, on a day counted from today. */
export interface Step {
  readonly day: number;
  readonly does: (stage: Stage) => void | Promise<void>;
}

/** Where the story plays: one workspace, each person in a seat of their own, and a clock that only goes on. */
export class Stage {
  readonly clock: ReplayedClock;
  readonly #seats: Record<Who, OpenWorkspace>;
  /** Ids of the engagements by the name the story has for them. */
  readonly engagements = { last: '', payroll: '', programme: '' };
  /** Ids of evidence by the name of its file. */
  readonly evidence = new Map<string, string>();

  private constructor(clock: ReplayedClock, seats: Record<Who, OpenWorkspace>) {
    this.clock = clock;
    this.#seats = seats;
  }

  static async of(
    ada: OpenWorkspace,
    clock: ReplayedClock,
    others: Readonly<Record<'mia' | 'jonas', { readonly passphrase: string }>>,
  ): Promise<Stage> {
    const seat = async ({ passphrase }: { readonly passphrase: string }) => {
      const [opened] = await openByPassphrase(readKeyFile(ada.paths.keys), passphrase);
      if (opened === undefined) throw new Error('a person of the sample cannot come in');
      eraseKeyring(opened.keyring);
      rememberSlot(ada.db, opened.secrets.member, opened.slot);
      return seatOf(ada, opened);
    };
    return new Stage(clock, { ada, mia: await seat(others.mia), jonas: await seat(others.jonas) });
  }

  as(who: Who): OpenWorkspace {
    return this.#seats[who];
  }

  /** Everybody signs what they have done so far. */
  seal(): void {
    for (const seat of Object.values(this.#seats)) sealOpen(seat);
  }

  day(days: number): string {
    return this.clock.day(days);
  }

  /** A record of the programme by its title. */
  find(kind: ProgrammeKind, title: string): ProgrammeRow {
    return findRecord(this.as('ada'), { record: title, kind, engagement: this.engagements.programme });
  }

  /** The assessment of a control of the programme. */
  assessmentOf(control: string): string {
    const ws = this.as('ada');
    const { programme } = this.engagements;
    const target = resolve.target(ws, programme, control);
    return placeOf(programme, target, resolve.subject(ws, programme, undefined).id).id;
  }

  put(who: Who, kind: ProgrammeKind, fields: Readonly<Record<string, unknown>>): ProgrammeRow {
    return putRecord(this.as(who), { kind, engagement: this.engagements.programme, fields });
  }

  change(who: Who, kind: ProgrammeKind, title: string, fields: Readonly<Record<string, unknown>>): void {
    const { record } = this.find(kind, title);
    putRecord(this.as(who), { kind, record, fields });
  }

  /** Takes text in as a file. */
  async take(name: string, text: string): Promise<TakenFile> {
    const { sha256, bytes } = await this.as('ada').vault.put(Buffer.from(text));
    return { name, sha256, bytes, mediaType: mediaTypeOf(name) };
  }

  /** Takes a file in as evidence of some controls of an engagement. */
  addEvidence(
    who: Who,
    file: TakenFile,
    details: EvidenceDetails,
    links: { readonly engagement: string; readonly controls: readonly string[] },
  ): AddedEvidence {
    const { engagement, controls } = links;
    const [added] = addEvidence(this.as(who), [file], details, {
      together: false,
      links: controls.map((control) => ({ engagement, control })),
    });
    if (added === undefined) throw new Error('evidence of the sample was not added');
    this.evidence.set(file.name, added.id);
    return added;
  }

  /** A file of the sample, its dates moved as far as today is from the day it was written for. */
  async readAsset(name: string): Promise<string> {
    const moved = Date.parse(this.day(0)) - Date.parse(WRITTEN_FOR);
    const text = await readFile(join(ASSETS, name), 'utf8');
    return text.replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, (day) =>
      new Date(Date.parse(day) + Math.round(moved / DAY) * DAY).toISOString().slice(0, 10),
    );
  }
}
