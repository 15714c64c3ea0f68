import { z } from 'zod';
import { SegmentHeader } from '../ledger/segment.ts';
import { BINDER_PROFILES } from './binder-profile.ts';
import { Derivation, Redaction } from './redaction.ts';
import { Capacity } from './results.ts';
import { SignatureRevocation } from './revocation.ts';
import { SignedValues } from './sign-off.ts';
import { SignedText } from './signed-text.ts';

export * from './checkpoint.ts';
export * from './proofs.ts';
export * from './vouch.ts';

/**
 * The machine-readable files of a binder. They are attachments of the PDF, in this order: evidence files,
 * `ledger-extract.json`, `proofs.json`, `checkpoint.json`, `manifest.json`. The manifest names all others by
 * hash and is covered, as everything, by the signatures.
 */
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What can be handed over: binders of an engagement, and packets. */
export const BINDER_KINDS = ['evidence', 'release', 'handover', 'checkpoint', 'summary'] as const;

/** In which capacities a binder is countersigned. */
export const COUNTERSIGNERS = ['reviewer', 'approver', 'recipient'] as const;

/** The name under which a packet carries itself for machines, before the ledger’s files. */
export const PACKET_ATTACHMENT = 'packet.json';

/** The binder once more for other programs: OSCAL assessment results and the evidence register. */
export const TWIN_NAMES = { results: 'assessment-results.json', register: 'register.csv' } as const;

export const ATTACHMENT_NAMES = {
  extract: 'ledger-extract.json',
  proofs: 'proofs.json',
  checkpoint: 'checkpoint.json',
  manifest: 'manifest.json',
} as const;

/** A ledger entry as embedded: the exact hashed form (an RFC 8785 object) and the values beside it. */
export const ExtractEntry = z.strictObject({
  /** The hashed form; h_n = SHA-256(h_{n-1} ‖ canonical bytes of this). */
  entry: z.record(z.string(), z.unknown()),
  hash: Hash,
  /** The history that it stands in, where its writer wrote several and it is not one that all of them share. */
  chain: z.string().optional(),
  /** In the order of the entry's operations: the value and the salt (hex), or null where redacted or out of scope. */
  values: z.array(z.strictObject({ salt: z.string(), value: z.unknown() }).nullable()),
});
export type ExtractEntry = z.infer<typeof ExtractEntry>;

/** The chain that an embedded entry stands in, and its number there. */
export function chainPlace({ entry, chain }: Pick<ExtractEntry, 'entry' | 'chain'>) {
  return { writer: chain ?? String(entry.writer), seq: Number(entry.seq) };
}

/** A sign-off as embedded: the exact signed values, so that a stranger recomputes the digest. */
export const ExtractSignOff = z.strictObject({
  id: z.string(),
  kind: z.enum(['assessment', 'checklist']),
  /** The signed record's id. */
  record: z.string(),
  /** How people name the record: `AC-2(1) · Payroll`. */
  label: z.string(),
  capacity: Capacity,
  verdict: z.enum(['signed', 'returned']),
  /** Of a return what its author wrote; of a sign-off nothing. */
  note: z.string(),
  by: z.string(),
  byName: z.string(),
  at: z.string(),
  digest: Hash,
  /** True when the record changed after this sign-off: then `values` are no longer those signed. */
  voided: z.boolean(),
  /** There where it names one of its record that the ledger does not hold: it counts for nothing. */
  baseless: z.literal(true).optional(),
  /** There where the values it states are none that its author can have had before them: it counts for nothing. */
  unfounded: z.literal(true).optional(),
  /** Where in the ledger it stands. */
  writer: z.string(),
  seq: z.int(),
});
export type ExtractSignOff = z.infer<typeof ExtractSignOff>;

/** The forms that extracts had before, with what each of them did not show. */
export const EARLIER_EXTRACTS: Readonly<Record<string, string>> = {
  'bindery.extract/1': 'who wrote what',
  'bindery.extract/2': 'the texts of what was signed off',
  'bindery.extract/3': 'why work was returned',
};

export const LedgerExtract = z.strictObject({
  schema: z.literal('bindery.extract/4'),
  workspace: z.string(),
  engagement: z.string(),
  writers: z.array(
    z.strictObject({
      id: z.string(),
      member: z.string(),
      memberName: z.string(),
      device: z.string(),
      incarnation: z.string(),
    }),
  ),
  /** Current signed values of each signed record in scope, by record id. */
  signed: z.record(z.string(), SignedValues),
  /** What these values are of, by the `textHash` they name: the hashed form of each control, item or checklist. */
  texts: z.record(Hash, SignedText),
  signOffs: z.array(ExtractSignOff),
  /**
   * The entries that carry the evidence, results and sign-offs in scope, sorted by writer and sequence; and those that
   * tell who their authors are: the beginning of the workspace, and what gave each of them a key and a name.
   */
  entries: z.array(ExtractEntry),
  /**
   * The segments these entries stand in, each under its author's signature: Ed25519 over the header, hex. Of a writer with
   * several histories all that lead there from where they part, so that none can be taken for another.
   */
  seals: z.array(z.strictObject({ header: SegmentHeader, signature: z.string().regex(/^[0-9a-f]{128}$/) })),
  /** The hashed forms that lead from an entry above to the end of its segment, which is what its author signed. */
  between: z.array(z.record(z.string(), z.unknown())),
});
export type LedgerExtract = z.infer<typeof LedgerExtract>;

