export interface Strength {
  /** 0 (nothing) to 4 (strong). */
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly words: string;
}

const COMMON = /pass(word|phrase)?|qwert|letmein|admin|welcome|12345|abc123|bindery|secret/i;

/** A rough and honest guess: length and variety count, repeats and well-known words do not. */
export function strengthOf(passphrase: string): Strength {
  if (passphrase === '')
    return { level: 0, words: 'Four or more unrelated words are easy to remember and hard to guess.' };
  const bits = new Set(passphrase).size * 0.6 + passphrase.length * perCharacter(passphrase);
  const score = COMMON.test(passphrase) ? bits - 20 : bits;
  if (score < 30) return { level: 1, words: 'Weak: somebody with a copy of the folder could guess it.' };
  if (score < 50) return { level: 2, words: 'Fair: a few more words make it strong.' };
  if (score < 75) return { level: 3, words: 'Good.' };
  return { level: 4, words: 'Strong.' };
}

function perCharacter(text: string): number {
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(text)).length;
  const repeated = /(.)\1{2,}/.test(text) ? 0.6 : 1;
  return (1.4 + kinds * 0.35) * repeated;
}
