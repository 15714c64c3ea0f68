import type { Board } from '../../shared/contract/board.ts';
import type { PacketFigures } from '../../shared/domain/programme/packet-content.ts';
import { dayAfter } from '../../shared/domain/programme/template.ts';

type Upcoming = PacketFigures['dates'][number];

/** What is overdue or falls due within so many days, the longest overdue first. */
export function upcoming(board: Board, days: number): Upcoming[] {
  const last = dayAfter(board.day, days);
  const dated: (Omit<Upcoming, 'late' | 'day'> & { day: string | null })[] = [
    ...board.phases
      .filter(({ state }) => state !== 'done')
      .map((phase) => ({ day: phase.to, what: 'phase ends', title: phase.title, owner: '' })),
    ...board.phases
      .filter(({ state }) => state === 'not-started')
      .map((phase) => ({ day: phase.from, what: 'phase begins', title: phase.title, owner: '' })),
    ...board.milestones
      .filter(({ state }) => state !== 'done')
      .map((one) => ({ day: one.due, what: 'milestone', title: one.title, owner: '' })),
    ...board.gates
      .filter(({ met }) => !met)
      .map((gate) => ({ day: gate.due, what: 'gate', title: gate.title, owner: gate.owner })),
    ...board.risks
      .filter(({ standing }) => standing.state === 'open' || standing.state === 'mitigating')
      .map((risk) => ({
        day: risk.due,
        what: `${risk.severity ?? ''} risk`.trim(),
        title: risk.title,
        owner: risk.owner,
      })),
    ...board.actions
      .filter(({ state }) => state !== 'done')
      .map((action) => ({ day: action.due, what: 'action', title: action.title, owner: action.owner })),
    ...board.exceptions
      .filter(({ state }) => state === 'holds' || state === 'expiring')
      .map((one) => ({ day: one.expires, what: 'acceptance expires', title: one.title, owner: one.by })),
  ];
  return dated
    .flatMap(({ day, ...rest }) =>
      day !== null && day <= last ? [{ day, ...rest, late: day < board.day }] : [],
    )
    .sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}
