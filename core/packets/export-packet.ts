import { resolve as absolute } from 'node:path';
import type { z } from 'zod';
import { houseStyle, workspaceRow } from '../../db/queries/people.ts';
import { factsOn } from '../../db/queries/programme.ts';
import type { ProgrammeRow } from '../../shared/contract/programme.ts';
import type { ComposedBinder } from '../../shared/contract/proof.ts';
import type { SigningKey } from '../../shared/contract/signing.ts';
import {
  ATTACHMENT_NAMES,
  type Checkpoint,
  type Manifest,
  PACKET_ATTACHMENT,
} from '../../shared/domain/binder.ts';
import { deriveId } from '../../shared/domain/identity.ts';
import type { PacketContent } from '../../shared/domain/programme/packet-content.ts';
import { GENERATOR } from '../binder/assemble-model.ts';
import type { PageSize } from '../binder/compose/style.ts';
import { jsonAttachment } from '../binder/data-file.ts';
import { earlierCheckpoints } from '../binder/earlier.ts';
import { evidenceFiles } from '../binder/evidence-files.ts';
import { exportBinder, writeSigned } from '../binder/export-binder.ts';
import { ledgerExtract, ledgerProofs } from '../binder/extract.ts';
import { demandFree } from '../binder/in-the-way.ts';
import { findMisfits } from '../binder/misfits.ts';
import type { PacketPages } from '../binder/model.ts';
import { NO_SCOPE } from '../binder/scope.ts';
import type { JobContext } from '../jobs.ts';
import { takeCheckpoint } from '../ledger/checkpoint.ts';
import { keyIdOf, sha256 } from '../ledger/keys.ts';
import { sealOpen } from '../ledger/seal.ts';
import { withLedgerUpTo } from '../programme/as-of.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { composePacket } from './compose/compose-packet.ts';
import type { PacketModel } from './compose/page.ts';
import { ownSections, type ReadPacket, readPacket, sectionId } from './content.ts';
import { momentOf, timeOf } from './founded.ts';
import { packetSource } from './source.ts';
import {
  type Finalisation,
  finalisationOf,
  findPacket,
  packetDigest,
  proveFinal,
  viewPacket,
  type WhichPacket,
} from './view.ts';

export interface PacketExport extends WhichPacket {
  readonly out?: string | undefined;
  readonly page: PageSize;
  readonly force: boolean;
  readonly folder: string;
  /** What it is signed with; the member's own key where nothing is said. */
  readonly key?: SigningKey | undefined;
  /** The time-stamping authority that is asked over the network; none where nothing is said. */
  readonly tsa?: string | undefined;
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
  await proveFinal(ws, row);
  const read = readPacket(packetSource(ws, row.engagement), row);
  if (read.template.kind === 'evidence') return exportAsBinder(ws, request, read, job);
  if (request.out !== undefined) await demandFree(ws, absolute(request.out), request.force);
  sealOpen(ws);
  const checkpoint = takeCheckpoint(ws, ws.member().name);
  const id = ws.ports.ids.next();
  job.step('Reading the packet', 0, null);
  const model = await assemblePacket(ws, read, checkpoint, id);
  const { manifest } = model;
  return writeSigned(
    ws,
    {
      ...request,
      id,
      what: 'packet',
      engagement: row.engagement,
      checkpoint,
      name: `${manifest.title} ${manifest.at.slice(0, 10)}.pdf`,
    },
    job,
    async (part) => ({ ...(await composePacket(model, part, request.page, job.signal)), manifest }),
  );
}

/** An evidence binder is a binder that says on its first pages what the packet says, told from the same moment. */
function exportAsBinder(
  ws: OpenWorkspace,
  request: PacketExport,
  read: ReadPacket,
  job: JobContext,
): Promise<Composed> {
  const { row } = read;
  const { final, content, customer, evidence, pages } = drawnFrom(ws, read);
  const packet = {
    pages,
    machine: { ...content, customer },
    included: includedParts(content),
    evidence,
    records: packetRecords(ws, row, evidence),
  };
  const { engagement } = row;
  return exportBinder(
    ws,
    {
      ...request,
      engagement,
      kind: 'evidence',
      title: content.title,
      withhold: [],
      packet,
      reading: final === null ? undefined : (query) => withRecordsOf(ws, final, query),
    },
    job,
  );
}

/** Runs a query on the workspace as it stood when an act was stated. */
function withRecordsOf<T>(
  ws: OpenWorkspace,
  { fact, content }: Finalisation,
  query: (records: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const { seen, writer, seq } = momentOf(ws.db, fact);
  const now = () => timeOf(fact, content);
  return withLedgerUpTo(ws, { ...seen, [writer]: seq }, (db) => query({ ...ws, db, now }));
}

/** What a packet is drawn from: what its finalisation keeps where the ledger shows it and nothing changed, else what is there. */
function drawnFrom(ws: OpenWorkspace, read: ReadPacket) {
  const found = finalisationOf(ws, read.row);
  const stands = found?.fact.body.digest === packetDigest(read.content) && found.flaws?.length === 0;
  const final = stands ? found : null;
  const content = final?.content ?? read.content;
  const customer = viewPacket(ws, { packet: read.row.record }).handovers.filter(({ current }) => current);
  const evidence = [
    ...new Set([...content.sections, ...customer].flatMap((part) => part.evidence.map((each) => each.id))),
  ];
  const { sha256: _hash, ...template } = read.template;
  const pages: PacketPages = {
    content,
    template,
    missing: read.missing,
    final:
      final === null
        ? null
        : { by: final.fact.by.name, at: final.fact.at, digest: String(final.fact.body.digest) },
    customer,
  };
  return { final, content, customer, evidence, pages };
}

/** A packet and its sections as a manifest lists them. */
function includedParts({ id, title, sections }: PacketContent): Manifest['included'] {
  return [
    { kind: 'packet', id, label: title },
    ...sections.map((section) => ({
      kind: 'section',
      id: sectionId(id, section.key),
      label: section.title,
    })),
  ];
}

async function assemblePacket(
  ws: OpenWorkspace,
  read: ReadPacket,
  checkpoint: Checkpoint,
  id: string,
): Promise<PacketModel> {
  const { row, template } = read;
  const { content, customer, evidence, pages } = drawnFrom(ws, read);
  const workspace = workspaceRow(ws.db) ?? { id: ws.workspace, name: '', marking: '' };
  const parts = await packetFiles(ws, { row, evidence, checkpoint, content: { ...content, customer } });
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
    included: includedParts(content),
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
    ...pages,
    marking: workspace.marking,
    house: houseStyle(ws.db),
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
  const extract = ledgerExtract(
    ws,
    row.engagement,
    { ...NO_SCOPE, evidence },
    { records: packetRecords(ws, row, evidence) },
  );
  const proofs = ledgerProofs(ws, extract, checkpoint, earlierCheckpoints(ws));
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

/** Every record that makes a packet what it is: itself, its sections, what is attached, and the acts about it. */
function packetRecords(ws: OpenWorkspace, row: ProgrammeRow, evidence: readonly string[]): string[] {
  const sections = [...ownSections(ws.db, row.id).values()].map(({ record }) => record);
  const proofs = [...sections, row.record].flatMap((record) =>
    evidence.map((each) => `proof:${deriveId(sha256, 'proof', each, record)}`),
  );
  const acts = factsOn(ws.db, row.record).map(({ kind, id }) => `${kind}:${id}`);
  return [row.record, ...sections, ...proofs, ...acts];
}
