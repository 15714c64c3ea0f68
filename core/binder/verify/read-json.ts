import { z } from 'zod';
import { EARLIER_EXTRACTS } from '../../../shared/domain/binder.ts';
import type { Findings } from './findings.ts';

/** JSON of a known shape, or null and a finding. */
export function readJson<T>(bytes: Buffer, shape: z.ZodType<T>, name: string, findings: Findings): T | null {
  const where = name === 'manifest.json' ? 'manifest' : `attachment ${name}`;
  const code = name === 'manifest.json' ? 'manifest-unreadable' : 'ledger-unreadable';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (isTooDeep(text)) {
      findings.add(code, where, `${name} nests its values deeper than a binder ever does.`);
      return null;
    }
    const json: unknown = JSON.parse(text);
    const result = shape.safeParse(json);
    if (result.success) return result.data;
    const lacking = lackingIn(json);
    if (lacking !== undefined) {
      const message = `${name} does not show ${lacking}: it is of a form that binders had before. Compose the binder anew.`;
      findings.add(code, where, message);
      return null;
    }
    const path = result.error.issues[0]?.path.join('.') ?? '';
    findings.add(
      code,
      where,
      `${name} is not of the form a binder has${path === '' ? '' : ` (at ${path})`}.`,
    );
  } catch {
    findings.add(code, where, `${name} is damaged: it is no JSON text.`);
  }
  return null;
}

/** What an extract of an earlier form does not show. */
function lackingIn(json: unknown): string | undefined {
  const { data } = z.looseObject({ schema: z.string() }).safeParse(json);
  return data && Object.hasOwn(EARLIER_EXTRACTS, data.schema) ? EARLIER_EXTRACTS[data.schema] : undefined;
}

/** Far more than any file of a binder has, and few enough that whoever walks through the values comes back. */
const MOST_LEVELS = 200;

function isTooDeep(text: string): boolean {
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') level += 1;
    else if (char === ']' || char === '}') level -= 1;
    if (level > MOST_LEVELS) return true;
  }
  return false;
}
