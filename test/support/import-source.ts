import { createHash } from 'node:crypto';
import type { ImportSource } from '../../core/formats/format.ts';

/** What an importer is given: bytes as they are, text as UTF-8, anything else as JSON. */
export function importSource(content: unknown, name = 'file'): ImportSource {
  const bytes =
    content instanceof Uint8Array
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { name, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
