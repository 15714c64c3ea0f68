import { describe, expect, it } from 'vitest';
import { readable, readableName } from '../../../../shared/domain/spell-out.ts';

describe('what could make a text read other than it is stored', () => {
  it('is spelled out wherever a text is drawn, and letters of every script stay', () => {
    expect(readable('dropped \u202egnp.txt, \u0000, سجل, 日本')).toBe(
      'dropped [U+202E]gnp.txt, [U+0000], سجل, 日本',
    );
  });

  it('changes nothing when it is done twice', () => {
    const once = readable('a\u202e\r\nb');
    expect([readable(once), once]).toEqual(['a[U+202E]\nb', 'a[U+202E]\nb']);
  });

  it('in a name also counts what has no picture at all', () => {
    expect(readableName('inv\u200boice\u00ad.pdf')).toBe('inv[U+200B]oice[U+00AD].pdf');
  });
});
