import type { KeyObject } from 'node:crypto';
import type { Database } from '../../db/driver.ts';
import type { NormalisedFramework } from '../../shared/domain/framework.ts';
import type { WriterIdentity } from '../../shared/ledger/entry.ts';

/** What the ledger needs of an open workspace: its tables, who writes, and with which key. */
export interface LedgerKernel {
  readonly db: Database;
  readonly workspace: string;
  readonly writer: WriterIdentity & { readonly id: string };
  /** The writing member's Ed25519 private key; no other member's is ever in memory. */
  readonly ledgerKey: KeyObject;
  /** Why this session adds to engagements that are locked down, by engagement; each entry carries its reason. */
  readonly lateReasons: Map<string, string>;
  /** Milliseconds since 1970. */
  now(): number;
  random(bytes: number): Uint8Array;
  /** The normalised framework of a blob, if it has been read from the vault. */
  framework(blob: string): NormalisedFramework | null;
}
