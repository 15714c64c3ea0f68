import { resolve as absolute } from 'node:path';
import type { z } from 'zod';
import { sectionsOf } from '../../db/queries/packets.ts';
import { workspaceRow } from '../../db/queries/people.ts';
import { factsOn } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { ComposedBinder } from '../../shared/contract/proof.ts';
import {
  ATTACHMENT_NAMES,
  type Checkpoint,
  type Manifest,
  PACKET_ATTACHMENT,
} from '../../shared/domain/binder.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import { evidenceFiles, GENERATOR, jsonAttachment, lastCheckpoint } from '../binder/assemble-model.ts';
import type { PageSize } from '../binder/compose/style.ts';
import { exportBinder, writeSigned } from '../binder/export-binder.ts';
import { ledgerExtract, ledgerProofs } from '../binder/extract.ts';
import { demandFree } from '../binder/in-the-way.ts';
import { findMisfits } from '../binder/misfits.ts';
import type { SignedScope } from '../binder/scope.ts';
import type { JobContext } from '../jobs.ts';
import { takeCheckpoint } from '../ledger/checkpoint.ts';
import { keyIdOf, sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { composePacket } from './compose/compose-packet.ts';
import type { PacketModel } from './compose/page.ts';
import { type ReadPacket, readPacket, sectionId } from './content.ts';
import { packetSource } from './source.ts';
import { finalisationOf, findPacket, packetDigest, viewPacket, type WhichPacket } from './view.ts';

export interface PacketExport extends WhichPacket {
  readonly out?: string | undefined;
  readonly page: PageSize;
  readonly force: boolean;
  readonly folder: string;
}

type Composed = z.infer<typeof ComposedBinder>;

/**
 * Composes a packet, signs it as preparer and records it, as binders are. One that is final is drawn from what its
 * finalisation keeps; one that is not, or that changed since, is drawn as it stands and says that it is a draft.
 */
export async function exportPacket(
  ws: OpenWorkspace,
  request: PacketExport,
  job: JobContext,
): Promise<Composed> {
  const row = findPacket(ws, request);
  const read = readPacket(packetSource(ws, row.engagement), row);
  if (read.template.kind === 'evidence')
    return exportBinder(
      ws,
      { ...request, engagement: row.engagement, kind: 'evidence', title: row.title, withhold: [] },
      job,
    );
  if (request.out !== undefined) await demandFree(ws, absolute(request.out), request.force);
  sealOpen(ws);
  const checkpoint = takeCheckpoint(ws, ws.member().name);
  const id = ws.ports.ids.next();
  job.step('Reading the packet', 0, null);
  const model = await assemblePacket(ws, read, checkpoint, id);
  const { manifest } = model;
  return writeSigned(
    ws,
    { ...request, id, what: 'packet', engagement: row.engagement, manifest, checkpoint },
    job,
    (part) => composePacket(model, part, request.page, job.signal),
  );
}

async function assemblePacket(
  ws: OpenWorkspace,
  read: ReadPacket,
  checkpoint: Checkpoint,
  id: string,
): Promise<PacketModel> {
  const { row, template } = read;
  const found = finalisationOf(ws, row);
  const final = found !== null && found.fact.body.digest === packetDigest(read.content) ? found : null;
  const content = final?.content ?? read.content;
  const workspace = workspaceRow(ws.db) ?? { id: ws.workspace, name: '', marking: '' };
  const view = viewPacket(ws, { packet: row.record });
  const customer = view.handovers.filter(({ current }) => current);
  const evidence = [
    ...new Set([...content.sections, ...customer].flatMap((part) => part.evidence.map((each) => each.id))),
  ];
  const parts = await packetFiles(ws, { row, evidence, checkpoint, content: { ...content, customer } });
  const { sha256: _hash, ...shape } = template;
  const at = checkpoint.body.at;
  const manifest: Manifest = {
    schema: 'bindery.manifest/1',
    binder: id,
    kind: template.kind,
    title: content.title,
    workspace: { id: workspace.id, name: workspace.name },
    engagement: content.engagement,
    at,
    generator: GENERATOR,
    files: parts.manifest,
    counts: {
      controls: 0,
      checklists: 0,
      items: 0,
      evidence: evidence.length,
      files: parts.evidenceFiles,
      signOffs: 0,
      omitted: parts.missing.length,
    },
    included: [
      { kind: 'packet', id: row.id, label: content.title },
      ...content.sections.map(({ key, title }) => ({
        kind: 'section',
        id: sectionId(row.id, key),
        label: title,
      })),
    ],
    omitted: parts.missing,
  };
  const manifestFile = jsonAttachment(
    ATTACHMENT_NAMES.manifest,
    'extract',
    'What is in this packet and what was left out',
    manifest,
    at,
  );
  return {
    id,
    content,
    template: shape,
    missing: read.missing,
    final:
      final === null
        ? null
        : { by: final.fact.by.name, at: final.fact.at, digest: String(final.fact.body.digest) },
    customer,
    marking: workspace.marking,
    workspace: { id: workspace.id, name: workspace.name },
    at,
    generator: GENERATOR,
    checkpointKey: keyIdOf(checkpoint.publicKey),
    manifest,
    attachments: [...parts.attachments, manifestFile.attachment],
  };
}

/** The files of a packet in the order of embedding: evidence, the packet for machines, and the ledger’s files. */
async function packetFiles(
  ws: OpenWorkspace,
  about: {
    readonly row: ProgrammeRow;
    readonly evidence: readonly string[];
    readonly checkpoint: Checkpoint;
    readonly content: unknown;
  },
) {
  const { row, evidence, checkpoint, content } = about;
  const at = checkpoint.body.at;
  const files = evidenceFiles(ws, { evidence }, await findMisfits(ws, evidence));
  const extract = ledgerExtract(ws, row.engagement, scopeOf(evidence), packetRecords(ws, row, evidence));
  const proofs = ledgerProofs(ws, extract, checkpoint, lastCheckpoint(ws));
  const data = [
    jsonAttachment(PACKET_ATTACHMENT, 'packet', 'This packet for machines', content, at),
    jsonAttachment(ATTACHMENT_NAMES.extract, 'extract', 'Ledger entries behind this packet', extract, at),
    jsonAttachment(ATTACHMENT_NAMES.proofs, 'proofs', 'Inclusion and consistency proofs', proofs, at),
    jsonAttachment(ATTACHMENT_NAMES.checkpoint, 'checkpoint', 'Signed state of the ledger', checkpoint, at),
  ];
  return {
    manifest: [...files.manifest, ...data.map(({ entry }) => entry)],
    attachments: [...files.attachments, ...data.map(({ attachment }) => attachment)],
    evidenceFiles: files.manifest.length,
    missing: files.missing,
  };
}

/** A packet signs off no checks of its own; what it carries is evidence. */
function scopeOf(evidence: readonly string[]): SignedScope {
  return { subjects: [], assessments: [], checklists: [], evidence, links: [], signOffs: [], signed: {} };
}

/** Every record that makes a packet what it is: itself, its sections, what is attached, and the acts about it. */
function packetRecords(ws: OpenWorkspace, row: ProgrammeRow, evidence: readonly string[]): string[] {
  const sections = [...sectionsOf(ws.db, row.id).values()].map(({ record }) => record);
  const proofs = [...sections, row.record].flatMap((record) =>
    evidence.map((each) => `proof:${deriveId(sha256, 'proof', each, record)}`),
  );
  const acts = factsOn(ws.db, row.record).map(({ kind, id }) => `${kind}:${id}`);
  return [row.record, ...sections, ...proofs, ...acts];
}
