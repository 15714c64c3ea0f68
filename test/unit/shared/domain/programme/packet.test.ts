import { describe, expect, test } from 'vitest';
import {
  authoredOf,
  differencesOf,
  judgeSection,
  mayWaive,
  type SectionInput,
  valueFlaw,
} from '../../../../../shared/domain/programme/packet.ts';
import { PacketSection } from '../../../../../shared/domain/programme/packet-template.ts';
import { packetModelOf } from '../../../../support/packet-model.ts';

const TODAY = '2026-06-15';
const EMPTY: SectionInput = { text: '', values: {}, evidence: [], data: [], waiver: null };
const EVIDENCE = {
  id: 'e1',
  reference: 'E-1',
  title: 'Report',
  files: [{ name: 'r.xml', sha256: 'a'.repeat(64), bytes: 1, mediaType: 'application/xml' }],
};
const WAIVER = { id: 'w', by: 'Ada', at: '2026-01-01T00:00:00Z', reason: 'No data changes' };

const section = (more: object = {}) =>
  PacketSection.parse({
    key: 'rollback',
    title: 'Rollback',
    help: '',
    required: true,
    source: ['hand', 'artifacts'],
    ...more,
  });
const timed = section({
  fields: [{ key: 'minutes', title: 'Rehearsed time', type: 'minutes', required: true, atMost: 15 }],
});

describe('a section', () => {
  test('is missing while nothing is in it, and says what to do', () => {
    expect(judgeSection(section(), EMPTY, TODAY)).toEqual({
      state: 'missing',
      missing: [
        'Nothing is there yet: write it, or attach evidence that shows it; or have an approver waive it with a reason.',
      ],
    });
  });

  test('is filled by words, by evidence, or by rows of its own data and no other', () => {
    const data = (name: 'risks' | 'kpis', total: number) => [
      { name, summary: '', columns: [], rows: [], total },
    ];
    const fromData = section({ source: ['data:risks'] });
    expect(judgeSection(section(), { ...EMPTY, text: 'Roll back' }, TODAY).state).toBe('filled');
    expect(judgeSection(section(), { ...EMPTY, evidence: [EVIDENCE] }, TODAY).state).toBe('filled');
    expect(judgeSection(fromData, { ...EMPTY, data: data('risks', 1) }, TODAY).state).toBe('filled');
    expect(judgeSection(fromData, { ...EMPTY, data: data('risks', 0) }, TODAY).state).toBe('missing');
    expect(judgeSection(fromData, { ...EMPTY, data: data('kpis', 1) }, TODAY).state).toBe('missing');
  });

  test('is not filled by blank words', () => {
    expect(judgeSection(section(), { ...EMPTY, text: ' \n ' }, TODAY).state).toBe('missing');
  });

  test('asks for the value it requires, and holds it to its limit', () => {
    const steps = { ...EMPTY, text: '1. Roll back' };
    expect(judgeSection(timed, steps, TODAY).missing).toEqual([
      'Rehearsed time is missing: give it in minutes, at most 15.',
    ]);
    expect(judgeSection(timed, { ...steps, values: { minutes: '15' } }, TODAY).state).toBe('filled');
    expect(judgeSection(timed, { ...steps, values: { minutes: '15.5' } }, TODAY).missing[0]).toMatch(
      /^Rehearsed time is 15\.5 minutes; at most 15 minutes is allowed/,
    );
  });

  test('asks for evidence where words are not enough', () => {
    const tests = section({ minimum: { evidence: 1 } });
    expect(judgeSection(tests, { ...EMPTY, text: 'All passed' }, TODAY).missing).toEqual([
      'It needs at least one piece of evidence and has 0: attach the reports themselves.',
    ]);
    expect(judgeSection(tests, { ...EMPTY, evidence: [EVIDENCE] }, TODAY).state).toBe('filled');
  });

  test('is waived only while it is not filled', () => {
    expect(judgeSection(timed, { ...EMPTY, waiver: WAIVER }, TODAY)).toEqual({
      state: 'waived',
      missing: [],
    });
    const filled = { ...EMPTY, text: 'Steps', values: { minutes: '4' }, waiver: WAIVER };
    expect(judgeSection(timed, filled, TODAY).state).toBe('filled');
  });

  test('may stay empty where it is not required, but not break its own limit', () => {
    const optional = { ...timed, required: false };
    expect(judgeSection(optional, EMPTY, TODAY)).toEqual({ state: 'empty', missing: [] });
    expect(judgeSection(optional, { ...EMPTY, text: 'x', values: { minutes: '90' } }, TODAY).state).toBe(
      'missing',
    );
  });
});

