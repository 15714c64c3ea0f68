import type { CheckpointChain, Manifest } from '../../shared/domain/binder.ts';
import type { BinderProfile } from '../../shared/domain/binder-profile.ts';
import type { HouseStyle } from '../../shared/domain/house-style.ts';
import type { AcceptanceState } from '../../shared/domain/programme/acceptance.ts';
import type { Capacity, Method, Result, Status } from '../../shared/domain/results.ts';
import type { PacketModel } from '../packets/compose/page.ts';

/** What a binder prints of the packet it is handed over as. */
export type PacketPages = Pick<PacketModel, 'content' | 'template' | 'missing' | 'final' | 'customer'>;

/**
 * Everything the composer draws, in plain values already read from one checkpoint: it opens no database and
 * decides nothing. Dates are ISO 8601 strings; sizes are bytes; hashes are lower-case hex.
 */
export interface BinderModel {
  /** Printed on every page; also the PDF's document id seed. */
  readonly id: string;
  readonly kind: 'evidence' | 'release' | 'handover';
  /** What it is composed for, and so what is left out on purpose. */
  readonly profile: BinderProfile;
  readonly title: string;
  /** Classification shown at the top and bottom of every page; empty for none. */
  readonly marking: string;
  /** How the organisation wants it to look. */
  readonly house: HouseStyle;
  /** The packet it is handed over as; null for a binder that is none. */
  readonly packet: PacketPages | null;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly engagement: {
    readonly id: string;
    readonly name: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly state: string;
    /** When and by whom it was made final, and how much was added since; null while it is not. */
    readonly lockdown: string | null;
    readonly subjects: readonly string[];
  };
  readonly frameworks: readonly {
    readonly title: string;
    readonly version: string;
    readonly sourceSha256: string;
    readonly kind: string;
  }[];
  /** When it was composed; the only clock in the document, so that fixed input gives fixed bytes. */
  readonly at: string;
  readonly generator: string;
  readonly people: readonly {
    readonly name: string;
    readonly role: string;
    readonly part: string;
    /** SHA-256 fingerprint of the member's certificate. */
    readonly fingerprint: string;
  }[];
  readonly summary: {
    readonly results: Readonly<Record<Result, number>>;
    readonly statuses: Readonly<Record<Status, number>>;
    /** Those of the drafts that nobody has touched. */
    readonly notStarted: number;
    readonly signOffs: { readonly prepared: number; readonly reviewed: number; readonly voided: number };
    readonly evidence: {
      readonly records: number;
      readonly files: number;
      readonly bytes: number;
      readonly expired: number;
    };
    /** Per family or pillar: for the stacked bar chart. */
    readonly byGroup: readonly {
      readonly framework: string;
      readonly label: string;
      readonly results: Readonly<Record<Result, number>>;
    }[];
    /** One sentence that states the finding: "152 of 214 controls are satisfied; 9 are not." */
    readonly finding: string;
  };
  readonly findings: FindingPages;
  readonly groups: readonly { readonly title: string; readonly controls: readonly ControlSection[] }[];
  readonly checklists: readonly ChecklistSection[];
  /** Phases, risks, gates, KPIs, maturity …, and the sections of plans: tables drawn as they stand. */
  readonly registers: readonly RegisterTable[];
  readonly evidence: readonly EvidenceSection[];
  readonly ledger: {
    readonly entries: readonly {
      readonly at: string;
      readonly by: string;
      readonly device: string;
      readonly action: string;
      readonly summary: string;
      readonly position: string;
      readonly hash: string;
    }[];
    readonly total: number;
  };
  readonly checkpoint: {
    readonly at: string;
    readonly by: string;
    readonly keyFingerprint: string;
    readonly chains: readonly CheckpointChain[];
  };
  readonly manifest: Manifest;
  /** In the order of embedding: evidence, extract, proofs, checkpoint, manifest. */
  readonly attachments: readonly Attachment[];
}

/** What did not hold, what is not decided, what threatens, and what somebody let pass until a day. */
export interface FindingPages {
  readonly notSatisfied: readonly FindingLine[];
  readonly open: readonly OpenLine[];
  /** How many open questions of reviewers the profile leaves out. */
  readonly keptBack: number;
  /** Null where the engagement names no risk. */
  readonly risks: RegisterTable | null;
  readonly acceptances: readonly AcceptanceLine[];
}

/** A check that came to not satisfied. */
export interface FindingLine {
  /** Of the section it stands in: a control or a checklist. */
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly subject: string;
  readonly status: Status;
  readonly note: string;
  /** Ids of `evidence` sections. */
  readonly evidence: readonly string[];
}

/** A question of a reviewer that is not cleared, or values between which nobody has decided. */
export interface OpenLine {
  readonly id: string;
  readonly label: string;
  readonly kind: 'review note' | 'conflict';
  readonly text: string;
}

