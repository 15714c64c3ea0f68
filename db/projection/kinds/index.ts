import type { ProjectionContext } from '../index.ts';
import type { RecordState } from '../record.ts';
import { assessment, checklistWork } from './assessment.ts';
import { engagement, subject } from './engagement.ts';
import { custody, evidence, link } from './evidence.ts';
import { framework } from './framework.ts';
import { hold, programmeFacts, programmeRecords, proof } from './programme.ts';
import { binder, countersignature, reviewNote, signOff } from './review.ts';
import { device, member, workspace } from './workspace.ts';

/** How records of one kind become rows. */
export interface Projector {
  /** Whether several values of a field are a conflict for people; facts and add-wins links never are. */
  readonly conflicts: boolean;
  /** What else decides whether the record stands, beside its own heads; rows of lower rank only. */
  weigh?(ctx: ProjectionContext, id: string, state: RecordState): RecordState;
  /** Writes the record's rows and answers the records that lean on them. */
  project(ctx: ProjectionContext, id: string, state: RecordState): readonly string[];
}

export const PROJECTORS: Readonly<Record<string, Projector>> = {
  workspace,
  member,
  device,
  framework,
  engagement,
  subject,
  // A removal of evidence asks the holds.
  hold,
  evidence,
  link,
  custody,
  note: reviewNote,
  signoff: signOff,
  assessment,
  'checklist-work': checklistWork,
  binder,
  countersignature,
  proof,
  ...programmeRecords,
  ...programmeFacts,
};

/** A row may read rows of kinds before its own. */
export const RANK: readonly string[] = Object.keys(PROJECTORS);
