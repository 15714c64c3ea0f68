import { engagementById } from '../../db/queries/engagements.ts';
import { evidenceRows } from '../../db/queries/evidence.ts';
import { frameworkById } from '../../db/queries/frameworks.ts';
import { entryWords, ledgerEntries } from '../../db/queries/history.ts';
import { devices, houseStyle, workspaceRow } from '../../db/queries/people.ts';
import type { RedactionRequest } from '../../shared/contract/proof.ts';
import {
  ATTACHMENT_NAMES,
  type Checkpoint,
  type CheckpointBody,
  chainPlace,
  type LedgerExtract,
  type Manifest,
  type Omission,
  PACKET_ATTACHMENT,
  type VolumeEntry,
} from '../../shared/domain/binder.ts';
import { type BinderProfile, leavesOut } from '../../shared/domain/binder-profile.ts';
import { actionWords } from '../../shared/domain/change-words.ts';
import { refuse } from '../../shared/fault.ts';
import { keyIdOf } from '../ledger/keys.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { checklistSections, controlGroups, evidenceSections } from './binder-sections.ts';
import { type DataFile, jsonAttachment, twinOf } from './data-file.ts';
import { evidenceFiles, NO_FILES } from './evidence-files.ts';
import { ledgerExtract, ledgerProofs, mergedExtract } from './extract.ts';
import { acceptancePages, foundIn } from './finding-pages.ts';
import { lockdownPages, SOMETHING_REDACTED } from './lockdown-pages.ts';
import type { BinderModel, EvidenceSection, PacketPages } from './model.ts';
import { profiled } from './profile.ts';
import { demandRedacted, type Redactions, redactionsOf, toldIn } from './redact.ts';
import { registerTables, sectionTables } from './register-tables.ts';
import { NO_SCOPE, type SignedScope } from './scope.ts';
import { people, summary } from './summary.ts';
import { unfoundedIn } from './verify/ledger.ts';

export interface BinderRequest {
  readonly engagement: string;
  readonly kind: 'evidence' | 'release' | 'handover';
  readonly title?: string | undefined;
  readonly profile: BinderProfile;
  readonly withhold: readonly string[];
  readonly redact?: readonly RedactionRequest[] | undefined;
  readonly checkpoint: Checkpoint;
  /** The checkpoints of the binders exported before, the newest first, for the consistency proof. */
  readonly earlier: readonly CheckpointBody[];
  readonly id: string;
  /** What `gatherScope` answers for the engagement. */
  readonly scope: SignedScope;
  /** What `findMisfits` answers for the evidence in scope. */
  readonly misfits: ReadonlyMap<string, string>;
  /** The workspace as it is, where the records are read as they stood earlier: what is proven is proven now. */
  readonly present?: OpenWorkspace | undefined;
  /** The largest file that can be embedded. */
  readonly largest?: number | undefined;
  /** The further volumes, as they were composed; the evidence in them is not attached here. */
  readonly volumes?: readonly VolumeEntry[] | undefined;
  /** The packet this binder is handed over as. */
  readonly packet?: BinderPacket | null | undefined;
}

/** What a packet adds to the binder it is handed over as. */
export interface BinderPacket {
  readonly pages: PacketPages;
  /** The packet for machines. */
  readonly machine: unknown;
  readonly included: Manifest['included'];
  /** Ids of the evidence attached to its sections. */
  readonly evidence: readonly string[];
  /** Names of the records that make the packet what it is, for the ledger extract. */
  readonly records: readonly string[];
}

export const GENERATOR = 'Bindery 0.1.0';

