import { notesOf, returnsOf } from '../../db/queries/assessments.ts';
import { scopeCounts } from '../../db/queries/engagements.ts';
import { evidenceRows } from '../../db/queries/evidence.ts';
import { memberNames } from '../../db/queries/people.ts';
import { BINDER_PROFILE } from '../../db/queries/records.ts';
import { all, get } from '../../db/sql.ts';
import type { BinderSource } from '../../shared/contract/proof.ts';
import type { BINDER_KINDS } from '../../shared/domain/binder.ts';
import { BINDER_PROFILES } from '../../shared/domain/binder-profile.ts';
import { verifyBag } from '../binder/bag/verify-bag.ts';
import { bagBeside, writeBag } from '../binder/bag/write-bag.ts';
import { countersign } from '../binder/countersign.ts';
import { countersignaturesOf, countersignedFile, keepStamped } from '../binder/countersigned.ts';
import { differences, writeDiff } from '../binder/diff.ts';
import { exportBinder } from '../binder/export-binder.ts';
import { binderName, bindersFolder, freeName } from '../binder/file-names.ts';
import { attachLongTerm } from '../binder/long-term/attach.ts';
import { gatherScope } from '../binder/scope.ts';
import { attachTimeStamp, timeStampRequest } from '../binder/time/attach.ts';
import { withCountersignable, withVerifiable } from '../binder/verifiable.ts';
import { withComparison } from '../binder/verify/comparison.ts';
import { type ReadBinder, readBinder, type VerifyOptions } from '../binder/verify/index.ts';
import { getEngagement } from '../engagements/create-engagement.ts';
import type { Host } from '../host.ts';
import type { JobContext } from '../jobs.ts';
import * as resolve from '../resolve.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { api } from './base.ts';
import { demandDisk, demandNetwork, moduleOf, pathsOf } from './disk.ts';

export function bindersRouter(host: Host) {
  const at = api.binders;
  return {
    list: at.list.handler(({ input }) => listBinders(host.demand('read'), input.offset, input.limit)),
    preview: at.preview.handler(({ input }) => {
      const folder = bindersFolder(host.options.home);
      return preview(host.demand('read'), input.engagement, input.kind, folder);
    }),
    notes: at.notes.handler(({ input }) => {
      const ws = host.demand('read');
      const { id } = resolve.engagement(ws, input.engagement);
      return notesOf(ws.db, id, input.text.trim(), input.limit);
    }),
    returns: at.returns.handler(({ input }) => {
      const ws = host.demand('read');
      const { id } = resolve.engagement(ws, input.engagement);
      return returnsOf(ws.db, id, input.text.trim(), input.limit);
    }),
    compose: at.compose.handler(({ input }) => {
      demandDisk(host, [input.out, moduleOf(input.key)]);
      demandNetwork(host, input.tsa);
      const ws = host.demand('prepare');
      return host.jobs.start('binder', 'Composing the binder', async (job) => {
        const composed = await exportBinder(ws, { ...input, folder: bindersFolder(host.options.home) }, job);
        host.wrote('binders');
        return composed;
      });
    }),
    countersign: at.countersign.handler(({ input }) => {
      demandDisk(host, [input.out, ...pathsOf([input.file]), moduleOf(input.key)]);
      demandNetwork(host, input.tsa);
      const ws = host.demand('review');
      const folder = 'path' in input.file ? undefined : bindersFolder(host.options.home);
      return host.jobs.start('countersign', 'Countersigning the binder', (job) =>
        withCountersignable(host, input.file, async (file, name) => {
          const binder = 'binder' in input.file ? input.file.binder : undefined;
          const signed = await countersign(ws, { ...input, file, name, folder, binder }, job);
          host.wrote('binders');
          return signed;
        }),
      );
    }),
    timeStampRequest: at.timeStampRequest.handler(async ({ input }) => {
      demandDisk(host, [input.file.path]);
      const { field, query } = await timeStampRequest(input.file.path);
      return { field, query: query.toString('base64') };
    }),
    timeStampAttach: at.timeStampAttach.handler(({ input }) => {
      demandDisk(host, [input.out, input.file.path]);
      const answer = Buffer.from(input.answer, 'base64');
      const request = { ...input, file: input.file.path, answer, onStamped: keepIn(host) };
      return host.jobs.start('countersign', 'Attaching the time stamp', (job) =>
        attachTimeStamp(request, host.ports.ids, job),
      );
    }),
    revocationAttach: at.revocationAttach.handler(({ input }) => {
      demandDisk(host, [input.out, input.file.path]);
      const request = { ...input, file: input.file.path, onAttached: keepIn(host) };
      return host.jobs.start('countersign', 'Putting in what tells of revocations', (job) =>
        attachLongTerm(request, host.ports.ids, job),
      );
    }),
    verify: at.verify.handler(({ input }) => {
      demandDisk(host, pathsOf(input.against ? [input.file, input.against] : [input.file]));
      return host.jobs.start('verify', 'Verifying the binder', async (job) => {
        const own = await readSource(host, input.file, input.trust, job);
        if (!input.against) return own.report;
        return withComparison(own, await readSource(host, input.against, input.trust, job));
      });
    }),
    diff: at.diff.handler(({ input }) => {
      demandDisk(host, [input.out, ...pathsOf([input.before, input.after])]);
      return host.jobs.start('verify', 'Comparing the binders', async (job) => {
        const before = await readSource(host, input.before, input.trust, job);
        const after = await readSource(host, input.after, input.trust, job);
        const diff = differences(before, after);
        return { diff, written: input.out === undefined ? null : await writeDiff(diff, input.out) };
      });
    }),
    bag: at.bag.handler(({ input }) => {
      const { file: source, out, trust } = input;
      demandDisk(host, [out, ...pathsOf([source])]);
      if (out === undefined) host.demand('read');
      return host.jobs.start('verify', 'Writing the bag', (job) =>
        withVerifiable(host, source, async (path, name) => {
          const read = await readBinder(path, { trust, ...progressOf(job) });
          const at = out ?? bagBeside(bindersFolder(host.options.home), name);
          return writeBag({ path, name, read, out: at }, host.ports, job);
        }),
      );
    }),
    verifyBag: at.verifyBag.handler(({ input }) => {
      demandDisk(host, [input.folder]);
      return host.jobs.start('verify', 'Verifying the bag', (job) => verifyBag(input.folder, input, job));
    }),
  };
}

