import { describe, expect, it } from 'vitest';
import {
  ANY,
  controlQuery,
  controlWords,
  isFiltered,
} from '../../../../renderer/screens/controls/filters.ts';
import { frameworkName, heldWords } from '../../../../renderer/screens/frameworks/framework-words.ts';
import { weeksAhead } from '../../../../renderer/screens/overview/weeks-ahead.ts';
import { withoutEmptyLabels } from '../../../../renderer/screens/programme/record/plan-lines.ts';
import { readReviewPlace, reviewPlace } from '../../../../renderer/screens/review/review-place.ts';

describe('the filters of the list of controls', () => {
  it('ask for everything in the order of the source when none is set', () => {
    expect(controlQuery(ANY, { engagement: 'e1' })).toEqual({
      engagement: 'e1',
      sort: 'order',
      descending: false,
    });
    expect(isFiltered(ANY)).toBe(false);
  });

  it('ask only for what was chosen', () => {
    const filters = {
      ...ANY,
      text: '  lock ',
      result: ['satisfied'],
      only: 'voided',
      hideWithdrawn: true,
    } as const;
    expect(controlQuery(filters, {})).toEqual({
      text: 'lock',
      result: ['satisfied'],
      only: 'voided',
      withdrawn: false,
      sort: 'order',
      descending: false,
    });
    expect(isFiltered(filters)).toBe(true);
  });

  it('fall back to the order of the source for a column that cannot sort', () => {
    expect(controlQuery({ ...ANY, sort: { column: 'colour', descending: true } }, {}).sort).toBe('order');
  });
});

describe('the number of controls', () => {
  it('counts those that stand, and says how many are withdrawn', () => {
    expect([controlWords(147, 16), controlWords(131, 0), controlWords(1, 1)]).toEqual([
      '131 controls, 16 withdrawn',
      '131 controls',
      '0 controls, 1 withdrawn',
    ]);
  });
});

describe('what a plan says of a record', () => {
  it('leaves out a label that nothing follows, and keeps one that something does', () => {
    expect([
      withoutEmptyLabels(['Scope:', 'Exit criteria:']),
      withoutEmptyLabels(['Scope:', 'Includes:', 'the console', 'Led by Ada', 'Exit criteria: ']),
    ]).toEqual([[], ['Includes:', 'the console', 'Led by Ada']]);
  });
});

describe('evidence in the weeks ahead', () => {
  it('counts what lapses in each week and leaves out what is past', () => {
    const days = ['2026-11-20', '2026-11-26', '2026-11-27', '2027-02-11', '2027-02-12', '2026-11-19'];
    const weeks = weeksAhead(
      days.map((day, i) => ({ day, count: i === 1 ? 3 : 1 })),
      new Date('2026-11-20T10:00:00Z'),
    );
    expect(weeks.map((w) => w.due)).toEqual([4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe('the address of the review screen', () => {
  it('names a lane, a record in it, or only a record', () => {
    const places = [reviewPlace('to-sign', 'a1'), reviewPlace('voided', null), 'a1', null];
    expect(places.map(readReviewPlace)).toEqual([
      { lane: 'to-sign', record: 'a1' },
      { lane: 'voided', record: null },
      { lane: null, record: 'a1' },
      { lane: null, record: null },
    ]);
  });
});

describe('a framework in words', () => {
  it('keeps its version apart from its title', () => {
    expect([
      frameworkName({ title: 'Readiness plan', version: '1' }),
      frameworkName({ title: 'Readiness plan', version: '' }),
    ]).toEqual(['Readiness plan, version 1', 'Readiness plan']);
  });

  it('counts what it holds by names people use, and what there is none of not at all', () => {
    expect(heldWords({ parameters: 2, taskLists: 1, controls: 1189, kpis: 0 })).toBe(
      '1,189 controls, 1 task list, 2 parameters',
    );
    expect(heldWords({ kpis: 0 })).toBe('nothing');
  });
});