/** Reads everything a binder says from the workspace as the checkpoint states it; nothing is decided later. */
export function assembleModel(ws: OpenWorkspace, request: BinderRequest): BinderModel {
  const engagement =
    engagementById(ws.db, request.engagement) ??
    refuse({ code: 'not-found', what: 'engagement', id: request.engagement });
  const withhold = new Set(request.withhold);
  const { packet = null } = request;
  const present = request.present ?? ws;
  const redactions = redactionsOf(ws, engagement.id, request.scope, request.redact ?? []);
  const { scope, hides } = redactions;
  const { profile } = request;
  const { volumes = [] } = request;
  const files = leavesOut(profile, 'evidence')
    ? NO_FILES
    : evidenceFiles(ws, scope, request.misfits, { redacted: redactions.files, largest: request.largest });
  const elsewhere = new Map(
    volumes.flatMap(({ volume, files: own }) => own.map(({ name }) => [name, volume] as const)),
  );
  const isHere = ({ name }: { readonly name: string }) => !elsewhere.has(name);
  // First and by itself: the ledger's part of a large binder is packed and gone before the pages are read.
  const stated = acceptancePages(ws, engagement.id);
  const ledger = ledgerFiles(ws, present, { ...request, stated: stated.records }, redactions);
  const { noteOf, wordsOf } = redactions;
  const out = { evidence: withhold, hides, noteOf, wordsOf, unfounded: ledger.unfounded };
  const lockdown = lockdownPages(ws, engagement.id, hides);
  const worked = {
    groups: controlGroups(ws, engagement.frameworks, scope, out, lockdown),
    checklists: checklistSections(ws, engagement.id, scope, out, lockdown),
  };
  const { parts, omitted: unprofiled } = profiled(profile, {
    ...worked,
    findings: { ...foundIn(worked), ...stated.pages },
    registers: [
      ...lockdown.registers,
      ...registerTables(ws, engagement.id),
      ...sectionTables(ws, engagement.frameworks),
    ],
    evidence: withVolumes(evidenceSections(ws, scope.evidence, files.attachmentOf, lockdown), elsewhere),
    ledger: ledger.printed,
  });
  const { groups, checklists } = parts;
  const at = request.checkpoint.body.at;
  const title = titleOf(request, engagement.name);
  const data = [
    ...(packet === null
      ? []
      : [jsonAttachment(PACKET_ATTACHMENT, 'packet', 'This packet for machines', packet.machine, at)]),
    ...ledger.files,
  ];
  const omitted = [
    ...omissions(ws, withhold),
    ...redactions.omitted,
    ...files.missing,
    ...unprofiled,
    ...outside(scope),
  ];
  const included = [...(packet?.included ?? []), ...includedRecords(parts), ...stated.included];
  const counts = {
    controls: groups.reduce((sum, group) => sum + group.controls.length, 0),
    checklists: checklists.length,
    items: checklists.reduce((sum, checklist) => sum + checklist.items.length, 0),
    evidence: parts.evidence.length,
    files: files.manifest.length,
    signOffs: scope.signOffs.length,
    omitted: omitted.length,
  };
  const workspace = workspaceRow(present.db) ?? { id: ws.workspace, name: '', marking: '' };
  const manifest: Manifest = {
    schema: 'bindery.manifest/1',
    binder: request.id,
    kind: request.kind,
    profile,
    title,
    workspace: { id: workspace.id, name: workspace.name },
    engagement: { id: engagement.id, name: engagement.name },
    at,
    generator: GENERATOR,
    files: [],
    counts,
    included,
    omitted,
    ...redactionBy(present, redactions),
    ...(volumes.length === 0 ? {} : { volumes: [...volumes] }),
  };
  const pages = {
    'the findings, risks and exceptions': parts.findings,
    'the pages of the controls': parts.groups,
    'the pages of the checklists': parts.checklists,
    'the registers': parts.registers,
    'the evidence register': parts.evidence,
    'the printed ledger': parts.ledger,
  };
  demandRedacted([toldIn(redactions, pages), ledger.told, toldIn(redactions, { 'manifest.json': manifest })]);
  const twins = twinOf(parts, manifest);
  manifest.files.push(...files.manifest.filter(isHere), ...[...twins, ...data].map(({ entry }) => entry));
  const manifestFile = jsonAttachment(
    ATTACHMENT_NAMES.manifest,
    'extract',
    'What is in this binder and what was left out',
    manifest,
    at,
  );
  return {
    id: request.id,
    kind: request.kind,
    profile,
    title,
    marking: workspace.marking,
    house: houseStyle(present.db),
    packet: packet?.pages ?? null,
    workspace: { id: workspace.id, name: workspace.name },
    engagement: {
      id: engagement.id,
      name: engagement.name,
      from: engagement.from,
      to: engagement.to,
      state: engagement.state,
      lockdown: lockdown.sentence,
      subjects: engagement.subjects.map((s) => s.name),
    },
    frameworks: engagement.frameworks.flatMap((f) => {
      const row = frameworkById(ws.db, f.id);
      return row === undefined
        ? []
        : [{ title: row.title, version: row.version, sourceSha256: row.source.sha256, kind: row.kind }];
    }),
    at,
    generator: GENERATOR,
    people: people(present, scope),
    summary: summary(ws, engagement, scope),
    ...parts,
    checkpoint: {
      at,
      by: request.checkpoint.memberName,
      keyFingerprint: keyIdOf(request.checkpoint.publicKey),
      chains: request.checkpoint.body.chains,
    },
    manifest,
    attachments: [
      ...files.attachments.filter(isHere),
      ...[...twins, ...data].map(({ attachment }) => attachment),
      manifestFile.attachment,
    ],
  };
}

