import {
  type ChecklistNode,
  type Criterion,
  type Gate,
  type Group,
  type ItemNode,
  type Kpi,
  type Maturity,
  type NodeNote,
  OF_EVERY_PHASE,
  type Phase,
  type Pillar,
  type Risk,
} from '../../../shared/domain/framework.ts';
import type { Score, Span } from './fields.ts';
import { Paths, slug } from './paths.ts';
import type { CriteriaTopic } from './topics.ts';

/** Where the reader stands: the records that what it finds belongs to. */
export interface Place {
  readonly group: string;
  /** Paths of criteria, gates, checklists … begin with it. */
  readonly base: string;
  /** The pillar or phase around it. */
  readonly of?: string;
  /** A heading or a label asks what follows of every phase. */
  readonly everyPhase?: boolean;
}

/** The records found so far, in the order of the plan. */
export class Draft {
  readonly groups: Group[] = [];
  readonly pillars: Pillar[] = [];
  readonly phases: Phase[] = [];
  readonly gates: Gate[] = [];
  readonly kpis: Kpi[] = [];
  readonly maturity: Maturity[] = [];
  readonly risks: Risk[] = [];
  readonly checklists: ChecklistNode[] = [];
  readonly items: ItemNode[] = [];
  readonly criteria: Criterion[] = [];
  readonly notes: NodeNote[] = [];
  /** Checklists that gather the task sections of a phase or pillar: the phase is their group. */
  readonly taskLists = new Set<string>();
  /** For each line, the record whose text surrounds it. */
  readonly around: string[] = [];
  private readonly paths = new Paths();
  private readonly ordinals = new Map<string, number>();

  group(title: string, label: string, parent: Group | null, line: number | undefined): Group {
    const own = slug(`${label} ${title}`);
    const path = parent === null ? this.paths.claim('plan') : this.claimBelow(parent, own);
    return put(this.groups, {
      path,
      label,
      title,
      ...(parent === null ? {} : { parent: parent.path }),
      order: this.groups.length,
      ...(line === undefined ? {} : { line }),
    });
  }

  pillar(
    place: Place,
    name: string,
    line: number,
    fields: { title: string; owner: string; scope?: string },
  ): Pillar {
    const path = this.paths.claim(`pillar-${slug(name, 'section')}`);
    return put(this.pillars, { ...this.node(path, this.pillars, place, line), ...fields });
  }

  phase(
    place: Place,
    name: string,
    line: number,
    fields: { title: string; priority?: string } & Span,
  ): Phase {
    const path = this.paths.claim(`phase-${slug(name, 'block')}`);
    return put(this.phases, {
      ...this.node(path, this.phases, place, line),
      ...fields,
      scope: [] as string[],
    });
  }

  gate(place: Place, line: number, text: string): Gate {
    return put(this.gates, { ...this.node(this.numbered(place, 'gate'), this.gates, place, line), text });
  }

  kpi(place: Place, line: number, text: string, cadence: string | undefined): Kpi {
    const node = this.node(this.numbered(place, 'kpi'), this.kpis, place, line);
    return put(this.kpis, { ...node, text, ...(cadence === undefined ? {} : { cadence }) });
  }

  dimension(place: Place, line: number, score: Score): Maturity {
    const path = this.paths.claim(place.base, 'maturity', slug(score.dimension, 'dimension'));
    return put(this.maturity, { ...this.node(path, this.maturity, place, line), ...score });
  }

  risk(place: Place, line: number, fields: Omit<Risk, 'path' | 'order' | 'group' | 'line'>): Risk {
    return put(this.risks, {
      ...this.node(this.numbered(place, 'risk'), this.risks, place, line),
      ...fields,
    });
  }

  criterion(place: Place, line: number, kind: CriteriaTopic, text: string): Criterion {
    const node = this.node(this.numbered(place, kind), this.criteria, place, line);
    const of = place.of ?? (place.everyPhase === true ? OF_EVERY_PHASE : undefined);
    return put(this.criteria, { ...node, kind, ...(of === undefined ? {} : { of }), text });
  }

  checklist(place: Place, name: string, line: number | undefined, title: string): ChecklistNode {
    const path = this.paths.claim(place.base, name);
    return put(this.checklists, {
      path,
      order: this.checklists.length,
      group: place.group,
      ...(line === undefined ? {} : { line }),
      title,
      ...(place.of === undefined ? {} : { of: place.of }),
    });
  }

  item(place: Place, line: number, fields: Omit<ItemNode, 'path' | 'order' | 'group' | 'line'>): ItemNode {
    const path = this.paths.claim(fields.checklist, this.ordinal(fields.checklist));
    return put(this.items, { ...this.node(path, this.items, place, line), ...fields });
  }

  note(on: string, line: number, text: string): void {
    this.notes.push({ on, text, line });
  }

  /** Says that the lines stand within a record; a record further in overrides the one around it. */
  surround(lines: { readonly from: number; readonly to: number }, path: string): void {
    for (let line = lines.from; line <= lines.to; line += 1) this.around[line] = path;
  }

  private numbered(place: Place, kind: string): string {
    return this.paths.claim(place.base, kind, this.ordinal(`${place.base}/${kind}`));
  }

  private ordinal(of: string): number {
    const next = (this.ordinals.get(of) ?? 0) + 1;
    this.ordinals.set(of, next);
    return next;
  }

  private claimBelow(parent: Group, own: string): string {
    return parent.parent === undefined ? this.paths.claim(own) : this.paths.claim(parent.path, own);
  }

  private node(path: string, list: readonly unknown[], place: Place, line: number) {
    return { path, order: list.length, group: place.group, line };
  }
}

function put<T>(list: T[], record: T): T {
  list.push(record);
  return record;
}
