import { z } from 'zod';

const id = z.string().min(1);
const sha = z.string().regex(/^[0-9a-f]{64}$/);
const named = z.looseObject({ id, name: z.string().min(1) });
const counts = z.record(z.string(), z.int());
const time = z.iso.datetime();

/** What the documentation of the command line promises as `value`, verb by verb: at least this. */
export const SHAPES = {
  init: z.looseObject({ workspace: named, member: named, recoveryKit: z.string().min(20) }),
  'member add': z.looseObject({ member: named.extend({ role: z.string() }) }),
  info: z.looseObject({
    workspace: named,
    counts: z.looseObject({
      frameworks: z.int(),
      controls: z.int(),
      engagements: z.int(),
      assessments: z.int(),
      checklists: z.int(),
      items: z.int(),
      evidence: z.int(),
      files: z.int(),
      members: z.int(),
      entries: z.int(),
    }),
    conflicts: z.int(),
  }),
  import: z.looseObject({
    files: z.array(
      z.looseObject({
        file: z.string(),
        format: z.string().nullable(),
        outcome: z.enum(['imported', 'unchanged', 'refused', 'would-import']),
        sha256: sha.nullable(),
        framework: z.looseObject({ id, title: z.string(), version: z.string() }).nullable(),
        counts,
        problems: z.array(
          z.looseObject({ where: z.string(), code: z.string(), message: z.string(), severity: z.string() }),
        ),
      }),
    ),
  }),
  list: z.looseObject({ total: z.int(), rows: z.array(z.looseObject({ id })) }),
  show: z.looseObject({ record: z.looseObject({ id }), history: z.array(z.looseObject({ at: time })) }),
  'engagement new': z.looseObject({ engagement: named }),
  assess: z.looseObject({ assessment: z.looseObject({ id }) }),
  'evidence add': z.looseObject({
    evidence: z.array(
      z.looseObject({
        id,
        files: z.array(
          z.looseObject({ name: z.string(), sha256: sha, bytes: z.int(), mediaType: z.string() }),
        ),
      }),
    ),
  }),
  'evidence export': z.looseObject({ files: z.array(z.looseObject({ path: z.string(), sha256: sha })) }),
  'checklist list': z.looseObject({ checklist: z.array(z.looseObject({ id, title: z.string() })) }),
  'checklist show': z.looseObject({ checklist: z.looseObject({ id }) }),
  'checklist set': z.looseObject({ checklist: z.looseObject({ id }) }),
  sign: z.looseObject({
    signOff: z.looseObject({ id, digest: sha, by: named, at: time }),
    status: z.string(),
  }),
  binder: z.looseObject({
    file: z.string(),
    sha256: sha,
    pages: z.int().positive(),
    attachments: z.int().positive(),
    signatures: z.array(z.looseObject({ by: z.string(), at: time })),
    manifest: z.looseObject({ included: z.int(), omitted: z.array(z.looseObject({ reason: z.string() })) }),
  }),
  countersign: z.looseObject({ signatures: z.array(z.looseObject({ by: z.string(), at: time })) }),
  verify: z.looseObject({
    files: z.array(
      z.looseObject({
        file: z.string(),
        verdict: z.enum(['valid', 'valid-unknown-signer', 'invalid']),
        signatures: z.array(
          z.looseObject({
            by: z.string(),
            at: time.nullable(),
            valid: z.boolean(),
            coversRevision: z.boolean(),
            coversWholeFile: z.boolean(),
            certificatePem: z.string(),
          }),
        ),
        manifest: z.looseObject({ files: z.int(), mismatches: z.array(z.unknown()) }).nullable(),
        checkpoint: z.looseObject({}).nullable(),
        problems: z.array(z.looseObject({ where: z.string(), message: z.string() })),
      }),
    ),
  }),
  'ledger verify': z.looseObject({
    entries: z.int(),
    segments: z.int(),
    devices: z.int(),
    intact: z.boolean(),
    problems: z.array(z.unknown()),
    rebuild: z.looseObject({ tables: z.int(), differences: z.array(z.unknown()) }).nullable(),
  }),
} as const;
