import type { BinderModel, EvidenceSection } from '../model.ts';
import type { PageFrame } from './page-frame.ts';

/** What every chapter is drawn from and with. */
export interface Chapter {
  readonly model: BinderModel;
  readonly frame: PageFrame;
  readonly evidence: ReadonlyMap<string, EvidenceSection>;
  /** Record ids that have a place in the document, with the name of it. */
  readonly targets: ReadonlyMap<string, string>;
  /** Lets others run, drains what is written, and ends the work when it was cancelled. */
  breathe(): Promise<void>;
}
