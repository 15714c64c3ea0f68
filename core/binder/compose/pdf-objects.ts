/** Serialisation of PDF values (ISO 32000-2, 7.3); everything written by hand goes through here. */

/** A reference to an indirect object. */
export function ref(id: number): string {
  return `${id} 0 R`;
}

/** A text string: printable ASCII as a literal, everything else as UTF-16BE with its byte order mark. */
export function textString(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `(${text.replace(/[\\()]/g, (c) => `\\${c}`)})`;
  return utf16String(text);
}

/** A text string that is UTF-16BE whatever it holds, so that strings compare by their code units. */
export function utf16String(text: string): string {
  return `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
}

/** A date string in UTC; a date nobody can read becomes null and is left out by the caller. */
export function dateString(iso: string): string | null {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return null;
  return `(D:${new Date(time).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z)`;
}

export function hexString(bytes: Uint8Array): string {
  return `<${Buffer.from(bytes).toString('hex')}>`;
}

/** A name object (7.3.5): what is not a regular character is written as #xx. */
export function nameObject(name: string): string {
  const escaped = [...Buffer.from(name, 'utf8')].map((byte) =>
    byte > 0x20 && byte < 0x7f && !'#%()/<>[]{}'.includes(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `#${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  );
  return `/${escaped.join('')}`;
}

/** A real number with at most three decimals, without exponent or negative zero. */
export function num(value: number): string {
  const rounded = Math.round(value * 1000) / 1000;
  return `${Object.is(rounded, -0) ? 0 : rounded}`;
}

/** A glyph's number in the subset as text shows it: four hexadecimal digits. */
export const glyphCode = (cid: number): string => cid.toString(16).padStart(4, '0');
