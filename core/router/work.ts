import type { z } from 'zod';
import { listChecklists } from '../../db/queries/checklists.ts';
import { listControls } from '../../db/queries/controls.ts';
import { listEngagements } from '../../db/queries/engagements.ts';
import { custodyOf, evidenceRows, linksOf, listEvidence, revisionsOf } from '../../db/queries/evidence.ts';
import { groupsOf, listFrameworks } from '../../db/queries/frameworks.ts';
import { conflictsOf, historyOf } from '../../db/queries/history.ts';
import { subjectsOf } from '../../db/queries/names.ts';
import type { EvidenceRow } from '../../shared/contract/frameworks.ts';
import { fileWarnings } from '../../shared/domain/evidence.ts';
import { refuse } from '../../shared/fault.ts';
import { checklistPlace, setItem, viewChecklist } from '../checklists/checklist.ts';
import { assess, assessMany } from '../engagements/assess.ts';
import { viewAssessmentById } from '../engagements/assessment-view.ts';
import { createEngagement, getEngagement } from '../engagements/create-engagement.ts';
import { addEvidence, reviseEvidence, updateEvidence } from '../evidence/add-evidence.ts';
import { exportEvidence } from '../evidence/export-evidence.ts';
import { linkEvidence, removeEvidence, unlinkEvidence } from '../evidence/link-evidence.ts';
import { judged, staleEvidence } from '../evidence/stale.ts';
import { controlDossier } from '../frameworks/control-dossier.ts';
import type { Host } from '../host.ts';
import * as resolve from '../resolve.ts';
import { reviewQueue } from '../review/review-queue.ts';
import { answerNote, clearNote, raiseNote, returnWork, signOff } from '../review/sign-off.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { api } from './base.ts';
import { demandDisk, pathsOf } from './disk.ts';

export function frameworksRouter(host: Host) {
  return {
    formats: api.frameworks.formats.handler(async () => {
      const { FORMATS } = await import('../formats/index.ts');
      return Object.values(FORMATS).map(({ id, title }) => ({ id, title }));
    }),
    import: api.frameworks.import.handler(async ({ input }) => {
      demandDisk(host, pathsOf(input.files));
      const { importFrameworks } = await import('../frameworks/import-framework.ts');
      const files = await importFrameworks(host.demand('prepare'), host.staged, input);
      if (files.some((file) => file.outcome === 'imported'))
        host.wrote('frameworks', 'programme', 'checklists');
      return { files };
    }),
    list: api.frameworks.list.handler(({ input }) =>
      listFrameworks(host.demand('read').db, input.offset, input.limit),
    ),
    groups: api.frameworks.groups.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement = input.engagement === undefined ? null : resolve.engagement(ws, input.engagement).id;
      return groupsOf(
        ws.db,
        resolve.framework(ws, input.framework).id,
        engagement,
        subjectOr(ws, engagement, input.subject),
      );
    }),
  };
}

/** The subject asked for, or the first of the engagement: a list shows one subject at a time. */
function subjectOr(ws: OpenWorkspace, engagement: string | null, subject: string | undefined): string | null {
  if (engagement === null) return null;
  if (subject !== undefined) return resolve.subject(ws, engagement, subject).id;
  return subjectsOf(ws.db, engagement)[0]?.id ?? null;
}

export function controlsRouter(host: Host) {
  return {
    list: api.controls.list.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement = input.engagement === undefined ? null : resolve.engagement(ws, input.engagement).id;
      const framework =
        input.framework === undefined ? {} : { framework: resolve.framework(ws, input.framework).id };
      return listControls(
        ws.db,
        { ...input, ...framework },
        engagement,
        subjectOr(ws, engagement, input.subject),
        staleEvidence(ws),
      );
    }),
    get: api.controls.get.handler(({ input }) =>
      controlDossier(host.demand('read'), input.control, input.engagement),
    ),
  };
}

export function engagementsRouter(host: Host) {
  return {
    list: api.engagements.list.handler(({ input }) =>
      listEngagements(host.demand('read').db, input.offset, input.limit),
    ),
    get: api.engagements.get.handler(({ input }) => getEngagement(host.demand('read'), input.engagement)),
    create: api.engagements.create.handler(({ input }) => {
      const engagement = createEngagement(host.demand('prepare'), input);
      host.wrote('engagements');
      return { engagement };
    }),
  };
}

export function assessmentsRouter(host: Host) {
  return {
    set: api.assessments.set.handler(({ input }) => {
      const ws = host.demand('prepare');
      const id = assess(ws, input);
      host.wrote('assessments', 'checklists', 'review');
      return { assessment: viewAssessmentById(ws, id) };
    }),
    setMany: api.assessments.setMany.handler(({ input }) => {
      const { changed, entry } = assessMany(host.demand('prepare'), input);
      host.wrote('assessments', 'checklists', 'review');
      return { changed, entry: entry === null ? null : { writer: entry[0], seq: entry[1] } };
    }),
    get: api.assessments.get.handler(({ input }) => ({
      assessment: viewAssessmentById(host.demand('read'), input.assessment),
    })),
  };
}

