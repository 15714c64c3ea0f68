import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { resolve as absolute, dirname, join } from 'node:path';
import type { z } from 'zod';
import { withSmallCache } from '../../db/open.ts';
import { put } from '../../db/sql.ts';
import type { ComposedBinder, RedactionRequest } from '../../shared/contract/proof.ts';
import type { SigningKey } from '../../shared/contract/signing.ts';
import type { Checkpoint, Manifest } from '../../shared/domain/binder.ts';
import type { BinderProfile, PaperSize } from '../../shared/domain/binder-profile.ts';
import { maySignAs } from '../../shared/domain/permissions.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import { diskName } from '../evidence/file-name.ts';
import type { JobContext } from '../jobs.ts';
import { append } from '../ledger/append.ts';
import { takeCheckpoint } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { assembleModel, type BinderPacket, lastCheckpoint } from './assemble-model.ts';
import { composeBinder } from './compose/compose-binder.ts';
import { digestOf } from './digest-of.ts';
import { demandFree } from './in-the-way.ts';
import { handOf } from './keys/signing-hand.ts';
import { findMisfits } from './misfits.ts';
import { gatherScope } from './scope.ts';
import { signPdf } from './sign/sign-pdf.ts';
import { stampOrWithout } from './time/authority.ts';
import { beginUnfinished, endUnfinished } from './unfinished.ts';

export interface ExportRequest {
  readonly engagement?: string | undefined;
  readonly kind: 'evidence' | 'release' | 'handover';
  readonly out?: string | undefined;
  readonly title?: string | undefined;
  readonly withhold: readonly string[];
  readonly redact?: readonly RedactionRequest[] | undefined;
  /** Replaces whatever stands under the name. */
  readonly force: boolean;
  /** Where a binder goes that was given no path. */
  readonly folder: string;
  readonly profile?: BinderProfile | undefined;
  readonly page?: PaperSize | undefined;
  readonly packet?: BinderPacket | undefined;
  /** What it is signed with; the member's own key where nothing is said. */
  readonly key?: SigningKey | undefined;
  /** The time-stamping authority that is asked over the network; none where nothing is said. */
  readonly tsa?: string | undefined;
  /** Runs what reads the records; on the workspace as it stood earlier where they are to be told from then. */
  readonly reading?: Reading | undefined;
}

type Reading = <T>(query: (records: OpenWorkspace) => Promise<T>) => Promise<T>;

type Composed = z.infer<typeof ComposedBinder>;

/**
 * Seal, take the checkpoint, compose from it, sign as preparer, then record the export. The file appears under its
 * name only once it is signed; on a fault or a stop nothing of it stays.
 */
export function exportBinder(ws: OpenWorkspace, request: ExportRequest, job: JobContext): Promise<Composed> {
  return withSmallCache(ws.db, () => sealedAndExported(ws, request, job));
}

async function sealedAndExported(
  ws: OpenWorkspace,
  request: ExportRequest,
  job: JobContext,
): Promise<Composed> {
  const engagement = resolve.engagement(ws, request.engagement);
  const member = ws.member();
  if (request.out !== undefined) await demandFree(ws, absolute(request.out), request.force);
  const withhold = request.withhold.map((text) => resolve.evidence(ws, text).id);
  sealOpen(ws);
  const checkpoint = takeCheckpoint(ws, member.name);
  const id = ws.ports.ids.next();
  job.step('Reading the workspace', 0, null);
  const reading: Reading = request.reading ?? ((query) => query(ws));
  const model = await reading(async (records) => {
    const gathered = gatherScope(records, engagement.id, new Set(withhold));
    const evidence = [...new Set([...gathered.evidence, ...(request.packet?.evidence ?? [])])];
    const scope = { ...gathered, evidence };
    return assembleModel(records, {
      ...request,
      engagement: engagement.id,
      profile: request.profile ?? 'full',
      withhold,
      checkpoint,
      last: lastCheckpoint(ws),
      id,
      scope,
      misfits: await findMisfits(records, evidence),
      present: ws,
    });
  });
  return writeSigned(
    ws,
    {
      ...request,
      id,
      what: 'binder',
      checkpoint,
      engagement: engagement.id,
      manifest: model.manifest,
      name: binderName(
        model.engagement.name,
        model.manifest.redaction ? `redacted ${request.kind}` : request.kind,
        today(ws),
        request.profile,
      ),
    },
    job,
    (part) =>
      composeBinder(model, part, {
        ...(request.page === undefined ? {} : { pageSize: request.page }),
        signal: job.signal,
        onProgress: (step, done, total) => job.step(step, done, total),
      }),
  );
}

