/** What an import counts, one and several, in the order in which a person wants to hear it. */
const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  groups: ['group', 'groups'],
  controls: ['control', 'controls'],
  enhancements: ['of them an enhancement', 'of them enhancements'],
  withdrawn: ['of them withdrawn', 'of them withdrawn'],
  pillars: ['pillar', 'pillars'],
  phases: ['phase', 'phases'],
  checklists: ['checklist', 'checklists'],
  taskLists: ['task list', 'task lists'],
  items: ['item', 'items'],
  boxes: ['of them with a tick box', 'of them with a tick box'],
  gates: ['gate', 'gates'],
  criteria: ['criterion', 'criteria'],
  risks: ['risk', 'risks'],
  kpis: ['KPI', 'KPIs'],
  maturity: ['maturity score', 'maturity scores'],
  parameters: ['parameter', 'parameters'],
  notes: ['further line', 'further lines'],
};

/** `1,189 controls`; a count nobody named keeps its name. */
export function countWords(kind: string, number: number): string {
  const [one, many] = COUNTED[kind] ?? [kind, kind];
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

/** The counts of an import as words, those of what there is; empty where nothing was counted. */
export function countsInWords(counts: Readonly<Record<string, number>>): string[] {
  const order = [...Object.keys(COUNTED), ...Object.keys(counts).filter((kind) => !(kind in COUNTED))];
  return order.flatMap((kind) => {
    const number = counts[kind] ?? 0;
    return number === 0 ? [] : [countWords(kind, number)];
  });
}

const FORMATS: Readonly<Record<string, string>> = {
  'oscal-catalog-json': 'OSCAL catalog (JSON)',
  'plan-markdown': 'Readiness plan (Markdown)',
};

/** A format by the name people know it by; one that has none here keeps its own. */
export function formatWords(format: string): string {
  return FORMATS[format] ?? format;
}