export function evidenceRouter(host: Host) {
  const at = api.evidence;
  const wrote = () => host.wrote('evidence', 'assessments', 'checklists', 'review');
  const row = (ws: OpenWorkspace, id: string): z.infer<typeof EvidenceRow> =>
    judged(ws, evidenceRows(ws.db, [id], today(ws)))[0] ??
    refuse({ code: 'not-found', what: 'evidence', id });
  return {
    list: at.list.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement =
        input.engagement === undefined ? {} : { engagement: resolve.engagement(ws, input.engagement).id };
      const filter = { ...input, ...engagement, stale: staleEvidence(ws) };
      const { total, rows } = listEvidence(ws.db, filter, today(ws));
      return { total, rows: judged(ws, rows) };
    }),
    get: at.get.handler(({ input }) => {
      const ws = host.demand('read');
      const { id } = resolve.evidence(ws, input.evidence);
      const record = `evidence:${id}`;
      return {
        evidence: row(ws, id),
        links: linksOf(ws.db, id),
        revisions: revisionsOf(ws.db, id),
        custody: custodyOf(ws.db, id),
        conflicts: conflictsOf(ws.db, record),
        history: historyOf(ws.db, [record]),
      };
    }),
    add: at.add.handler(async ({ input, signal }) => {
      demandDisk(host, pathsOf(input.files));
      const ws = host.demand('prepare');
      const { files, together, links, ...details } = input;
      const taken = [];
      for (const file of files) taken.push(await host.staged.take(ws, file, signal));
      const evidence = addEvidence(ws, taken, details, { together, links });
      wrote();
      return { evidence, warnings: fileWarnings(taken) };
    }),
    revise: at.revise.handler(async ({ input, signal }) => {
      demandDisk(host, pathsOf(input.files));
      const ws = host.demand('prepare');
      const taken = [];
      for (const file of input.files) taken.push(await host.staged.take(ws, file, signal));
      const id = reviseEvidence(ws, input.evidence, taken, input.collected);
      wrote();
      return { evidence: row(ws, id) };
    }),
    update: at.update.handler(({ input }) => {
      const ws = host.demand('prepare');
      const { evidence, ...details } = input;
      const id = updateEvidence(ws, evidence, details);
      wrote();
      return { evidence: row(ws, id) };
    }),
    link: at.link.handler(({ input }) => {
      const links = linkEvidence(host.demand('prepare'), input.evidence, input);
      wrote();
      return { links };
    }),
    unlink: at.unlink.handler(({ input }) => {
      const links = unlinkEvidence(host.demand('prepare'), input.evidence, input.assessment);
      wrote();
      return { links };
    }),
    remove: at.remove.handler(({ input }) => {
      removeEvidence(host.demand('prepare'), input.evidence, input.evenIfLinked);
      wrote();
      return { removed: true };
    }),
    export: at.export.handler(async ({ input }) => {
      demandDisk(host, [input.out]);
      const files = await exportEvidence(host.demand('read'), input.evidence, input.out);
      host.wrote('evidence');
      return { files };
    }),
  };
}

export function checklistsRouter(host: Host) {
  return {
    list: api.checklists.list.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement = resolve.engagement(ws, input.engagement).id;
      const subject = subjectOr(ws, engagement, input.subject) ?? '';
      return listChecklists(ws.db, engagement, subject, input.offset, input.limit);
    }),
    get: api.checklists.get.handler(({ input }) => {
      const ws = host.demand('read');
      return { checklist: viewChecklist(ws, checklistPlace(ws, input)) };
    }),
    set: api.checklists.set.handler(({ input }) => {
      const ws = host.demand('prepare');
      const place = setItem(ws, input);
      host.wrote('assessments', 'checklists', 'review');
      return { checklist: viewChecklist(ws, place) };
    }),
  };
}

export function reviewRouter(host: Host) {
  const at = api.review;
  const wrote = () => host.wrote('review', 'assessments', 'checklists', 'session');
  return {
    queue: at.queue.handler(({ input }) => {
      const ws = host.demand('read');
      const engagement = input.engagement === undefined ? null : resolve.engagement(ws, input.engagement).id;
      return reviewQueue(ws, engagement, input.lane, input.offset, input.limit);
    }),
    sign: at.sign.handler(({ input }) => {
      const signed = signOff(host.demand('read'), input, input.as, input.expectDigest);
      wrote();
      return signed;
    }),
    return: at.return.handler(({ input }) => {
      const returned = returnWork(host.demand('review'), input, input.note);
      wrote();
      return returned;
    }),
    note: at.note.handler(({ input }) => {
      const note = raiseNote(host.demand('review'), input.record, input.text);
      wrote();
      return { note };
    }),
    answer: at.answer.handler(({ input }) => {
      const note = answerNote(host.demand('prepare'), input.note, input.text);
      wrote();
      return { note };
    }),
    clear: at.clear.handler(({ input }) => {
      const note = clearNote(host.demand('review'), input.note);
      wrote();
      return { note };
    }),
  };
}
