import { controlKey } from '../../../shared/domain/control-id.ts';
import { controlLines, controlTextHash } from '../../../shared/domain/control-text.ts';
import type { Control, NormalisedFramework } from '../../../shared/domain/framework.ts';
import { nodeId } from '../../../shared/domain/identity.ts';
import { textHashOf } from '../../../shared/domain/signed-text.ts';
import type { Sha256 } from '../../../shared/ledger/canonical.ts';
import { FrameworkImport } from '../../../shared/ledger/fields.ts';
import type { Database } from '../../driver.ts';
import { all, get, put } from '../../sql.ts';
import type { ProjectionContext } from '../index.ts';
import { fieldValue, firstWritten } from '../record.ts';
import { index } from '../search-row.ts';
import type { Projector } from './index.ts';

export const framework: Projector = {
  conflicts: false,
  project(ctx, id, state) {
    const imported = fieldValue(state, 'import', FrameworkImport);
    if (imported === null) return [];
    const read = ctx.framework(imported.blob);
    if (read === null) return [];
    const first = firstWritten(ctx.db, `framework:${id}`, 'import');
    const known = get(ctx.db, 'SELECT 1 FROM framework WHERE id = ?', id) !== undefined;
    put(ctx.db, 'framework', {
      id,
      title: read.title,
      version: read.version,
      kind: read.kind,
      format: read.format,
      published: read.published ?? null,
      blob: imported.blob,
      source_sha256: imported.original,
      source_bytes: read.source.bytes,
      source_name: imported.sourceName,
      counts: JSON.stringify(imported.counts),
      imported_at: first.at,
      imported_by: first.member,
    });
    // A framework's content is its id: once here, it never differs.
    if (known) return [];
    projectContent(ctx, id, read);
    return [...engagementsOf(ctx.db, id), ...assessmentsOf(ctx.db, id)];
  },
};

/** Engagements that were here before the framework's content was. */
function engagementsOf(db: Database, framework: string): string[] {
  return all<{ engagement: string }>(
    db,
    'SELECT engagement FROM engagement_framework WHERE framework = ?',
    framework,
  ).map((row) => `engagement:${row.engagement}`);
}

function assessmentsOf(db: Database, framework: string): string[] {
  return all<{ id: string }>(
    db,
    `SELECT id FROM assessment WHERE target IN (SELECT id FROM control WHERE framework = ?1 UNION SELECT id FROM item WHERE framework = ?1)`,
    framework,
  ).map((row) => `assessment:${row.id}`);
}

function projectContent(ctx: ProjectionContext, id: string, read: NormalisedFramework): void {
  const { db, sha256 } = ctx;
  for (const group of read.groups) {
    put(db, 'framework_group', {
      framework: id,
      path: group.path,
      label: group.label,
      title: group.title,
      parent: group.parent ?? null,
      ord: group.order,
      prose: group.prose ?? null,
    });
  }
  projectControls(ctx, id, read.controls);
  projectChecklists(db, sha256, id, read);
  projectPlanNodes(db, sha256, id, read);
  for (const [ord, note] of read.notes.entries())
    put(db, 'node_note', { framework: id, path: note.on, ord, line: note.line, text: note.text });
}

function projectControls(
  { db, sha256 }: ProjectionContext,
  framework: string,
  controls: readonly Control[],
): void {
  const depths = new Map<string, number>();
  for (const [ord, control] of controls.entries()) {
    const id = nodeId(sha256, 'control', framework, control.path);
    const depth = control.parent === undefined ? 0 : (depths.get(control.parent) ?? 0) + 1;
    depths.set(control.path, depth);
    put(db, 'control', {
      id,
      framework,
      path: control.path,
      label: control.label,
      label_key: controlKey(control.label),
      source_key: controlKey(control.sourceId),
      title: control.title,
      group_path: control.group ?? null,
      parent: control.parent === undefined ? null : nodeId(sha256, 'control', framework, control.parent),
      depth,
      ord,
      severity: control.severity ?? null,
      withdrawn: control.withdrawn === undefined ? null : JSON.stringify(control.withdrawn),
      body: JSON.stringify(control),
      text_hash: controlTextHash(sha256, control),
    });
    const text = controlLines(control).map((line) => line.text);
    index(db, 'control', id, { label: control.label, title: control.title, body: text.join('\n') });
  }
}

