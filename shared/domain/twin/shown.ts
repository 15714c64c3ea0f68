import type { Method, Result, Status } from '../results.ts';

/** What a binder shows after its profile has left out what it leaves out; nothing else reaches its twin. */
export interface TwinShown {
  readonly groups: readonly { readonly controls: readonly ShownControl[] }[];
  readonly evidence: readonly ShownEvidence[];
}

export interface ShownControl {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly assessments: readonly ShownCheck[];
}

export interface ShownCheck {
  readonly subject: string;
  readonly result: Result;
  readonly status: Status;
  readonly method: Method | null;
  readonly note: string;
  readonly digest: string;
  /** Ids of evidence. */
  readonly evidence: readonly string[];
  readonly signOffs: readonly ShownSignOff[];
}

export interface ShownSignOff {
  readonly at: string;
  readonly verdict: 'signed' | 'returned';
  /** The name of who signed off or returned. */
  readonly by: string;
  readonly note: string;
}

export interface ShownEvidence {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly collected: string | null;
  readonly expires: string | null;
  readonly periodFrom: string | null;
  readonly periodTo: string | null;
  readonly lastVerified: string | null;
  readonly revision: number;
  readonly files: readonly {
    readonly attachment: string | null;
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly mediaType: string;
  }[];
  readonly supports: readonly { readonly label: string }[];
}
