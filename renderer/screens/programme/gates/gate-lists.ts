import type { Board } from '../../../../shared/contract/board.ts';

/** A line of the list at the left: a phase, a gate, a milestone, or a criterion that belongs to none of them. */
export type GateLine =
  | { readonly kind: 'phase'; readonly id: string; readonly phase: Board['phases'][number] }
  | { readonly kind: 'gate'; readonly id: string; readonly gate: Board['gates'][number] }
  | { readonly kind: 'milestone'; readonly id: string; readonly milestone: Board['milestones'][number] }
  | { readonly kind: 'criterion'; readonly id: string; readonly criterion: Board['criteria'][number] };

/** Everything that is judged, in the order of the list. */
export function gateLines(board: Board): GateLine[] {
  return [
    ...board.phases.map((phase) => ({ kind: 'phase' as const, id: phase.id, phase })),
    ...board.gates.map((gate) => ({ kind: 'gate' as const, id: gate.id, gate })),
    ...board.milestones.map((milestone) => ({ kind: 'milestone' as const, id: milestone.id, milestone })),
    ...board.criteria.map((criterion) => ({ kind: 'criterion' as const, id: criterion.id, criterion })),
  ];
}

/** The line that shows a record: its own, or that of the gate or phase whose criterion it is. */
export function lineOf(lines: readonly GateLine[], id: string): GateLine | undefined {
  return (
    lines.find((line) => line.id === id) ??
    lines.find((line) => criteriaOf(line).some((one) => one.id === id))
  );
}

export function criteriaOf(line: GateLine) {
  if (line.kind === 'phase') return line.phase.exit.criteria;
  return line.kind === 'gate' ? line.gate.criteria : [];
}