function notesOn(read: NormalisedFramework): ReadonlyMap<string, string[]> {
  const notes = new Map<string, string[]>();
  for (const note of read.notes) notes.set(note.on, [...(notes.get(note.on) ?? []), note.text]);
  return notes;
}

function titleOf(read: NormalisedFramework, path: string | undefined): string | null {
  if (path === undefined) return null;
  const node = [...read.phases, ...read.pillars, ...read.groups].find((n) => n.path === path);
  return node?.title ?? null;
}

function projectChecklists(db: Database, sha256: Sha256, framework: string, read: NormalisedFramework): void {
  const notes = notesOn(read);
  for (const [ord, node] of read.checklists.entries()) {
    const id = nodeId(sha256, 'checklist', framework, node.path);
    const criteria = read.criteria.filter(
      (c) => c.of === node.path || (node.of !== undefined && c.of === node.of),
    );
    const items = read.items.filter((item) => item.checklist === node.path);
    const texts = items.map((item) => item.text);
    put(db, 'checklist', {
      id,
      framework,
      path: node.path,
      title: node.title,
      of: titleOf(read, node.of ?? node.group),
      ord,
      notes: JSON.stringify(notes.get(node.path) ?? []),
      criteria: JSON.stringify(criteria.map((c) => c.text)),
      text_hash: textHashOf(sha256, { title: node.title, items: texts }),
    });
    index(db, 'checklist', id, { label: '', title: node.title, body: texts.join('\n') });
    projectItems(db, sha256, framework, id, items, notes);
  }
}

function projectItems(
  db: Database,
  sha256: Sha256,
  framework: string,
  checklist: string,
  items: NormalisedFramework['items'],
  notes: ReadonlyMap<string, string[]>,
): void {
  const labels = new Map<string, { label: string; depth: number; children: number }>();
  let top = 0;
  for (const [ord, item] of items.entries()) {
    const parent = item.parent === undefined ? undefined : labels.get(item.parent);
    if (parent) parent.children += 1;
    else top += 1;
    const label = parent ? `${parent.label}.${parent.children}` : String(top);
    labels.set(item.path, { label, depth: parent ? parent.depth + 1 : 0, children: 0 });
    const id = nodeId(sha256, 'item', framework, item.path);
    put(db, 'item', {
      id,
      framework,
      checklist,
      path: item.path,
      text: item.text,
      parent: item.parent === undefined ? null : nodeId(sha256, 'item', framework, item.parent),
      depth: parent ? parent.depth + 1 : 0,
      ord,
      label,
      checked: item.checked === undefined ? null : item.checked ? 1 : 0,
      owner: item.owner ?? null,
      due: item.due ?? null,
      text_hash: textHashOf(sha256, { text: item.text }),
    });
    index(db, 'item', id, { label, title: item.text, body: (notes.get(item.path) ?? []).join('\n') });
  }
}

interface PlanEntry {
  readonly kind: string;
  readonly path: string;
  readonly title: string;
}

function planEntries(read: NormalisedFramework): PlanEntry[] {
  const titled = <T extends { path: string }>(
    kind: string,
    nodes: readonly T[],
    title: (node: T) => string,
  ) => nodes.map((node) => ({ ...node, kind, title: title(node) }));
  return [
    ...titled('pillar', read.pillars, (n) => n.title),
    ...titled('phase', read.phases, (n) => n.title),
    ...titled('gate', read.gates, (n) => n.text),
    ...titled('kpi', read.kpis, (n) => n.text),
    ...titled('maturity', read.maturity, (n) => n.dimension),
    ...titled('risk', read.risks, (n) => n.title),
    ...titled(
      'criterion',
      read.criteria.map(({ kind, ...rest }) => ({ ...rest, of_kind: kind })),
      (n) => n.text,
    ),
  ];
}

function projectPlanNodes(db: Database, sha256: Sha256, framework: string, read: NormalisedFramework): void {
  const notes = notesOn(read);
  for (const [ord, node] of planEntries(read).entries()) {
    const id = nodeId(sha256, node.kind, framework, node.path);
    put(db, 'plan_node', {
      id,
      framework,
      kind: node.kind,
      path: node.path,
      ord,
      title: node.title,
      body: JSON.stringify(node),
      notes: JSON.stringify(notes.get(node.path) ?? []),
    });
    index(db, node.kind, id, { label: '', title: node.title, body: (notes.get(node.path) ?? []).join('\n') });
  }
}
