/**
 * What cannot or must not be drawn as it stands is spelled out as its code point, so that nothing is lost and
 * nothing reads other than it is stored.
 */
export function spelledOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/**
 * Control characters, lone surrogates, and the marks that override or embed a direction: with those a name can be
 * made to look like another one (`exe.fdp` read backwards). Line ends and tabs are the paragraph's business.
 */
const TREACHEROUS = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** In a name every mark that has no picture is treacherous, line ends and tabs included. */
const TREACHEROUS_IN_NAME = /[\t\n\r\u0085\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u2060\u180e]/gu;

/** A text as it may be drawn: nothing in it changes the order in which the rest is read. */
export function readable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(TREACHEROUS, spelledOut);
}

/** A name as it may be drawn: every mark in it that has no picture is spelled out. */
export function readableName(name: string): string {
  return name.replace(TREACHEROUS_IN_NAME, spelledOut).replace(TREACHEROUS, spelledOut);
}