/** The files that carry the ledger's part, what is printed of it, and whether it tells what is redacted. */
function ledgerFiles(
  ws: OpenWorkspace,
  present: OpenWorkspace,
  {
    engagement,
    checkpoint,
    earlier,
    packet = null,
    stated,
    withhold,
  }: BinderRequest & { readonly stated: readonly string[] },
  redactions: Redactions,
): {
  readonly files: DataFile[];
  readonly printed: BinderModel['ledger'];
  readonly told: string | null;
  readonly unfounded: ReadonlySet<string>;
} {
  const { at } = checkpoint.body;
  const { scope, hides } = redactions;
  const own = ledgerExtract(ws, engagement, scope, { records: stated, present, hides });
  const whole = withPacketEntries(present, own, packet);
  const outside = new Set(scope.outside.keys());
  const unfounded = unfoundedIn(whole, checkpoint, { withheld: new Set(withhold), outside });
  const signOffs = whole.signOffs.map((one) =>
    unfounded.has(one.id) ? { ...one, unfounded: true as const } : one,
  );
  const extract = { ...whole, signOffs };
  const file = (name: string, role: 'extract' | 'proofs' | 'checkpoint', what: string, value: unknown) =>
    jsonAttachment(name, role, what, value, at);
  return {
    files: [
      file(ATTACHMENT_NAMES.extract, 'extract', 'Ledger entries behind this binder', extract),
      file(
        ATTACHMENT_NAMES.proofs,
        'proofs',
        'Inclusion and consistency proofs',
        ledgerProofs(present, extract, checkpoint, earlier),
      ),
      file(ATTACHMENT_NAMES.checkpoint, 'checkpoint', 'Signed state of the ledger', checkpoint),
    ],
    unfounded,
    printed: printedLedger(present, extract, hides),
    told: toldIn(redactions, { 'ledger-extract.json': extract }),
  };
}

/** The same with the volume named in which a file is that is not attached here. */
function withVolumes(
  sections: readonly EvidenceSection[],
  volumeOf: ReadonlyMap<string, number>,
): EvidenceSection[] {
  return sections.map((section) => ({
    ...section,
    files: section.files.map((file) => {
      const volume = volumeOf.get(file.attachment ?? '');
      return volume === undefined ? file : { ...file, volume };
    }),
  }));
}

/** A packet goes on after it was made final: the customer’s word is given then, and has its entries too. */
function withPacketEntries(
  present: OpenWorkspace,
  extract: LedgerExtract,
  packet: BinderPacket | null,
): LedgerExtract {
  if (packet === null) return extract;
  return mergedExtract(
    extract,
    ledgerExtract(present, extract.engagement, NO_SCOPE, { records: packet.records }),
  );
}

