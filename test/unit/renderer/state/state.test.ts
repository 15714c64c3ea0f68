import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { faultIn, sentenceFor } from '../../../../renderer/state/faults.ts';
import { evidencePath, isFault } from '../../../../renderer/state/files.ts';
import { formatPlace, parsePlace } from '../../../../renderer/state/place.ts';
import { FaultError } from '../../../../shared/fault.ts';

describe('a place in the workbench', () => {
  it('survives the way through the address, whatever the record is called', () => {
    const place = { screen: 'controls', record: 'f1/ac-2.1 #ü?%' } as const;
    expect(parsePlace(formatPlace(place))).toEqual(place);
  });

  it('that nobody knows leads to the overview', () => {
    expect(parsePlace('#/nowhere/x')).toEqual({ screen: 'overview', record: null });
    expect(parsePlace('#token=abc')).toEqual({ screen: 'overview', record: null });
  });
});

describe('what went wrong', () => {
  const fault = {
    code: 'rule-broken',
    rule: 'segregation-of-duties',
    because: 'You prepared this.',
  } as const;

  it('is told in the words of the rule when the core refuses', () => {
    const error = new ORPCError('FAULT', { data: fault, defined: true });
    expect(faultIn(error)).toEqual(fault);
    expect(sentenceFor(error).happened).toBe('You prepared this.');
  });

  it('is told with the same words when the file door refuses', () => {
    expect(sentenceFor(new FaultError(fault)).happened).toBe('You prepared this.');
  });

  it('is told with a remedy even when nobody answers', () => {
    const { happened, remedy } = sentenceFor(new TypeError('Failed to fetch'));
    expect(happened).toContain('Failed to fetch');
    expect(remedy).toContain('still running');
  });

  it('is no fault when the code is not one of ours', () => {
    expect([isFault({ code: 'teapot' }), isFault(null), isFault({ code: 'locked' })]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('the address of a file', () => {
  it('names older revisions by their hash', () => {
    expect(evidencePath('a/b', 2, 'ff')).toBe('/files/evidence/a%2Fb/2?sha256=ff');
  });
});