/** A risk accepted or an exception approved, as it was stated, and how it stands on the day of the records. */
export interface AcceptanceLine {
  readonly title: string;
  readonly kind: 'risk-acceptance' | 'exception';
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly compensating: string;
  readonly expires: string | null;
  readonly state: AcceptanceState;
  /** Why it counts nothing; null where it does. */
  readonly flaw: string | null;
  /** Who took it back, when and why, the first of them first. */
  readonly withdrawals: readonly { readonly by: string; readonly at: string; readonly reason: string }[];
}

export interface ControlSection {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly framework: string;
  readonly withdrawn: string | null;
  /** The statement and guidance with parameters already shown, one line per part, indented by depth. */
  readonly text: readonly {
    readonly kind: 'statement' | 'guidance' | 'objective' | 'other';
    readonly label: string;
    readonly depth: number;
    readonly text: string;
  }[];
  /** One per subject that has been worked; empty when nothing was recorded. */
  readonly assessments: readonly AssessmentSection[];
}

export interface AssessmentSection {
  readonly subject: string;
  readonly result: Result;
  readonly status: Status;
  readonly method: Method | null;
  readonly note: string;
  readonly digest: string;
  /** Where several people's values stand side by side and nobody has decided, a sentence each. */
  readonly conflicts: readonly string[];
  /** Questions of reviewers that are not cleared yet, a sentence each; no conflict. */
  readonly reviewNotes: readonly string[];
  /** What was added after the lockdown of the engagement, a sentence each. */
  readonly late: readonly string[];
  /** Ids of `evidence` sections. */
  readonly evidence: readonly string[];
  readonly signOffs: readonly SignOffLine[];
}

export interface SignOffLine {
  readonly capacity: Capacity;
  readonly verdict: 'signed' | 'returned';
  /** Of a return what its author wrote. */
  readonly note: string;
  readonly by: string;
  readonly at: string;
  readonly digest: string;
  readonly voided: boolean;
  /** Whether it names one that the ledger does not hold, and so counts for nothing. */
  readonly baseless?: boolean;
  /** Whether it is over values that were never there to be signed. */
  readonly unfounded?: boolean;
  /** True where the member's passphrase was set by somebody else and not yet changed. */
  readonly passphraseSetByOther: boolean;
}

export interface ChecklistSection {
  readonly id: string;
  readonly title: string;
  readonly of: string | null;
  /** Lines of the plan that stand with the checklist. */
  readonly notes: readonly string[];
  readonly items: readonly {
    readonly text: string;
    /** What the plan says below the item. */
    readonly details: readonly string[];
    readonly depth: number;
    readonly result: Result;
    readonly note: string;
    readonly evidence: readonly string[];
  }[];
  readonly digest: string;
  readonly status: Status;
  /** Whether anything stands on one of its items, be it evidence that is withheld here. */
  readonly begun: boolean;
  /** Where several people's values stand side by side and nobody has decided, a sentence each. */
  readonly conflicts: readonly string[];
  /** Questions of reviewers that are not cleared yet, a sentence each. */
  readonly reviewNotes: readonly string[];
  /** What was added after the lockdown of the engagement, a sentence each. */
  readonly late: readonly string[];
  readonly signOffs: readonly SignOffLine[];
}

export interface RegisterTable {
  readonly title: string;
  readonly columns: readonly {
    readonly title: string /** Share of the width; shares are normalised. */;
    readonly share: number;
  }[];
  readonly rows: readonly RegisterRow[];
}

export interface RegisterRow {
  readonly cells: readonly string[];
  /** Further lines, printed under the first cell. */
  readonly notes: readonly string[];
  /** How far it stands in, where rows form a tree. */
  readonly depth?: number;
}

export interface EvidenceSection {
  readonly id: string;
  /** Short reference printed beside controls: `E-0007`. */
  readonly reference: string;
  readonly title: string;
  readonly collected: string | null;
  readonly expires: string | null;
  readonly periodFrom: string | null;
  readonly periodTo: string | null;
  readonly lastVerified: string | null;
  readonly revision: number;
  /** What was added after the lockdown of the engagement, a sentence each. */
  readonly late: readonly string[];
  readonly files: readonly {
    /** The attachment's name, or null when it was left out. */
    readonly attachment: string | null;
    /** The number of the volume it is attached in, where that is another one. */
    readonly volume?: number;
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly mediaType: string;
  }[];
  readonly custody: readonly {
    readonly at: string;
    readonly by: string;
    readonly what: string;
    readonly sha256: string;
  }[];
  /** Labels of the controls and items it supports, with the id of the section to link to. */
  readonly supports: readonly { readonly id: string; readonly label: string }[];
}

export interface Attachment {
  /** Unique within the binder; any Unicode. */
  readonly name: string;
  readonly description: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** PDF/A-3 AFRelationship. */
  readonly relationship: 'Source' | 'Data' | 'Alternative' | 'Supplement' | 'Unspecified';
  /** Modification date shown in the reader, ISO 8601. */
  readonly modified: string;
  /** Opens the content; called once, when its turn comes. */
  open(): AsyncIterable<Uint8Array>;
}
