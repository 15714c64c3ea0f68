import { describe, expect, it } from 'vitest';
import {
  fieldWord,
  recordWord,
  valueLines,
  valueWord,
} from '../../../../renderer/screens/common/value-words.ts';

const HASH = 'ab12cd34'.repeat(8);

describe('a value of the ledger', () => {
  it('reads in words: results, days, hashes, keys and nothing', () => {
    expect(
      ['not-satisfied', '2026-11-21', HASH, null, true, ['Payroll', 'Portal'], 'aB3'.repeat(20)].map(
        valueWord,
      ),
    ).toEqual([
      'not satisfied',
      '21 Nov 2026',
      'ab12 cd34 … cd34',
      'nothing',
      'yes',
      'Payroll, Portal',
      'a key or certificate of 60 characters',
    ]);
  });

  it('is told part by part, with files by their name and size', () => {
    const file = { name: 'exe.\u202efdp', sha256: HASH, bytes: 2100, mediaType: 'text/plain' };
    expect(valueLines({ files: [file], period: { from: '2026-01-01', to: null } })).toEqual([
      { label: 'File', text: 'exe.[U+202E]fdp, 2.1 kB, SHA-256 ab12 cd34 … cd34' },
      { label: 'Period, from', text: '01 Jan 2026' },
    ]);
    const id = HASH.slice(0, 32);
    expect(valueLines({ target: id, record: `risk:${id}`, systems: [], note: '', on: true })).toEqual([
      { label: 'Stands', text: 'yes' },
    ]);
    expect(valueLines('Seen.')).toEqual([{ label: '', text: 'Seen.' }]);
  });

  it('stands under the name of its field and of its record, in words and not as the program calls them', () => {
    expect(['riskIfStale', 'targetKind', 'about', 'constructor'].map(fieldWord)).toEqual([
      'Risk if stale',
      'Target kind',
      'About',
      'Constructor',
    ]);
    expect(['signoff:9f', 'evidence:1', 'engagement:2'].map(recordWord)).toEqual([
      'Sign-off',
      'Evidence',
      'Engagement',
    ]);
  });
});
