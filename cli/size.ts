import { sizeOf } from '../shared/domain/volumes.ts';
import { refuse } from '../shared/fault.ts';

/** A size as people write it, in bytes. */
export function sizeIn(flag: string, text: string): number {
  const bytes = sizeOf(text);
  if (bytes === null)
    refuse({ code: 'usage', detail: `--${flag} takes a size such as 700MiB or 2GiB; not "${text}".` });
  return bytes;
}
