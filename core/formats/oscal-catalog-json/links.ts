import type { Control } from '../../../shared/domain/framework.ts';
import { isRecord, type OscalNode, present } from './node.ts';
import type { Prop } from './parts.ts';
import { pathOf } from './paths.ts';

export type Link = Control['links'][number];

/** What a `#reference` in this document can lead to. */
export interface Targets {
  /** Controls at any depth. */
  readonly controls: number;
  /** Every id and uuid anywhere in the document. */
  readonly ids: ReadonlySet<string>;
  /** Paths that controls will bear. */
  readonly controlPaths: ReadonlySet<string>;
  /** The control that holds a part, by part id. */
  readonly controlOfPart: ReadonlyMap<string, string>;
  /** Title of each back-matter resource by uuid. */
  readonly resources: ReadonlyMap<string, string>;
}

/** Looks through the whole document once for what links may lead to. */
export function findTargets(catalog: OscalNode): Targets {
  const found: Found = {
    controls: 0,
    ids: new Set<string>(),
    controlPaths: new Set<string>(),
    controlOfPart: new Map<string, string>(),
  };
  collect(catalog.raw, 'catalog', null, found);
  return { ...found, resources: resourceTitles(catalog) };
}

interface Found {
  controls: number;
  readonly ids: Set<string>;
  readonly controlPaths: Set<string>;
  readonly controlOfPart: Map<string, string>;
}

/** `list` is the name under which this value hangs; `control` the control it is a part of. */
function collect(value: unknown, list: string, control: string | null, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, list, control, found);
    return;
  }
  if (!isRecord(value)) return;
  const { id, uuid } = value;
  if (list === 'controls') found.controls += 1;
  if (typeof uuid === 'string') found.ids.add(uuid);
  if (typeof id === 'string') {
    found.ids.add(id);
    if (list === 'controls') found.controlPaths.add(pathOf(id.trim()));
    if (list === 'parts' && control !== null) found.controlOfPart.set(id, control);
  }
  const within = list === 'controls' && typeof id === 'string' ? id : control;
  for (const [name, item] of Object.entries(value)) {
    if (typeof item === 'object') collect(item, name, within, found);
  }
}

function resourceTitles(catalog: OscalNode): Map<string, string> {
  const resources = catalog.node('back-matter')?.nodes('resources', 'resource') ?? [];
  return new Map(
    resources.flatMap((resource): [string, string][] => {
      const uuid = resource.text('uuid', 'id');
      const title = resource.text('title') ?? resource.node('citation')?.text('text');
      return uuid === undefined || title === undefined ? [] : [[uuid, title]];
    }),
  );
}

/** The links of a control; one to the back matter carries the title of what it cites. */
export function readLinks(node: OscalNode, targets: Targets): Link[] {
  return node.nodes('links').flatMap((link) => {
    const href = link.text('href');
    if (href === undefined) {
      link.log.add('warning', 'broken-link', link.at, 'A link needs an href; it was left out.');
      return [];
    }
    const text = link.text('text') ?? targets.resources.get(localId(href) ?? '');
    return [present<Link>({ rel: link.text('rel'), href, text })];
  });
}

/** The id in a reference within the document, null for any other. */
export function localId(href: string): string | null {
  if (!href.startsWith('#') || href.length === 1) return null;
  try {
    return decodeURIComponent(href.slice(1));
  } catch {
    return href.slice(1);
  }
}

/** Withdrawn is what the status says; the links say where its content went, a part standing for its control. */
export function readWithdrawal(
  props: readonly Prop[],
  links: readonly Link[],
  targets: Targets,
): Control['withdrawn'] {
  const withdrawn = props.some((prop) => prop.name === 'status' && /^withdrawn$/i.test(prop.value.trim()));
  if (!withdrawn) return undefined;
  const leads = (rel: RegExp) => links.filter((link) => rel.test(link.rel ?? ''));
  const incorporated = leads(/^incorporated(?:[-_ ]into)?$/i);
  const moved = leads(/^moved(?:[-_ ]to)?$/i);
  const into = [...incorporated, ...moved].map((link) => {
    const id = localId(link.href) ?? link.href;
    return targets.controlOfPart.get(id) ?? id;
  });
  const reason = incorporated.length > 0 ? 'incorporated' : moved.length > 0 ? 'moved' : 'withdrawn';
  return { reason, into: [...new Set(into)] };
}
