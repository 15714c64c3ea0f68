import { reviewNotesOf, signOffsOf } from '../../db/queries/assessments.ts';
import { checklistSummary, checklistText, type ItemRowRaw, itemsOf } from '../../db/queries/checklists.ts';
import { controlDetail, listControls } from '../../db/queries/controls.ts';
import { custodyOf, evidenceOf, evidenceRows, linksOf } from '../../db/queries/evidence.ts';
import { groupsOf } from '../../db/queries/frameworks.ts';
import { conflictsOf } from '../../db/queries/history.ts';
import { controlLines } from '../../shared/domain/control-text.ts';
import { hasBegun, type Method, RESULTS, type Result } from '../../shared/domain/results.ts';
import { today } from '../today.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { RESULT_WORDS } from './compose/words.ts';
import type { LeftOut } from './left-out.ts';
import type { LockdownPages } from './lockdown-pages.ts';
import type {
  AssessmentSection,
  BinderModel,
  ChecklistSection,
  ControlSection,
  EvidenceSection,
  SignOffLine,
} from './model.ts';
import type { SignedScope, WorkedChecklist } from './scope.ts';

type Frameworks = readonly { readonly id: string; readonly title: string }[];

/** The controls of every framework in scope by family, each with what was recorded for each subject. */
export function controlGroups(
  ws: OpenWorkspace,
  frameworks: Frameworks,
  scope: SignedScope,
  out: LeftOut,
  lockdown: LockdownPages,
): BinderModel['groups'] {
  const byTarget = new Map<string, typeof scope.assessments>();
  for (const row of scope.assessments) byTarget.set(row.target, [...(byTarget.get(row.target) ?? []), row]);
  return frameworks.flatMap((framework) => {
    const rows = listControls(
      ws.db,
      { framework: framework.id, sort: 'order', descending: false, offset: 0, limit: 1_000_000 },
      null,
      null,
      [],
    ).rows;
    const titles = new Map(
      groupsOf(ws.db, framework.id, null, null).map((group) => [
        group.path,
        group.label ? `${group.label} ${group.title}` : group.title,
      ]),
    );
    const groups = new Map<string, ControlSection[]>();
    for (const row of rows) {
      const title = `${titles.get(row.group ?? '') ?? framework.title}`;
      const section = controlSection(
        ws,
        row.id,
        framework.title,
        scope,
        byTarget.get(row.id) ?? [],
        out,
        lockdown,
      );
      if (section !== null) groups.set(title, [...(groups.get(title) ?? []), section]);
    }
    return [...groups].map(([title, controls]) => ({ title, controls }));
  });
}

function controlSection(
  ws: OpenWorkspace,
  id: string,
  framework: string,
  scope: SignedScope,
  rows: SignedScope['assessments'],
  out: LeftOut,
  lockdown: LockdownPages,
): ControlSection | null {
  const detail = controlDetail(ws.db, id);
  if (detail === undefined) return null;
  const { body } = detail;
  const worked = rows.length > 0;
  return {
    id,
    label: body.label,
    title: body.title,
    framework,
    withdrawn: body.withdrawn === undefined ? null : withdrawalWords(body.withdrawn),
    text: worked
      ? controlLines(body).map(({ kind, label, depth, text }) => ({ kind, label, depth, text }))
      : [],
    assessments: rows.map((row) => assessmentSection(ws, row, scope, out, lockdown)),
  };
}

function withdrawalWords({ reason, into }: { reason: string; into: readonly string[] }): string {
  const where = into.length === 0 ? '' : ` into ${into.map((to) => to.toUpperCase()).join(', ')}`;
  return reason === 'moved'
    ? `Withdrawn, moved${where.replace(' into ', ' to ')}`
    : `Withdrawn${where === '' ? '' : `, incorporated${where}`}`;
}

function assessmentSection(
  ws: OpenWorkspace,
  row: SignedScope['assessments'][number],
  scope: SignedScope,
  out: LeftOut,
  lockdown: LockdownPages,
): AssessmentSection {
  return {
    subject: scope.subjects.find((subject) => subject.id === row.subject)?.name ?? '',
    result: row.result,
    status: row.status,
    method: row.method as Method | null,
    note: out.noteOf(row.id, row.note),
    digest: row.digest,
    conflicts: conflictWords(ws, row.id, out),
    reviewNotes: openNotes(ws, row.id),
    late: lockdown.notesOn([`assessment:${row.id}`]),
    evidence: evidenceOf(ws.db, row.id, today(ws))
      .map((evidence) => evidence.id)
      .filter((id) => !out.evidence.has(id)),
    signOffs: signOffLines(ws, row.id, row.digest, out),
  };
}

/** What reviewers asked and have not cleared, with the answer where there is one. */
function openNotes(ws: OpenWorkspace, record: string): string[] {
  return reviewNotesOf(ws.db, record)
    .filter((note) => note.state !== 'cleared')
    .map((note) => {
      const answer = note.answer.trim() === '' ? 'Not answered yet.' : `Answer: ${note.answer}`;
      return `${note.by.name}, ${note.at.slice(0, 10)}: ${note.text} ${answer}`;
    });
}