/** Why something in scope is not in the binder. */
export const OMISSION_REASONS = [
  'not-applicable',
  'withheld',
  'redacted',
  'missing',
  'too-large',
  'withdrawn-control',
  'profile',
  'unfounded',
] as const;

export const ManifestFile = z.strictObject({
  /** The attachment's name in the PDF, unique within the binder. */
  name: z.string(),
  /** The file's own name when it was taken in. */
  original: z.string(),
  role: z.enum(['evidence', 'packet', 'twin', 'extract', 'proofs', 'checkpoint']),
  sha256: Hash,
  bytes: z.int().nonnegative(),
  mediaType: z.string(),
  /** The evidence record it belongs to; absent for the ledger's own files. */
  evidence: z.string().optional(),
});
export type ManifestFile = z.infer<typeof ManifestFile>;

export const Omission = z.strictObject({
  kind: z.string(),
  id: z.string(),
  label: z.string(),
  reason: z.enum(OMISSION_REASONS),
  detail: z.string().optional(),
  /** Of a file: what it would have been, so that one who has it can tell. */
  sha256: Hash.optional(),
  bytes: z.int().nonnegative().optional(),
});
export type Omission = z.infer<typeof Omission>;

/** A further volume of a binder whose evidence does not fit into one file, as the first volume lists it. */
export const VolumeEntry = z.strictObject({
  /** From 2 on: the first is the one that lists them. */
  volume: z.int().min(2),
  file: z.string(),
  /** Of the file as it was composed, before anybody signed: the beginning of the signed one. */
  bytes: z.int().nonnegative(),
  sha256: Hash,
  /** SHA-256 of its `manifest.json`. */
  manifest: Hash,
  /** In the order they are attached there. */
  files: z.array(ManifestFile),
});
export type VolumeEntry = z.infer<typeof VolumeEntry>;

/** The manifest of a further volume. */
export const VolumeManifest = z.strictObject({
  schema: z.literal('bindery.volume/1'),
  /** Id of the binder it is a volume of. */
  binder: z.string(),
  volume: z.int().min(2),
  of: z.int().min(2),
  title: z.string(),
  workspace: z.strictObject({ id: z.string(), name: z.string() }),
  engagement: z.strictObject({ id: z.string(), name: z.string() }),
  at: z.string(),
  generator: z.string(),
  files: z.array(ManifestFile),
});
export type VolumeManifest = z.infer<typeof VolumeManifest>;

