import type { ContractRouterClient } from '@orpc/contract';
import type { Router } from '@orpc/server';
import type { StagedUpload } from '../shared/contract/files.ts';
import type { Contract } from '../shared/contract/index.ts';

/** What a shell tells the core about itself. */
export interface CoreOptions {
  readonly shell: 'electron' | 'browser' | 'cli' | 'test';
  /** Folder where new workspaces are put and the list of recent ones is kept. */
  readonly home: string;
}

/** A file on its way out of the vault; `body` streams and may be read once. */
export interface OutgoingFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** One core serves one session: at most one unlocked workspace and one member at a time. */
export interface Core {
  /** Mount this on any transport; it carries the session, so it takes no context of the caller's. */
  readonly router: Router<Contract, Record<never, never>>;
  /** The same procedures, in process. */
  readonly client: ContractRouterClient<Contract>;
  readonly files: {
    /** Takes bytes in for a later `FileSource`; needs an unlocked workspace, except for binders to verify. */
    stage(name: string, mediaType: string, body: AsyncIterable<Uint8Array>): Promise<StagedUpload>;
    /** Opens what a GET on the file door names, e.g. `/files/evidence/{id}/0`; throws a `FaultError`. */
    open(path: string, query: Readonly<Record<string, string>>): Promise<OutgoingFile>;
  };
  /** Seals, locks and lets go of everything. */
  close(): Promise<void>;
}
