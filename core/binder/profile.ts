import type { Omission } from '../../shared/domain/binder.ts';
import { type BinderProfile, leavesOut, PROFILES } from '../../shared/domain/binder-profile.ts';
import { counted } from '../../shared/domain/programme/day.ts';
import { hasOwnSection } from './compose/plan.ts';
import type { AssessmentSection, BinderModel, ControlSection, EvidenceSection } from './model.ts';

type Parts = Pick<BinderModel, 'findings' | 'groups' | 'checklists' | 'registers' | 'evidence' | 'ledger'>;

/** What a profile keeps of a binder's parts, and a line for each thing in scope that it leaves out. */
export function profiled(
  profile: BinderProfile,
  parts: Parts,
): { readonly parts: Parts; readonly omitted: readonly Omission[] } {
  if (PROFILES[profile].without.length === 0) return { parts, omitted: [] };
  const controls = (control: ControlSection) =>
    !leavesOut(profile, hasOwnSection(control) ? 'worked controls' : 'untouched controls');
  const groups = parts.groups
    .map((group) => ({ ...group, controls: group.controls.filter(controls) }))
    .filter((group) => group.controls.length > 0);
  const checklists = leavesOut(profile, 'checklists') ? [] : parts.checklists;
  const registers = leavesOut(profile, 'registers') ? [] : parts.registers;
  const evidence = leavesOut(profile, 'evidence') ? [] : parts.evidence;
  const ledger = leavesOut(profile, 'printed ledger') ? { ...parts.ledger, entries: [] } : parts.ledger;
  return {
    parts: discreet(profile, { findings: parts.findings, groups, checklists, registers, evidence, ledger }),
    omitted: [
      ...parts.groups
        .flatMap((group) => group.controls)
        .filter((control) => !controls(control))
        .map(({ id, label, title }) => line(profile, 'control', id, `${label} ${title}`)),
      ...parts.checklists
        .slice(checklists.length)
        .map(({ id, title }) => line(profile, 'checklist', id, title)),
      ...parts.registers
        .slice(registers.length)
        .map(({ title }) => line(profile, 'register', title, title, 'The table is not printed.')),
      ...(evidence.length === 0 ? parts.evidence.flatMap((record) => evidenceLines(profile, record)) : []),
      ...returnLines(profile, [
        ...parts.groups
          .flatMap((group) => group.controls.filter((control) => !controls(control)))
          .flatMap(({ assessments }) => assessments),
        ...parts.checklists.slice(checklists.length),
      ]),
      ...pageLines(profile, parts),
    ],
  };
}

/** The same parts without what is only for the house: the notes of its reviewers and each step of custody. */
function discreet(profile: BinderProfile, parts: Parts): Parts {
  const quiet = <T extends { readonly reviewNotes: readonly string[] }>(one: T): T =>
    leavesOut(profile, 'review notes') ? { ...one, reviewNotes: [] } : one;
  const asked = leavesOut(profile, 'review notes')
    ? parts.findings.open.filter(({ kind }) => kind !== 'review note')
    : parts.findings.open;
  return {
    ...parts,
    findings: { ...parts.findings, open: asked, keptBack: parts.findings.open.length - asked.length },
    groups: parts.groups.map((group) => ({
      ...group,
      controls: group.controls.map((one) => ({ ...one, assessments: one.assessments.map(quiet) })),
    })),
    checklists: parts.checklists.map(quiet),
    evidence: leavesOut(profile, 'custody')
      ? parts.evidence.map((record) => ({ ...record, custody: [] }))
      : parts.evidence,
  };
}

function line(profile: BinderProfile, kind: string, id: string, label: string, detail?: string): Omission {
  return { kind, id, label, reason: 'profile', detail: detail ?? byProfile(profile) };
}

const byProfile = (profile: BinderProfile) => `Left out by the profile "${PROFILES[profile].title}".`;

function evidenceLines(profile: BinderProfile, record: EvidenceSection): Omission[] {
  const label = `${record.reference} ${record.title}`;
  return [
    line(profile, 'evidence', record.id, label),
    ...record.files.map(
      (file): Omission => ({
        ...line(profile, 'file', file.sha256, `${record.reference} ${file.name}`),
        sha256: file.sha256,
        bytes: file.bytes,
      }),
    ),
  ];
}

/** How often reviewers sent back what is left out: their words are printed with it alone. */
function returnLines(
  profile: BinderProfile,
  left: readonly Pick<AssessmentSection, 'signOffs'>[],
): Omission[] {
  const signOffs = left.flatMap((one) => one.signOffs);
  const returns = signOffs.filter(({ verdict }) => verdict === 'returned').length;
  if (returns === 0) return [];
  const label = counted(returns, 'return of a reviewer', 'returns of reviewers');
  const detail = 'The words are not printed; they are attached for machines in ledger-extract.json.';
  return [line(profile, 'pages', 'returns', label, detail)];
}

/** Pages that are left out as such, where there would have been something on them. */
function pageLines(profile: BinderProfile, parts: Parts): Omission[] {
  const notes = [
    ...parts.groups.flatMap(({ controls }) => controls.flatMap(({ assessments }) => assessments)),
    ...parts.checklists,
  ].reduce((sum, { reviewNotes }) => sum + reviewNotes.length, 0);
  const steps = parts.evidence.reduce((sum, { custody }) => sum + custody.length, 0);
  const entries = parts.ledger.entries.length;
  const pages = [
    [
      'review notes',
      'review-notes',
      counted(notes, 'open review note'),
      notes,
      'They are not printed and not attached.',
    ],
    [
      'custody',
      'custody',
      counted(steps, 'step of custody', 'steps of custody'),
      steps,
      'They are not printed.',
    ],
    [
      'printed ledger',
      'ledger',
      'Printed ledger extract',
      entries,
      'The entries are attached for machines in ledger-extract.json.',
    ],
  ] as const;
  return pages.flatMap(([part, id, label, count, detail]) =>
    leavesOut(profile, part) && count > 0 ? [line(profile, 'pages', id, label, detail)] : [],
  );
}