/** The title on the cover. */
export function titleOf({ title, kind }: Pick<BinderRequest, 'title' | 'kind'>, engagement: string): string {
  return title ?? `${engagement}: ${KIND_WORDS[kind]}`;
}

const KIND_WORDS = {
  evidence: 'evidence binder',
  release: 'release packet',
  handover: 'handover packet',
} as const;

/** What is in scope and has no place in the binder, each with its reason. */
function omissions(ws: OpenWorkspace, withhold: ReadonlySet<string>): Omission[] {
  return evidenceRows(ws.db, [...withhold], today(ws)).flatMap((row): Omission[] => {
    const reason = 'withheld';
    const files = `${row.files.length} ${row.files.length === 1 ? 'file' : 'files'}`;
    const detail = `${files} withheld by the preparer of this binder.`;
    return [
      { kind: 'evidence', id: row.id, label: `${row.reference} ${row.title}`, reason, detail },
      ...row.files.map(
        ({ name, sha256: hash, bytes }): Omission => ({
          ...{ kind: 'file', id: hash, label: `${row.reference} ${name}`, reason, sha256: hash, bytes },
        }),
      ),
    ];
  });
}

/** Checks of what no framework of the engagement has: each is named with who recorded it, and counts for nothing. */
const outside = (scope: SignedScope): Omission[] =>
  [...scope.outside].map(([id, by]) => ({
    ...{ kind: 'check', id, label: `A check by ${by}`, reason: 'unfounded' },
    detail:
      'No framework of this engagement has what it is of, or it says that it is of a control and is of an item.',
  }));

function includedRecords({
  groups,
  checklists,
  evidence,
}: Pick<BinderModel, 'groups' | 'checklists' | 'evidence'>): Manifest['included'] {
  return [
    ...groups.flatMap((group) =>
      group.controls.map(({ id, label, title }) => ({ kind: 'control', id, label: `${label} ${title}` })),
    ),
    ...checklists.map(({ id, title }) => ({ kind: 'checklist', id, label: title })),
    ...evidence.map(({ id, reference, title }) => ({ kind: 'evidence', id, label: `${reference} ${title}` })),
  ];
}

const PRINTED = 400;

function printedLedger(
  ws: OpenWorkspace,
  extract: LedgerExtract,
  hides: Redactions['hides'],
): BinderModel['ledger'] {
  const names = new Map(extract.writers.map((writer) => [writer.id, writer]));
  const deviceNames = new Map(devices(ws.db).map((device) => [device.id, device.name]));
  const newest = extract.entries
    .filter((entry) => isHidden(entry, hides) || entry.values.some((value) => value !== null))
    .sort((a, b) => (String(a.entry.time) < String(b.entry.time) ? 1 : -1))
    .slice(0, PRINTED)
    .reverse();
  return {
    total: ledgerEntries(ws.db, { offset: 0, limit: 1 }).total,
    entries: newest.map((entry) => {
      const { writer, seq } = chainPlace(entry);
      const action = String(entry.entry.action);
      const device = names.get(writer)?.device ?? '';
      return {
        at: String(entry.entry.time).slice(0, 24),
        by: names.get(writer)?.memberName ?? writer,
        device: deviceNames.get(device) ?? device,
        action: actionWords(action),
        summary: isHidden(entry, hides) ? SOMETHING_REDACTED : entryWords(ws.db, writer, seq),
        position: `${writer.slice(0, 8)} #${seq}`,
        hash: entry.hash,
      };
    }),
  };
}

function isHidden({ entry }: LedgerExtract['entries'][number], hides: Redactions['hides']): boolean {
  const ops = Array.isArray(entry.ops) ? (entry.ops as { record: string; field: string }[]) : [];
  return ops.some(({ record, field }) => hides(record, field));
}

function redactionBy(ws: OpenWorkspace, { list }: Redactions): Pick<Manifest, 'redaction'> {
  const { id, name } = ws.member();
  return list.length === 0 ? {} : { redaction: { by: { id, name }, list: [...list] } };
}
