import { leavesOut } from '../../../shared/domain/binder-profile.ts';
import type { BinderModel, ControlSection, PacketPages } from '../model.ts';

/** One place in the document that contents or bookmarks lead to. */
export interface PlanEntry {
  readonly title: string;
  readonly destination: string;
  readonly inContents: boolean;
  readonly children: readonly PlanEntry[];
}

export const CHAPTERS = {
  packet: { title: 'About this packet', destination: 'packet' },
  summary: { title: 'Readiness summary', destination: 'summary' },
  findings: { title: 'Findings, risks and exceptions', destination: 'findings' },
  controls: { title: 'Controls', destination: 'controls' },
  checklists: { title: 'Checklists', destination: 'checklists' },
  registers: { title: 'Registers', destination: 'registers' },
  evidence: { title: 'Evidence register', destination: 'evidence' },
  ledger: { title: 'Ledger extract', destination: 'ledger' },
  checkpoint: { title: 'Checkpoint', destination: 'checkpoint' },
  manifest: { title: 'What is in and what is left out', destination: 'manifest' },
  glossary: { title: 'Glossary of marks', destination: 'glossary' },
  checking: { title: 'How to check this document', destination: 'checking' },
  signatures: { title: 'Signatures', destination: 'signatures' },
} as const;
export type ChapterName = keyof typeof CHAPTERS;

/** What stands in the chapter of findings, in its order. */
export const FINDING_PARTS = ['notSatisfied', 'open', 'risks', 'acceptances'] as const;
export type FindingPart = (typeof FINDING_PARTS)[number];
export const FINDING_TITLES: Readonly<Record<FindingPart, string>> = {
  notSatisfied: 'Not satisfied',
  open: 'Open points',
  risks: 'Risks',
  acceptances: 'Accepted risks and exceptions',
};

export const destinationOf = {
  finding: (part: FindingPart) => `finding.${part}`,
  group: (index: number) => `group.${index}`,
  control: (id: string) => `control.${plain(id)}`,
  checklist: (id: string) => `checklist.${plain(id)}`,
  section: (key: string) => `section.${key}`,
  register: (index: number) => `register.${index}`,
  evidence: (id: string) => `evidence.${plain(id)}`,
} as const;

/** Destinations are looked up by their bytes, so their names keep to ASCII whatever an id holds. */
function plain(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

/**
 * The whole document as a tree, read off the model before anything is drawn: the contents are written last but
 * stand first, so their length has to be known before the first page number is printed.
 */
export function planOf(model: BinderModel): PlanEntry[] {
  return [
    ...(model.packet === null ? [] : [chapter('packet', model.packet.template.sections.map(sectionEntry))]),
    chapter('summary'),
    chapter('findings', FINDING_PARTS.map(findingEntry)),
    ...(model.groups.length > 0 ? [chapter('controls', model.groups.map(groupEntry))] : []),
    ...(model.checklists.length > 0 ? [chapter('checklists', model.checklists.map(checklistEntry))] : []),
    ...(model.registers.length > 0 ? [chapter('registers', model.registers.map(registerEntry))] : []),
    ...(leavesOut(model.profile, 'evidence') ? [] : [chapter('evidence', model.evidence.map(evidenceEntry))]),
    ...(leavesOut(model.profile, 'printed ledger') ? [] : [chapter('ledger')]),
    chapter('checkpoint'),
    chapter('manifest'),
    chapter('glossary'),
    chapter('checking'),
    chapter('signatures'),
  ];
}

function chapter(name: ChapterName, children: readonly PlanEntry[] = []): PlanEntry {
  return { ...CHAPTERS[name], inContents: true, children };
}

function groupEntry(group: BinderModel['groups'][number], index: number): PlanEntry {
  return {
    title: group.title,
    destination: destinationOf.group(index),
    inContents: true,
    children: group.controls.map(controlEntry),
  };
}

/** A control nobody worked on stands in a table of its family; it has a bookmark and no line in the contents. */
function controlEntry(control: ControlSection): PlanEntry {
  return {
    title: `${control.label}  ${control.title}`,
    destination: destinationOf.control(control.id),
    inContents: hasOwnSection(control),
    children: [],
  };
}

export function hasOwnSection(control: ControlSection): boolean {
  return control.assessments.length > 0;
}

function sectionEntry({ key, title }: PacketPages['template']['sections'][number]): PlanEntry {
  return { title, destination: destinationOf.section(key), inContents: true, children: [] };
}

function findingEntry(part: FindingPart): PlanEntry {
  const destination = destinationOf.finding(part);
  return { title: FINDING_TITLES[part], destination, inContents: true, children: [] };
}

function checklistEntry(checklist: BinderModel['checklists'][number]): PlanEntry {
  const destination = destinationOf.checklist(checklist.id);
  return { title: checklist.title, destination, inContents: true, children: [] };
}

function registerEntry(register: BinderModel['registers'][number], index: number): PlanEntry {
  return {
    title: register.title,
    destination: destinationOf.register(index),
    inContents: true,
    children: [],
  };
}

function evidenceEntry(evidence: BinderModel['evidence'][number]): PlanEntry {
  return {
    title: `${evidence.reference}  ${evidence.title}`,
    destination: destinationOf.evidence(evidence.id),
    inContents: false,
    children: [],
  };
}

/** Where an id that evidence supports leads to, for those that have a place in this binder. */
export function linkTargets(model: BinderModel): ReadonlyMap<string, string> {
  const controls = model.groups.flatMap((group) => group.controls);
  return new Map([
    ...model.checklists.map(({ id }) => [id, destinationOf.checklist(id)] as const),
    ...controls.map(({ id }) => [id, destinationOf.control(id)] as const),
  ]);
}
