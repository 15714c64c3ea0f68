import { describe, expect, it } from 'vitest';
import { passphraseNeeds, stillNeeded } from '../../../../renderer/parts/needs.ts';

describe('what a form still needs', () => {
  it('is said as a person would list it, and not at all when nothing is missing', () => {
    expect([
      stillNeeded({ 'a name': false }),
      stillNeeded({ 'a name': true, 'your name': false }),
      stillNeeded({ 'a name': true, 'your name': true, 'a day': true }),
    ]).toEqual(['', 'Still needed: a name.', 'Still needed: a name, your name and a day.']);
  });

  it('asks for a passphrase first, and for the same one again only then', () => {
    expect([
      stillNeeded(passphraseNeeds('', '')),
      stillNeeded(passphraseNeeds('kelp', 'kel')),
      stillNeeded(passphraseNeeds('kelp', 'kelp')),
    ]).toEqual(['Still needed: a passphrase.', 'Still needed: the same passphrase again.', '']);
  });
});
