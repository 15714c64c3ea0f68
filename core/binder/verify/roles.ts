import { attachmentWhere, fileSpecs } from './attachments.ts';
import {
  isArray,
  isDict,
  isRef,
  nameOf,
  type PdfDict,
  PdfFault,
  type PdfValue,
  refsIn,
  textOf,
} from './pdf/values.ts';
import type { PdfView } from './pdf/view.ts';
import { signatureFields } from './signatures/fields.ts';

/** What an object is part of, in words for people. */
export interface Role {
  readonly where: string;
  readonly part: Part;
}

export type Part =
  | 'catalog'
  | 'page'
  | 'page-content'
  | 'page-tree'
  | 'annotation'
  | 'attachment'
  | 'attachment-list'
  | 'signature'
  | 'form'
  | 'other';

const CATALOG_PARTS: Readonly<Record<string, string>> = {
  Outlines: 'bookmarks',
  StructTreeRoot: 'structure for assistive technology',
  Metadata: 'document metadata',
  Dests: 'named destinations',
  OutputIntents: 'colour profile',
  DSS: 'validation data',
  OCProperties: 'layers',
  OpenAction: 'opening action',
  PageLabels: 'page labels',
};

/** Tells what each object of a version is, by what leads to it: first come, first named. */
export async function rolesOf(view: PdfView): Promise<Map<number, Role>> {
  const map = new RoleMap(view);
  await map.tolerant(() => map.nameAll());
  return map.roles;
}

class RoleMap {
  readonly roles = new Map<number, Role>();
  readonly #view: PdfView;
  readonly #later: { readonly value: PdfValue; readonly role: Role }[] = [];
  readonly #visited = new Set<number>();
  #pages = 0;

  constructor(view: PdfView) {
    this.#view = view;
  }

  async nameAll(): Promise<void> {
    const { trailer } = this.#view;
    this.#claim(trailer.entries.get('Info'), { where: 'document information', part: 'other' });
    this.#claim(trailer.entries.get('Root'), { where: 'document catalog', part: 'catalog' });
    const catalog = await this.#view.catalog();
    await this.tolerant(() => this.#nameAttachments(catalog));
    await this.tolerant(() => this.#nameFields(catalog));
    await this.tolerant(() => this.#namePages(catalog.entries.get('Pages'), 0));
    for (const [key, where] of Object.entries(CATALOG_PARTS)) {
      this.#push(catalog.entries.get(key), { where, part: 'other' });
    }
    this.#push(catalog, { where: 'document catalog', part: 'catalog' });
    await this.#nameTheRest();
  }

  /** Damage in one part must not hide the names of all others. */
  async tolerant(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof PdfFault)) throw error;
    }
  }

  #claim(value: PdfValue | undefined, role: Role): boolean {
    if (!isRef(value) || this.roles.has(value.num)) return false;
    this.roles.set(value.num, role);
    return true;
  }

  #push(value: PdfValue | undefined, role: Role): void {
    if (value !== undefined) this.#later.push({ value, role });
  }

  async #nameAttachments(catalog: PdfDict): Promise<void> {
    const list: Role = { where: 'list of attachments', part: 'attachment-list' };
    this.#claim(catalog.entries.get('Names'), list);
    const names = await this.#view.dictAt(catalog, 'Names');
    this.#claim(names?.entries.get('EmbeddedFiles'), list);
    for (const spec of await fileSpecs(this.#view)) {
      await this.tolerant(async () => {
        const dict = await this.#view.resolve(spec);
        if (!isDict(dict)) return;
        const name = textOf(dict.entries.get('UF')) ?? textOf(dict.entries.get('F')) ?? '';
        const role: Role = { where: attachmentWhere(name), part: 'attachment' };
        this.#claim(spec, role);
        const files = await this.#view.dictAt(dict, 'EF');
        for (const ref of files ? refsIn(files) : []) this.#claim(ref, role);
        this.#push(files ?? undefined, role);
      });
    }
    this.#push(names?.entries.get('EmbeddedFiles'), list);
    this.#push(names?.entries.get('Dests'), { where: 'named destinations', part: 'other' });
  }

  async #nameFields(catalog: PdfDict): Promise<void> {
    this.#claim(catalog.entries.get('AcroForm'), { where: 'form', part: 'form' });
    for (const field of await signatureFields(this.#view)) {
      const role: Role = { where: `signature ${field.name}`, part: 'signature' };
      this.roles.set(field.num, role);
      this.#claim(field.dict.entries.get('V'), role);
      this.#push(field.dict.entries.get('AP'), role);
    }
  }

  async #namePages(node: PdfValue | undefined, depth: number): Promise<void> {
    if (!isRef(node) || this.roles.has(node.num) || depth > 64) return;
    this.roles.set(node.num, { where: 'list of pages', part: 'page-tree' });
    const dict = await this.#view.resolve(node);
    if (!isDict(dict)) return;
    const kids = await this.#view.arrayAt(dict, 'Kids');
    if (kids.length === 0) {
      this.#pages += 1;
      this.#namePage(node.num, dict, `page ${this.#pages}`);
      return;
    }
    for (const kid of kids) await this.#namePageOrDamage(kid, depth + 1);
  }

  async #namePageOrDamage(kid: PdfValue, depth: number): Promise<void> {
    const before = this.#pages;
    await this.tolerant(() => this.#namePages(kid, depth));
    if (this.#pages > before || !isRef(kid)) return;
    this.#pages += 1;
    this.roles.set(kid.num, { where: `page ${this.#pages}`, part: 'page' });
  }

  #namePage(num: number, dict: PdfDict, where: string): void {
    this.roles.set(num, { where, part: 'page' });
    const contents = dict.entries.get('Contents');
    for (const ref of isArray(contents) ? contents : [contents])
      this.#claim(ref, { where, part: 'page-content' });
    const annotations = dict.entries.get('Annots');
    for (const ref of isArray(annotations) ? annotations : [])
      this.#claim(ref, { where, part: 'annotation' });
    this.#push(annotations, { where, part: 'annotation' });
    this.#push(dict, { where, part: 'page-content' });
  }

  async #nameTheRest(): Promise<void> {
    for (const { value, role } of this.#later) await this.tolerant(() => this.#spread(value, role));
  }

  /** Everything that hangs on a value and has no name yet gets its role, or a better one of its own. */
  async #spread(value: PdfValue, role: Role): Promise<void> {
    const stack = [{ value, role }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      for (const { num } of refsIn(next.value)) {
        if (this.#visited.has(num)) continue;
        this.#visited.add(num);
        const inherited = this.roles.get(num) ?? next.role;
        this.roles.set(num, inherited);
        await this.tolerant(async () => {
          const object = await this.#view.object(num);
          if (!object) return;
          const own = inherited === next?.role ? (ownRole(object.value, inherited) ?? inherited) : inherited;
          this.roles.set(num, own);
          stack.push({ value: object.value, role: own });
        });
      }
    }
  }
}

/** A better name than that of what leads here; what hangs on a signature has its field's name already. */
function ownRole(value: PdfValue, inherited: Role): Role | null {
  if (!isDict(value) || inherited.part === 'signature') return null;
  const type = nameOf(value.entries.get('Type'));
  if (type === 'Font')
    return { where: `font ${nameOf(value.entries.get('BaseFont')) ?? ''}`.trim(), part: 'other' };
  if (type === 'Sig' || type === 'DocTimeStamp') return { where: 'signature', part: 'signature' };
  return null;
}