/** What is said about a document beside its pages: where it goes, and what the ledger keeps of it. */
export interface SignedDocument {
  readonly id: string;
  /** What its preparer signs it as. */
  readonly what: 'binder' | 'packet';
  readonly engagement: string;
  readonly manifest: Manifest;
  readonly checkpoint: Checkpoint;
  readonly out?: string | undefined;
  readonly folder: string;
  /** The file's name in that folder; its title and day where it is left out. */
  readonly name?: string;
  readonly force: boolean;
  readonly key?: SigningKey | undefined;
  readonly tsa?: string | undefined;
}

/** Writes a document beside its place, signs it as preparer, gives it its name and records it, or leaves nothing. */
export async function writeSigned(
  ws: OpenWorkspace,
  document: SignedDocument,
  job: JobContext,
  compose: (part: string) => Promise<{ readonly pages: number; readonly attachments: number }>,
): Promise<Composed> {
  const member = ws.member();
  demand(maySignAs(member.role, 'preparer'));
  const { manifest, id } = document;
  const out = outFile(document);
  const hand = await handOf(ws, document.key, job.signal);
  const part = beginUnfinished(ws.db, id, out);
  try {
    const written = await compose(part);
    job.step('Signing', 0, null);
    const at = new Date(ws.now());
    const stamping = stampOrWithout(ws, document.tsa, job);
    const lines = [
      ...hand.lines,
      ...(member.passphraseSetByOther ? ['Passphrase set by another member'] : []),
    ];
    await signPdf(part, {
      field: 'Preparer',
      signer: hand.signer,
      vouch: hand.vouch,
      reason: `I prepared this ${document.what}`,
      at,
      capacityText: 'Preparer',
      certification: true,
      appearance: { lines },
      ...stamping.request,
      signal: job.signal,
    });
    const unstamped = stamping.missed();
    const finished = { ...(await digestOf(part)), pages: written.pages, attachments: written.attachments };
    await demandFree(ws, out, document.force);
    await rename(part, out);
    record(ws, document, finished, out);
    return {
      file: out,
      ...finished,
      signatures: [{ by: member.name, at: at.toISOString(), field: 'Preparer' }],
      manifest: { included: manifest.included.length, omitted: manifest.omitted },
      ...(unstamped === undefined ? {} : { unstamped }),
    };
  } finally {
    endUnfinished(ws.db, id, dirname(out));
  }
}

/** The folder of the binders that were given no path. */
export function bindersFolder(home: string): string {
  return join(home, 'Binders');
}

/** What the file of a binder is called where nobody says. */
export function binderName(
  engagement: string,
  kind: string,
  day: string,
  profile: BinderProfile = 'full',
): string {
  return `${engagement} ${kind} binder ${profile === 'full' ? '' : `${profile} `}${day}.pdf`;
}

/** The name a file of this name gets in a folder, beside the files that are there. */
export function freeName(folder: string, name: string): string {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  return diskName(name, new Set(there.map((other) => other.toLowerCase())));
}

/** Where the file goes: the path named, or the folder of binders, which is its owner's alone. */
function outFile({ out, folder: dir, name, manifest }: SignedDocument): string {
  if (out === undefined) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return join(dir, freeName(dir, name ?? `${manifest.title} ${manifest.at.slice(0, 10)}.pdf`));
  }
  const file = absolute(out);
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  if (folder === undefined || !folder.isDirectory())
    refuse({ code: 'not-found', what: 'folder', id: dirname(file) });
  return file;
}

interface Finished {
  readonly sha256: string;
  readonly bytes: number;
  readonly pages: number;
  readonly attachments: number;
}

function record(
  ws: OpenWorkspace,
  { engagement, manifest, checkpoint }: SignedDocument,
  finished: Finished,
  out: string,
): void {
  const { kind, title } = manifest;
  const value = {
    engagement,
    kind,
    title,
    ...finished,
    omitted: manifest.omitted.length,
    checkpoint: checkpoint.body as unknown as Json,
  };
  const id = factId(sha256, 'binder', ws.writer.id, value);
  ws.db.transaction(() => {
    append(ws, 'binder.export@1', [{ record: `binder:${id}`, field: 'fact', value }]);
    put(ws.db, 'local_binder_file', { binder: id, file: out });
    sealOpen(ws);
  })();
}
