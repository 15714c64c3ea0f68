import { refuse } from '../shared/fault.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** A size as people write it, in bytes: `700MiB`, `2G`, `1500000`. Units are of 1,024. */
export function sizeIn(flag: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (number === '' || !Number.isSafeInteger(bytes))
    refuse({ code: 'usage', detail: `--${flag} takes a size such as 700MiB or 2GiB; not "${text}".` });
  return bytes;
}