function conflictWords(ws: OpenWorkspace, assessment: string, out: LeftOut): string[] {
  return conflictsOf(ws.db, `assessment:${assessment}`).map((conflict) => {
    if (out.hides(`assessment:${assessment}`, conflict.field))
      return `Unresolved: ${conflict.field} is redacted.`;
    const sides = conflict.sides.map(
      (side) => `“${valueWords(conflict.field, side.value)}” by ${side.by} on ${side.at.slice(0, 10)}`,
    );
    return `Unresolved: ${conflict.field} is ${sides.join(' and ')}.`;
  });
}

function valueWords(field: string, value: unknown): string {
  const result = RESULTS.find((one) => field === 'result' && one === value);
  return result === undefined ? String(value ?? 'nothing') : RESULT_WORDS[result].toLowerCase();
}

function signOffLines(ws: OpenWorkspace, record: string, digest: string, out: LeftOut): SignOffLine[] {
  return signOffsOf(ws.db, record, digest).map((row) => ({
    capacity: row.capacity,
    verdict: row.verdict,
    note: out.wordsOf(row.id, row.note),
    by: row.by.name,
    at: row.at,
    digest: row.digest,
    voided: row.voided,
    baseless: row.baseless,
    unfounded: out.unfounded.has(row.id),
    passphraseSetByOther: row.passphraseSetByOther,
  }));
}

export function checklistSections(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  out: LeftOut,
  lockdown: LockdownPages,
): ChecklistSection[] {
  return scope.checklists.flatMap((worked) => checklistSection(ws, engagement, scope, worked, out, lockdown));
}

function checklistSection(
  ws: OpenWorkspace,
  engagement: string,
  scope: SignedScope,
  worked: WorkedChecklist,
  out: LeftOut,
  lockdown: LockdownPages,
): ChecklistSection[] {
  const summary = checklistSummary(ws.db, worked.checklist, engagement, worked.subject.id);
  if (summary === undefined) return [];
  const items = itemsOf(ws.db, worked.checklist, engagement, worked.subject.id);
  const records = items.flatMap(({ assessment }) =>
    assessment === null ? [] : [`assessment:${assessment}`],
  );
  const subject = scope.subjects.length > 1 ? ` · ${worked.subject.name}` : '';
  return [
    {
      id: worked.record,
      title: `${summary.title}${subject}`,
      of: summary.of,
      notes: checklistText(ws.db, worked.checklist).notes,
      items: items.map((item) => ({
        text: item.text,
        details: [...itemFacts(item), ...(JSON.parse(item.details) as string[])],
        depth: item.depth,
        result: (item.result ?? 'not-reviewed') as Result,
        note: item.assessment === null ? (item.note ?? '') : out.noteOf(item.assessment, item.note ?? ''),
        evidence:
          item.assessment === null
            ? []
            : evidenceOf(ws.db, item.assessment, today(ws))
                .map((e) => e.id)
                .filter((id) => !out.evidence.has(id)),
      })),
      digest: worked.digest,
      status: summary.status,
      begun: items.some(({ result, note, assessment }) =>
        hasBegun(
          { result: (result ?? 'not-reviewed') as Result, note: note ?? '' },
          assessment === null ? 0 : evidenceOf(ws.db, assessment, today(ws)).length,
        ),
      ),
      conflicts: items.flatMap((item) =>
        item.assessment === null
          ? []
          : conflictWords(ws, item.assessment, out).map((words) => `${item.text} ${words}`),
      ),
      reviewNotes: openNotes(ws, worked.record),
      late: lockdown.notesOn([`checklist:${worked.record}`, ...records]),
      signOffs: signOffLines(ws, worked.record, worked.digest, out),
    },
  ];
}

/** What the plan says of an item beside its text. */
function itemFacts({ owner, due, checked }: ItemRowRaw): string[] {
  const facts = [
    ...(owner ? [`Owner: ${owner}`] : []),
    ...(due ? [`Due: ${due}`] : []),
    ...(checked === 1 ? ['Ticked in the plan'] : []),
  ];
  return facts.length === 0 ? [] : [facts.join(' · ')];
}

/** `attachmentOf` answers the attachment's name of one file, or null where it was left out. */
export function evidenceSections(
  ws: OpenWorkspace,
  ids: readonly string[],
  attachmentOf: (evidence: string, index: number) => string | null,
  lockdown: LockdownPages,
): EvidenceSection[] {
  return evidenceRows(ws.db, ids, today(ws)).map((row) => ({
    id: row.id,
    reference: row.reference,
    title: row.title,
    collected: row.collected,
    expires: row.expires,
    periodFrom: row.periodFrom,
    periodTo: row.periodTo,
    lastVerified: row.lastVerified,
    revision: row.revision,
    late: lockdown.notesOn([`evidence:${row.id}`]),
    files: row.files.map((file, index) => ({ ...file, attachment: attachmentOf(row.id, index) })),
    custody: custodyOf(ws.db, row.id),
    supports: supportsOf(linksOf(ws.db, row.id)),
  }));
}

/**
 * Each control or item once, in how many engagements and for how many subjects it may be linked. What no framework has
 * is left out by name elsewhere, and nothing supports it.
 */
function supportsOf(links: ReturnType<typeof linksOf>): EvidenceSection['supports'] {
  const labels = new Map(
    links
      .filter(({ known }) => known === 1)
      .map((link) => [
        link.target,
        link.kind === 'control' ? link.label : `${link.label}. ${link.title}`.slice(0, 80),
      ]),
  );
  return [...labels].map(([id, label]) => ({ id, label }));
}