/** An open workspace may know the binder that something was added to. */
function keepIn(host: Host): (file: string, read: ReadBinder) => Promise<void> {
  return async (file, read) => {
    if (host.current !== null && (await keepStamped(host.current.db, file, read))) host.changed('binders');
  };
}

/** Verifies a binder wherever it is, and keeps what was read of it. */
function readSource(host: Host, source: BinderSource, trust: readonly string[], job: JobContext) {
  return withVerifiable(host, source, async (file, name) => {
    const { report, content } = await readBinder(file, { trust, ...progressOf(job) });
    return { report: { ...report, file: name }, content };
  });
}

function progressOf(job: JobContext): Pick<VerifyOptions, 'signal' | 'onProgress'> {
  return {
    signal: job.signal,
    onProgress: ({ phase, done, total }) => job.step(PHASES[phase], done, total),
  };
}

const PHASES = {
  digests: 'Reading the file',
  attachments: 'Checking the files inside',
  structure: 'Checking what changed',
} as const;

function listBinders(ws: OpenWorkspace, offset: number, limit: number) {
  const names = memberNames(ws.db);
  const rows = all<{
    id: string;
    title: string;
    kind: (typeof BINDER_KINDS)[number];
    engagement: string | null;
    at: string;
    by: string;
    sha256: string;
    bytes: number;
    pages: number;
    attachments: number;
    omitted: number;
    file: string | null;
    profile: string | null;
  }>(
    ws.db,
    `SELECT b.id, b.title, b.kind, g.name engagement, b.at, b.by, b.sha256, b.bytes, b.pages, b.attachments, b.omitted, f.file, ${BINDER_PROFILE} profile FROM binder b
       LEFT JOIN engagement g ON g.id = b.engagement LEFT JOIN local_binder_file f ON f.binder = b.id ORDER BY b.at DESC, b.id LIMIT ? OFFSET ?`,
    limit,
    offset,
  );
  const total = get<{ n: number }>(ws.db, 'SELECT count(*) n FROM binder')?.n ?? 0;
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      engagement: row.engagement ?? '',
      profile: BINDER_PROFILES.find((profile) => profile === row.profile) ?? null,
      by: names.get(row.by) ?? row.by,
      file: row.file ?? '',
      countersignatures: countersignaturesOf(ws.db, row.id),
      countersigned: countersignedFile(ws.db, row.id),
    })),
  };
}

/** What a binder would hold, and what is still open, before anybody waits for it. */
function preview(ws: OpenWorkspace, engagementText: string | undefined, kind: string, folder: string) {
  const engagement = getEngagement(ws, resolve.engagement(ws, engagementText).id);
  const scope = gatherScope(ws, engagement.id, new Set());
  const files = evidenceRows(ws.db, scope.evidence, today(ws)).flatMap((row) => row.files);
  const worked = scope.assessments.filter(
    (row) => row.targetKind === 'control' && row.result !== 'not-reviewed',
  );
  const missing = files.filter((file) => !ws.vault.has(file.sha256));
  return {
    engagement: { id: engagement.id, name: engagement.name },
    controls: scopeCounts(ws.db, engagement.id).controls,
    checklists: scope.checklists.length,
    evidence: scope.evidence.length,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    omitted: missing.map((file) => ({
      kind: 'file',
      id: file.sha256,
      label: file.name,
      reason: 'missing' as const,
      detail: 'The vault of this copy does not hold it.',
    })),
    open: {
      unsigned: worked.filter((row) => row.status === 'draft').length,
      unreviewed: worked.filter((row) => row.status === 'submitted').length,
      returned: worked.filter((row) => row.status === 'returned').length,
      voided: scope.assessments.filter((row) => row.voided).length,
      conflicts: scope.assessments.reduce((sum, row) => sum + row.conflicts, 0),
      notReviewed: engagement.progress.results['not-reviewed'] ?? 0,
    },
    suggestedName: freeName(folder, binderName(engagement.name, kind, today(ws))),
    folder,
  };
}