export const Manifest = z.strictObject({
  schema: z.literal('bindery.manifest/1'),
  binder: z.string(),
  kind: z.enum(BINDER_KINDS),
  /** What it was composed for; absent in what is no binder. */
  profile: z.enum(BINDER_PROFILES).optional(),
  title: z.string(),
  workspace: z.strictObject({ id: z.string(), name: z.string() }),
  engagement: z.strictObject({ id: z.string(), name: z.string() }),
  at: z.string(),
  generator: z.string(),
  /** In the order they are attached. The manifest itself is not listed. */
  files: z.array(ManifestFile),
  counts: z.strictObject({
    controls: z.int(),
    checklists: z.int(),
    items: z.int(),
    evidence: z.int(),
    files: z.int(),
    signOffs: z.int(),
    omitted: z.int(),
  }),
  /** Records in scope that have their pages here: control, checklist, evidence … */
  included: z.array(z.strictObject({ kind: z.string(), id: z.string(), label: z.string() })),
  omitted: z.array(Omission),
  /** There where something was redacted: by whom, and what. Each stands among what is left out, too. */
  redaction: z
    .strictObject({
      by: z.strictObject({ id: z.string(), name: z.string() }),
      list: z.array(Redaction).min(1),
    })
    .optional(),
  /** Where the evidence is that does not fit into this file; absent where everything does. */
  volumes: z.array(VolumeEntry).min(1).optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** The verdict words of `verify`. */
export const VerifyVerdict = z.enum(['valid', 'valid-unknown-signer', 'invalid']);
export type VerifyVerdict = z.infer<typeof VerifyVerdict>;

export const VerifySignature = z.strictObject({
  field: z.string(),
  by: z.string(),
  /** The signer's capacity as the field and reason state it. */
  capacity: z.string().nullable(),
  at: z.string().nullable(),
  valid: z.boolean(),
  coversRevision: z.boolean(),
  coversWholeFile: z.boolean(),
  trusted: z.boolean(),
  algorithm: z.string(),
  fingerprint: z.string(),
  certificatePem: z.string(),
  /** The time stamp beside the signature, once it was found good: whose clock it is, and whether they are trusted. */
  timeStamp: z.strictObject({ at: z.string(), by: z.string(), trusted: z.boolean() }).nullable(),
  /** What the lists and answers in the file say of its certificate; absent where the file holds none at all. */
  revocation: SignatureRevocation.optional(),
  /** Whose ledger key says that the certificate is theirs; null where none does. Whose key that is, it cannot prove. */
  vouchedBy: z
    .strictObject({
      workspace: z.strictObject({ id: z.string(), name: z.string() }),
      member: z.strictObject({ id: z.string(), name: z.string() }),
      /** The ledger key's id, as the ledger prints it. */
      key: z.string(),
    })
    .nullable(),
});
export type VerifySignature = z.infer<typeof VerifySignature>;

export const VerifyProblem = z.strictObject({
  code: z.string(),
  /** What it concerns: `page 3`, `attachment access.csv`, `manifest`, `signature Preparer`. */
  where: z.string(),
  message: z.string(),
});
export type VerifyProblem = z.infer<typeof VerifyProblem>;

/**
 * How the ledgers of two binders stand to each other: one continues the other; they contradict each other; nothing in
 * the files tells; they are of different workspaces.
 */
export const LEDGER_RELATIONS = ['consistent', 'rewritten', 'unsaid', 'other-workspace'] as const;

/** What comparing a binder with another one showed. */
export const LedgerComparison = z.strictObject({
  /** The other binder. */
  file: z.string(),
  sha256: z.string(),
  verdict: VerifyVerdict,
  title: z.string().nullable(),
  relation: z.enum(LEDGER_RELATIONS),
  /** Whose ledger holds more; null where they hold the same, or each something the other has not. */
  newer: z.enum(['here', 'there']).nullable(),
  chains: z.array(
    z.strictObject({
      writer: z.string(),
      /** Entries by each checkpoint; null where it does not know the writer. */
      here: z.int().nullable(),
      there: z.int().nullable(),
      finding: z.enum(['same', 'new', 'proof', 'hash-chain', 'unproven', 'rewritten']),
      /** The number of the first entry that differs, as far as can be told. */
      at: z.int().nullable(),
    }),
  ),
  /** Plain sentences for people. */
  sentences: z.array(z.string()),
  /** There where one of the two says that something was redacted in it. */
  derivation: Derivation.optional(),
});
export type LedgerComparison = z.infer<typeof LedgerComparison>;

export const VerifyReport = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  bytes: z.int(),
  verdict: VerifyVerdict,
  signatures: z.array(VerifySignature),
  manifest: z
    .strictObject({
      title: z.string(),
      files: z.int(),
      included: z.int(),
      omitted: z.array(Omission),
      mismatches: z.array(
        z.strictObject({ name: z.string(), expected: z.string(), actual: z.string().nullable() }),
      ),
    })
    .nullable(),
  signOffs: z.strictObject({
    total: z.int(),
    recomputed: z.int(),
    voided: z.int(),
    /** Those whose values are redacted here; absent where none is. */
    redacted: z.int().optional(),
    /** How these are told, in words, by whoever composed the binder; absent where none is. */
    hidden: z.array(z.string()).optional(),
    /** Of the void ones those whose change is dated before them, from another device; absent where none is. */
    apart: z.int().optional(),
    /** Of the redacted ones those that are told as void or as counting for nothing, which nothing here shows, in words. */
    untold: z.array(z.string()).optional(),
    /** Those that count for nothing, in words; absent where none is. */
    baseless: z.array(z.string()).optional(),
    /** Of the void ones those over values that by the entries here were never there to be signed, in words. */
    unfounded: z.array(z.string()).optional(),
    mismatched: z.array(z.string()),
  }),
  checkpoint: z
    .strictObject({
      workspace: z.string(),
      at: z.string(),
      signedBy: z.string(),
      chains: z.int(),
      entries: z.int(),
      valid: z.boolean(),
      proofsChecked: z.int(),
    })
    .nullable(),
  problems: z.array(VerifyProblem),
  /** Plain sentences for people. */
  proven: z.array(z.string()),
  notProven: z.array(z.string()),
  /** There where the file is one volume of several. */
  set: z
    .strictObject({
      binder: z.string(),
      title: z.string(),
      volume: z.int(),
      of: z.int(),
      /** SHA-256 of its manifest, and of the file before its first signature. */
      manifest: z.string(),
      composed: z.strictObject({ bytes: z.int(), sha256: z.string() }),
      /** SHA-256 of the list of its files. */
      list: z.string(),
      /** What the first volume lists; empty in the others. */
      others: z.array(VolumeEntry.omit({ files: true }).extend({ files: z.int(), list: z.string() })),
    })
    .optional(),
  /** There where another binder was named to compare with. */
  against: LedgerComparison.optional(),
});
export type VerifyReport = z.infer<typeof VerifyReport>;
