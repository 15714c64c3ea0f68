import { mkdirSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve as absolute, basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { withSmallCache } from '../../db/open.ts';
import { engagementName } from '../../db/queries/engagements.ts';
import { filesOf } from '../../db/queries/evidence.ts';
import { workspaceRow } from '../../db/queries/people.ts';
import { put } from '../../db/sql.ts';
import type { ComposedBinder, RedactionRequest } from '../../shared/contract/proof.ts';
import type { SigningKey } from '../../shared/contract/signing.ts';
import type { Checkpoint, Manifest, VolumeEntry } from '../../shared/domain/binder.ts';
import { type BinderProfile, leavesOut, type PaperSize } from '../../shared/domain/binder-profile.ts';
import { maySignAs } from '../../shared/domain/permissions.ts';
import { VOLUME_BYTES, volumeFile } from '../../shared/domain/volumes.ts';
import { require as demand, refuse } from '../../shared/fault.ts';
import type { Json } from '../../shared/ledger/canonical.ts';
import { factId } from '../../shared/ledger/fact.ts';
import type { JobContext } from '../jobs.ts';
import { append } from '../ledger/append.ts';
import { takeCheckpoint } from '../ledger/checkpoint.ts';
import { sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import * as resolve from '../resolve.ts';
import { withSmallHeap } from '../small-heap.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { assembleModel, type BinderPacket, GENERATOR, titleOf } from './assemble-model.ts';
import { composeBinder } from './compose/compose-binder.ts';
import { composeVolume } from './compose/compose-volume.ts';
import { digestOf } from './digest-of.ts';
import { earlierCheckpoints } from './earlier.ts';
import { evidenceFiles, NO_FILES } from './evidence-files.ts';
import { binderName, freeName } from './file-names.ts';
import { demandFree } from './in-the-way.ts';
import { handOf } from './keys/signing-hand.ts';
import { demandSealed } from './left-open.ts';
import { findMisfits } from './misfits.ts';
import { redactionsOf } from './redact.ts';
import { gatherScope } from './scope.ts';
import { signPdf } from './sign/sign-pdf.ts';
import { stampOrWithout } from './time/authority.ts';
import { beginUnfinished, endUnfinished } from './unfinished.ts';
import {
  largestFile,
  type OfTheBinder,
  planVolumes,
  refuseTooLarge,
  volumeEntry,
  volumeModel,
} from './volumes.ts';

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
  /** How large a volume may get; what does not fit into one goes into further ones. */
  readonly volumeBytes?: number | undefined;
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
  return withSmallHeap(() => withSmallCache(ws.db, () => sealedAndExported(ws, request, job)));
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
  const pageSize = request.page === undefined ? {} : { pageSize: request.page };
  const options = {
    ...pageSize,
    signal: job.signal,
    onProgress: (step: string, done: number, total: number) => job.step(step, done, total),
  };
  const volumeBytes = request.volumeBytes ?? VOLUME_BYTES.usual;
  const largest = largestFile(volumeBytes);
  const at = checkpoint.body.at;
  const about = aboutBinder(ws, engagement.id, { ...request, id, at });
  const gathered = await reading(async (records) => {
    const own = gatherScope(records, engagement.id, new Set(withhold));
    demandSealed(ws, own);
    const evidence = [...new Set([...own.evidence, ...(request.packet?.evidence ?? [])])];
    const scope = { ...own, evidence };
    const misfits = await findMisfits(records, evidence);
    const profile = request.profile ?? 'full';
    const { files: redacted } = redactionsOf(records, engagement.id, scope, request.redact ?? []);
    const files = leavesOut(profile, 'evidence')
      ? NO_FILES
      : evidenceFiles(records, scope, misfits, { redacted, largest });
    refuseTooLarge(files.missing, filesOfPacket(records, request.packet));
    return { scope, misfits, planned: planVolumes(files, volumeBytes) };
  });
  const { scope, misfits, planned } = gathered;
  const of = planned.length + 1;
  const compose = async (part: string, out: string, sign: Sign): Promise<Written> => {
    const volumes: VolumeEntry[] = [];
    const further: FurtherVolume[] = [];
    for (const plan of planned) {
      const shown = { marking: about.marking, first: basename(out) };
      const volume = volumeModel(plan, of, about.ofAll, shown);
      const [own, file] = [volumePart(part, plan.volume), volumeFile(out, plan.volume, of)];
      const composed = await composeVolume(volume, own, options);
      volumes.push(
        volumeEntry(volume, { file: basename(file), bytes: composed.bytes, sha256: composed.sha256 }),
      );
      await sign(own);
      further.push({ volume: plan.volume, part: own, file, attachments: composed.attachments });
    }
    const model = await reading(async (records) =>
      assembleModel(records, {
        ...request,
        engagement: engagement.id,
        profile: request.profile ?? 'full',
        withhold,
        checkpoint,
        earlier: earlierCheckpoints(ws),
        id,
        scope,
        misfits,
        largest,
        volumes,
        present: ws,
      }),
    );
    const { pages, attachments } = await composeBinder(model, part, options);
    return { pages, attachments, manifest: model.manifest, further };
  };
  const kind = (request.redact ?? []).length > 0 ? `redacted ${request.kind}` : request.kind;
  const name = binderName(about.ofAll.engagement.name, kind, today(ws), request.profile);
  const document = { ...request, id, what: 'binder' as const, checkpoint, engagement: engagement.id, name };
  return writeSigned(ws, { ...document, volumes: planned.length }, job, compose);
}

/** What each volume says of the binder. */
function aboutBinder(
  ws: OpenWorkspace,
  id: string,
  request: Pick<ExportRequest, 'kind' | 'title'> & { readonly id: string; readonly at: string },
): { readonly marking: string; readonly ofAll: OfTheBinder } {
  const name = engagementName(ws.db, id) ?? refuse({ code: 'not-found', what: 'engagement', id });
  const workspace = workspaceRow(ws.db) ?? { id: ws.workspace, name: '', marking: '' };
  return {
    marking: workspace.marking,
    ofAll: {
      binder: request.id,
      title: titleOf(request, name),
      workspace: { id: workspace.id, name: workspace.name },
      engagement: { id, name },
      at: request.at,
      generator: GENERATOR,
    },
  };
}

/** SHA-256 of the files that a packet is made of. */
function filesOfPacket(records: OpenWorkspace, packet: BinderPacket | undefined): Set<string> {
  return new Set(
    (packet?.evidence ?? []).flatMap((id) => filesOf(records.db, id).map(({ sha256: hash }) => hash)),
  );
}

/** What is said about a document beside its pages: where it goes, and what the ledger keeps of it. */
export interface SignedDocument {
  readonly id: string;
  /** What its preparer signs it as. */
  readonly what: 'binder' | 'packet';
  readonly engagement: string;
  /** How many volumes there will be beside it. */
  readonly volumes?: number;
  readonly checkpoint: Checkpoint;
  readonly out?: string | undefined;
  readonly folder: string;
  /** The file's name in that folder. */
  readonly name: string;
  readonly force: boolean;
  readonly key?: SigningKey | undefined;
  readonly tsa?: string | undefined;
}

/** A further volume: where it was written, and its name in the end. */
interface FurtherVolume {
  readonly volume: number;
  readonly part: string;
  readonly file: string;
  readonly attachments: number;
}

export interface Written {
  readonly pages: number;
  readonly attachments: number;
  readonly manifest: Manifest;
  readonly further?: readonly FurtherVolume[];
}

/** Signs a file as its preparer, and says when. */
type Sign = (part: string) => Promise<Date>;

/**
 * Writes a document beside its place, signs it as preparer, gives it its name and records it, or leaves nothing. Further
 * volumes get their names with it.
 */
export async function writeSigned(
  ws: OpenWorkspace,
  document: SignedDocument,
  job: JobContext,
  compose: (part: string, out: string, sign: Sign) => Promise<Written>,
): Promise<Composed> {
  const member = ws.member();
  demand(maySignAs(member.role, 'preparer'));
  const { id } = document;
  const out = outFile(document);
  for (const file of volumeFiles(out, document.volumes ?? 0)) await demandFree(ws, file, document.force);
  const hand = await handOf(ws, document.key, job.signal);
  const part = beginUnfinished(ws.db, id, out);
  const stamping = stampOrWithout(ws, document.tsa, job);
  const lines = [...hand.lines, ...(member.passphraseSetByOther ? ['Passphrase set by another member'] : [])];
  const sign: Sign = async (file) => {
    job.step('Signing', 0, null);
    const at = new Date(ws.now());
    await signPdf(file, {
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
    return at;
  };
  try {
    const { manifest, pages, attachments, further = [] } = await compose(part, out, sign);
    const at = await sign(part);
    const unstamped = stamping.missed();
    const finished = { ...(await digestOf(part)), pages, attachments };
    const volumes = [];
    for (const { part: own, ...volume } of further) volumes.push({ ...volume, ...(await digestOf(own)) });
    await nameAll(ws, [...further, { part, file: out }], document.force);
    record(ws, document, manifest, finished, out);
    return {
      file: out,
      ...finished,
      ...(volumes.length === 0 ? {} : { volumes }),
      signatures: [{ by: member.name, at: at.toISOString(), field: 'Preparer' }],
      manifest: { included: manifest.included.length, omitted: manifest.omitted },
      ...(unstamped === undefined ? {} : { unstamped }),
    };
  } finally {
    endUnfinished(ws.db, id, dirname(out));
  }
}

const volumePart = (part: string, volume: number) => `${part}.volume-${volume}`;

const volumeFiles = (out: string, further: number) =>
  Array.from({ length: further }, (_, at) => volumeFile(out, at + 2, further + 1));

/** Gives finished files their names, the first volume last; where one cannot get it, none keeps it. */
async function nameAll(
  ws: OpenWorkspace,
  files: readonly { readonly part: string; readonly file: string }[],
  force: boolean,
): Promise<void> {
  for (const { file } of files) await demandFree(ws, file, force);
  const named: string[] = [];
  try {
    for (const { part, file } of files) {
      await rename(part, file);
      named.push(file);
    }
  } catch (error) {
    for (const file of named) await rm(file, { force: true });
    throw error;
  }
}

/** Where the file goes: the path named, or the folder of binders, which is its owner's alone. */
function outFile({ out, folder: dir, name }: SignedDocument): string {
  if (out === undefined) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return join(dir, freeName(dir, name));
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
  { engagement, checkpoint }: SignedDocument,
  manifest: Manifest,
  finished: Finished,
  out: string,
): void {
  const { kind, title, profile } = manifest;
  const value = {
    engagement,
    kind,
    ...(profile === undefined ? {} : { profile }),
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
