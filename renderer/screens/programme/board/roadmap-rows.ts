import type { Board } from '../../../../shared/contract/board.ts';
import { phaseWords } from '../../../../shared/domain/programme/roadmap.ts';

type Phase = Board['phases'][number];

export const STATES = {
  'not-started': 'not started',
  'under-way': 'under way',
  late: 'late',
  done: 'done',
  undated: 'without dates',
  open: 'open',
} as const;

export const COLUMNS = [
  'What',
  'Title',
  'From',
  'To',
  'Done',
  'State',
  'Days late',
  'Exit criteria met',
  'Exit criteria',
] as const;

export const metOf = (phase: Phase) => phase.exit.criteria.filter((one) => one.met === true).length;

/** What the roadmap draws, as rows: its phases, then its milestones. */
export function roadmapRows(board: Pick<Board, 'phases' | 'milestones'>): (string | number)[][] {
  return [
    ...board.phases.map((phase) => [
      'Phase',
      phase.title,
      phase.from ?? '',
      phase.to ?? '',
      phase.done ?? '',
      phaseWords(phase.state, phase.exit.verdict),
      Math.max(0, phase.slip),
      metOf(phase),
      phase.exit.criteria.length,
    ]),
    ...board.milestones.map((milestone) => [
      'Milestone',
      milestone.title,
      '',
      milestone.due ?? '',
      milestone.done ?? '',
      STATES[milestone.state],
      Math.max(0, milestone.slip),
      '',
      '',
    ]),
  ];
}
