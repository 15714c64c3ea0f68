import { expect, it } from 'vitest';
import { COLUMNS, roadmapRows } from '../../../../renderer/screens/programme/board/roadmap-rows.ts';

it('the numbers of the roadmap hold phases and milestones, their state in words and how late they are', () => {
  const rows = roadmapRows({
    phases: [
      {
        id: 'p',
        record: 'phase:p',
        title: 'Hardening',
        scope: [],
        from: '2026-07-01',
        to: '2026-08-01',
        done: null,
        state: 'under-way',
        slip: -3,
        exit: { id: 'p', record: 'phase:p', title: '', criteria: [] } as never,
      },
    ],
    milestones: [
      {
        id: 'm',
        record: 'milestone:m',
        title: 'Tabletop held',
        phase: null,
        due: '2026-07-20',
        done: '2026-07-24',
        state: 'done',
        slip: 4,
      },
    ],
  });
  expect([COLUMNS, ...rows]).toEqual([
    ['What', 'Title', 'From', 'To', 'Done', 'State', 'Days late', 'Exit criteria met', 'Exit criteria'],
    ['Phase', 'Hardening', '2026-07-01', '2026-08-01', '', 'under way', 0, 0, 0],
    ['Milestone', 'Tabletop held', '', '2026-07-20', '2026-07-24', 'done', 4, '', ''],
  ]);
});
