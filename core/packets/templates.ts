import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PacketIndex, PacketTemplate } from '../../shared/domain/programme/packet-template.ts';
import { refuse } from '../../shared/fault.ts';

/** A template as shipped, with the hash of the file it was read from. */
export type ShippedTemplate = PacketTemplate & { readonly sha256: string };

const FOLDER = new URL('../../assets/packets/', import.meta.url);
let shipped: readonly ShippedTemplate[] | null = null;

/** Every template of the index, in its order; one whose file is not the one the index names is refused. */
export function packetTemplates(): readonly ShippedTemplate[] {
  shipped ??= PacketIndex.parse(JSON.parse(textOf('index.json'))).templates.map(({ file, sha256, id }) => {
    const text = textOf(file);
    if (createHash('sha256').update(text).digest('hex') !== sha256)
      refuse({
        code: 'corrupt',
        what: 'packet template',
        detail: `${file} is not the file the index names.`,
      });
    return { ...PacketTemplate.parse(JSON.parse(text)), id, sha256 };
  });
  return shipped;
}

function textOf(file: string): string {
  return readFileSync(fileURLToPath(new URL(file, FOLDER)), 'utf8');
}

/** The template a packet was opened from: `id@version`. */
export function templateOf(reference: string): ShippedTemplate {
  const [id = ''] = reference.split('@');
  const found = packetTemplates().find((template) => template.id === id);
  return found ?? refuse({ code: 'not-found', what: 'packet template', id: reference });
}

/** A template by its id, or by its title or kind in any case. */
export function templateNamed(text: string): ShippedTemplate {
  const wanted = text.trim().toLowerCase();
  const all = packetTemplates();
  const found =
    all.find(({ id }) => id === wanted) ??
    all.find(({ title, kind }) => title.toLowerCase() === wanted || kind === wanted);
  if (found !== undefined) return found;
  return refuse({
    code: 'not-found',
    what: `packet template (${all.map(({ id }) => id).join(', ')})`,
    id: text,
  });
}