describe('a value', () => {
  const day = { key: 'd', title: 'Rehearsed on', type: 'day', required: false, help: '' } as const;
  const number = { ...day, title: 'Count', type: 'number' } as const;
  test.each(['2026-02-29', '2026-13-01', 'yesterday', '2026-1-1'])('%s is no day', (value) => {
    expect(valueFlaw(day, value, TODAY)).toBe('Rehearsed on is no day: write it as YYYY-MM-DD.');
  });
  test('of a day that exists is one', () => {
    expect(valueFlaw(day, '2024-02-29', TODAY)).toBeNull();
    expect(valueFlaw(day, '2026-06-16', TODAY)).toBeNull();
    expect(valueFlaw(day, '2026-06-17', TODAY)).toBe(
      'Rehearsed on is 2026-06-17, which has not come yet: give the day it was done.',
    );
  });
  test.each(['ten', '-1', 'Infinity', '1 min', '1,000', '1.000', '10,0000', '0x5', '1e3'])(
    '%s is no number',
    (value) => {
      expect(valueFlaw(number, value, TODAY)).toBe('Count is no number: give a number.');
    },
  );
  test('of a number may have a decimal comma', () => {
    expect(valueFlaw({ ...number, atMost: 3 }, '2,5', TODAY)).toBeNull();
  });
});

describe('waiving', () => {
  test('is for somebody who did not write in the section', () => {
    expect(mayWaive(timed, 'missing', false)).toEqual({ allowed: true });
    expect(mayWaive(timed, 'missing', true)).toMatchObject({ allowed: false, rule: 'segregation' });
  });
  test('has nothing to do where a section is filled, or may stay empty', () => {
    expect(mayWaive(timed, 'filled', false)).toMatchObject({ rule: 'nothing-to-waive' });
    expect(mayWaive({ ...timed, required: false }, 'empty', false)).toMatchObject({
      rule: 'nothing-to-waive',
    });
  });
});

describe('what people answer for in a packet', () => {
  const { content } = packetModelOf('release');
  const change = (key: string, more: object) => ({
    ...content,
    sections: content.sections.map((each) => (each.key === key ? { ...each, ...more } : each)),
  });

  test('leaves out data of the workspace and the day, which go on', () => {
    const later = { ...change('risks', { data: [] }), day: '2027-01-01' };
    expect(authoredOf(later)).toEqual(authoredOf(content));
    expect(differencesOf(content, later)).toEqual([]);
  });

  test('tells each thing that changed, with what it was', () => {
    const after = {
      ...change('rollback', { values: { minutes: '12', rehearsed: '2026-09-30' } }),
      about: 'Hotfix',
    };
    expect(differencesOf(content, after)).toEqual([
      { section: '', title: 'Payroll 4.2.0', what: 'about', before: '', after: 'Hotfix' },
      { section: 'rollback', title: 'Rollback', what: 'minutes', before: '11', after: '12' },
    ]);
  });

  test('changes with the files of evidence, and not with its title', () => {
    const renamed = content.sections.find(({ key }) => key === 'tests')?.evidence ?? [];
    const [first, ...others] = renamed;
    const file = { name: 'new.xml', sha256: 'f'.repeat(64), bytes: 2, mediaType: 'application/xml' };
    const retitled = change('tests', {
      evidence: renamed.map((each) => ({ ...each, title: 'Another title' })),
    });
    const replaced = change('tests', { evidence: [{ ...first, files: [file] }, ...others] });
    expect(differencesOf(content, retitled)).toEqual([]);
    expect(differencesOf(content, replaced).map(({ what }) => what)).toEqual(['evidence']);
  });
});
