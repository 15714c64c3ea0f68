/** The models of OSCAL 1.x by the name of their one top-level object. */
export const OSCAL_MODELS: Readonly<Record<string, string>> = {
  catalog: 'catalog',
  profile: 'profile',
  'mapping-collection': 'control mapping',
  'component-definition': 'component definition',
  'system-security-plan': 'system security plan',
  'assessment-plan': 'assessment plan',
  'assessment-results': 'assessment results document',
  'plan-of-action-and-milestones': 'plan of action and milestones (POA&M)',
};

/** With its article: `an assessment plan`. */
export function modelWithArticle(key: string): string {
  const name = OSCAL_MODELS[key] ?? key;
  return `an OSCAL ${name}`;
}

/** How far into a file its top-level names are looked for. */
const LOOK_INTO = 4 * 1024 * 1024;

/**
 * The names at the top level of a JSON object, as far as the first bytes show them, without parsing the rest:
 * a hostile or broken file costs no more than a sound one. Empty where the text is no object.
 */
export function topLevelNames(utf8: Uint8Array): string[] {
  const names: string[] = [];
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, Math.min(utf8.byteLength, LOOK_INTO));
  let depth = 0;
  let awaitsName = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) {
      const end = endOfString(bytes, at);
      if (depth === 1 && awaitsName) names.push(bytes.toString('utf8', at + 1, end).slice(0, 100));
      if (depth === 1) awaitsName = false;
      at = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === 0 && byte === 0x5b) return names;
      depth += 1;
      if (depth === 1) awaitsName = true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth <= 0) return names;
    } else if (byte === 0x2c && depth === 1) awaitsName = true;
    else if (depth === 0 && byte !== undefined && byte > 0x20) return names;
    if (depth > 0 && names.length > 100) return names;
  }
  return names;
}

function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at;
}
