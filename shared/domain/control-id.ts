/**
 * The form under which two spellings of a control's id are the same: `AC-2(1)`, `ac-2.1`, `AC-02(01)` and
 * `ac-2 (1)` all give `ac-2.1`. Letters are lower-cased, a bracketed part is a dotted one, padding zeros,
 * spaces and a leading `#` fall away. For looking up only: what is shown is the control's own label.
 */
export function controlKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/^[#\s]+/, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s*([-.,:_/()[\]])\s*/g, '$1')
    .replace(/\s+/g, '-')
    .replace(/[([]/g, '.')
    .replace(/[)\]]/g, '')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.#]+|\.$/g, '')
    .replace(/(?<![0-9])0+(?=[0-9])/g, '');
}

/**
 * The id as people of its framework write it, for sources that give no label: NIST's `ac-2.1` is `AC-2(1)`;
 * other styles stay as they are, since their case carries meaning (`OPS.1.1.2.A1`, `ism-0039`).
 */
export function labelFromId(id: string): string {
  const nist = /^([a-z]{2})-(\d+)((?:\.\d+)*)$/.exec(id);
  if (nist === null) return id;
  const [, family = '', number = '', rest = ''] = nist;
  return `${family.toUpperCase()}-${number}${rest.replace(/\.(\d+)/g, '($1)')}`;
}
