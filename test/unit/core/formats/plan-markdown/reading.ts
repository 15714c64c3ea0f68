import type { ImportReading, ImportSource } from '../../../../../core/formats/format.ts';
import { lineCoverage, planMarkdown } from '../../../../../core/formats/plan-markdown/index.ts';
import { NormalisedFramework, OF_EVERY_PHASE } from '../../../../../shared/domain/framework.ts';
import { importSource } from '../../../../support/import-source.ts';

/** Reads a plan that must be readable; the framework is checked against its schema. */
export function readPlan(content: string | Uint8Array): ImportReading & { framework: NormalisedFramework } {
  const source = importSource(content, 'plan.md');
  const reading = planMarkdown.read(source);
  return { ...reading, framework: NormalisedFramework.parse(reading.framework) };
}

/** Lines that ended nowhere, as `12: text`. */
export function lostLines(reading: ImportReading, source: ImportSource): string[] {
  return lineCoverage(reading, source)
    .filter((fate) => fate.by === null)
    .map((fate) => `${fate.line}: ${fate.text}`);
}

/** What must hold for every plan: nothing lost, paths unique, and every reference leads to a record. */
export function brokenRules(content: string | Uint8Array): string[] {
  const source = importSource(content, 'plan.md');
  const reading = planMarkdown.read(source);
  if (reading.framework === null) return ['nothing was read'];
  const checked = NormalisedFramework.safeParse(reading.framework);
  if (!checked.success) return [`schema: ${checked.error.message}`];
  const { framework } = reading;
  const records = [
    ...framework.groups,
    ...framework.pillars,
    ...framework.phases,
    ...framework.gates,
    ...framework.kpis,
    ...framework.maturity,
    ...framework.risks,
    ...framework.checklists,
    ...framework.items,
    ...framework.criteria,
  ];
  const paths = new Set(records.map((record) => record.path));
  const groups = new Set(framework.groups.map((group) => group.path));
  const checklists = new Set(framework.checklists.map((checklist) => checklist.path));
  const broken = lostLines(reading, source).map((line) => `lost ${line}`);
  if (paths.size !== records.length) broken.push('two records have one path');
  for (const path of paths)
    if (path !== path.toLowerCase() || !path.isWellFormed()) broken.push(`path ${path}`);
  for (const note of framework.notes) if (!paths.has(note.on)) broken.push(`note on nothing: ${note.on}`);
  for (const item of framework.items) {
    if (!checklists.has(item.checklist)) broken.push(`item without checklist: ${item.path}`);
    if (item.parent !== undefined && !paths.has(item.parent))
      broken.push(`item without parent: ${item.path}`);
  }
  for (const record of records) {
    if ('group' in record && record.group !== undefined && !groups.has(record.group)) {
      broken.push(`record without section: ${record.path}`);
    }
    if ('of' in record && record.of !== undefined && record.of !== OF_EVERY_PHASE && !paths.has(record.of))
      broken.push(`of nothing: ${record.path}`);
  }
  return broken;
}
