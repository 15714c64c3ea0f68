import { describe, expect, it } from 'vitest';
import {
  bytes,
  clock,
  dated,
  day,
  moment,
  percent,
  plural,
  today,
} from '../../../../renderer/parts/format.ts';
import { pastedFiles } from '../../../../renderer/parts/pasted-files.ts';
import { pagesFor } from '../../../../renderer/parts/row-pages.ts';
import { strengthOf } from '../../../../renderer/parts/strength.ts';

describe('figures as people read them', () => {
  it('never rounds a share up to all of it or down to nothing', () => {
    expect([
      percent(999, 1000),
      percent(1000, 1000),
      percent(1, 1000),
      percent(0, 1000),
      percent(0, 0),
    ]).toEqual(['99 %', '100 %', 'under 1 %', '0 %', '0 %']);
  });

  it('counts one thing in the singular', () => {
    expect([plural(1, 'entry', 'entries'), plural(1189, 'control')]).toEqual(['1 entry', '1,189 controls']);
  });

  it('gives sizes a unit that fits', () => {
    expect([bytes(50), bytes(2100), bytes(421_000), bytes(512_000_000)]).toEqual([
      '50 bytes',
      '2.1 kB',
      '421 kB',
      '512 MB',
    ]);
  });

  it('reads a calendar day as that day whatever the time zone', () => {
    expect(day('2026-11-20')).toBe('20 Nov 2026');
  });

  it('reads the days and moments in a sentence as those alone, and leaves names as they are', () => {
    expect([
      dated('34 of 210 gaps open, 4 more than planned for 2026-11-21.'),
      dated('2026-06-20 to 2026-07-24'),
      dated('due within 24 hours, by 2026-11-22 09:53 UTC'),
      dated(
        '"export-2026-11-21.csv" and scan.2026-11-21 and 2026-11-21.txt are named so; 2026-13-45 is no day',
      ),
    ]).toEqual([
      '34 of 210 gaps open, 4 more than planned for 21 Nov 2026.',
      '20 Jun 2026 to 24 Jul 2026',
      `due within 24 hours, by ${moment('2026-11-22T09:53:00Z')}`,
      '"export-2026-11-21.csv" and scan.2026-11-21 and 2026-11-21.txt are named so; 2026-13-45 is no day',
    ]);
  });

  it('shows what is no date as it stands', () => {
    expect([day(null), day('day 14')]).toEqual(['—', 'day 14']);
  });

  it('leaves the date out only for today', () => {
    const now = new Date(2026, 10, 20, 15, 0);
    expect(clock(new Date(2026, 10, 20, 12, 4).getTime(), now)).toBe('12:04');
    expect(clock(new Date(2026, 10, 19, 12, 4).getTime(), now)).toContain('19 Nov 2026');
  });

  it('takes today from the calendar of this machine', () => {
    expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});

describe('a passphrase', () => {
  it('is called weak when it is short or well known', () => {
    expect([strengthOf('abc').level, strengthOf('Password123').level]).toEqual([1, 1]);
  });

  it('is called strong when it is long', () => {
    expect(strengthOf('copper lantern drift eleven walnut').level).toBe(4);
  });

  it('is not made strong by repeating one letter', () => {
    expect(strengthOf('a'.repeat(16)).level).toBe(1);
  });
});

describe('the pages of a long list', () => {
  it('are those in sight, and always the first', () => {
    expect([pagesFor(0, 30), pagesFor(190, 230), pagesFor(900, 1010)]).toEqual([[0], [0, 1], [0, 4, 5]]);
  });
});

describe('pasted files', () => {
  const now = new Date('2026-11-20T12:31:05Z');
  const pasted = (...files: File[]) => pastedFiles({ files } as unknown as DataTransfer, now);

  it('give a screenshot a name that says when it was pasted', () => {
    expect(pasted(new File(['x'], 'image.png', { type: 'image/png' })).map((f) => [f.name, f.type])).toEqual([
      ['Screenshot 2026-11-20 12.31.05.png', 'image/png'],
    ]);
  });

  it('keep the name of a file that was copied', () => {
    expect(pasted(new File(['x'], 'leavers.csv')).map((f) => f.name)).toEqual(['leavers.csv']);
  });

  it('are none where text was pasted', () => {
    expect(pastedFiles(null, now)).toEqual([]);
  });
});
