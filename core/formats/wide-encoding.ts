/** By byte order mark, or by the zero byte that every ASCII character carries in a wide encoding. */
export function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-32' | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0) return c === 0xfe && d === 0xff ? 'utf-32' : null;
  if (bytes.length < 4 || c === undefined || d === undefined) return null;
  if (isAscii(a) && b === 0 && c === 0 && d === 0) return 'utf-32';
  if (isAscii(a) && b === 0 && isAscii(c) && d === 0) return 'utf-16le';
  if (a === 0 && isAscii(b) && c === 0 && isAscii(d)) return 'utf-16be';
  return null;
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x09 && byte < 0x7f;
}
