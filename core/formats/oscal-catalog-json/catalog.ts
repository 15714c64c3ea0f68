import { labelFromId } from '../../../shared/domain/control-id.ts';
import type { Control, Group, Parameter, Part } from '../../../shared/domain/framework.ts';
import { type Link, localId, readLinks, readWithdrawal, type Targets } from './links.ts';
import { type OscalNode, present, unlessEmpty } from './node.ts';
import { displayLabel, type Prop, readParameters, readParts, readProps } from './parts.ts';
import { PathBook, pathOf, slugOf } from './paths.ts';

/** Everything below `catalog`, flat and in document order. */
export interface CatalogContent {
  readonly groups: Group[];
  readonly controls: Control[];
  /** Declared for the catalog as a whole. */
  readonly parameters: Parameter[];
  /** References that lead nowhere in this file, with the first place each is made. */
  readonly dangling: ReadonlyMap<string, string>;
  /** Where in the document each path was read, as a JSON pointer. */
  readonly places: ReadonlyMap<string, string>;
}

/** Where a node hangs. */
interface Place {
  readonly group?: string;
  readonly parent?: string;
}

/** Reads groups and controls to any depth, each exactly once, in the order of the document. */
export function readContent(catalog: OscalNode, targets: Targets): CatalogContent {
  const reader = new CatalogReader(targets);
  reader.read(catalog);
  return reader;
}

class CatalogReader implements CatalogContent {
  readonly groups: Group[] = [];
  readonly controls: Control[] = [];
  parameters: Parameter[] = [];
  readonly dangling = new Map<string, string>();
  readonly places = new Map<string, string>();
  private readonly targets: Targets;
  private readonly paths = new PathBook();
  private order = 0;

  constructor(targets: Targets) {
    this.targets = targets;
  }

  read(catalog: OscalNode): void {
    this.parameters = readParameters(catalog);
    this.below(catalog, {});
  }

  /** Controls before groups, as OSCAL lists them. */
  private below(node: OscalNode, place: Place): void {
    for (const control of node.nodes('controls')) this.control(control, place);
    for (const group of node.nodes('groups')) this.group(group, place);
  }

  private group(node: OscalNode, place: Place): void {
    const props = readProps(node);
    const id = node.text('id');
    const title = node.text('title');
    if (title === undefined) node.log.add('warning', 'missing-title', node.at, 'This group has no title.');
    const path = this.groupPath(id, title ?? '', place.group, node);
    this.places.set(path, node.at);
    this.groups.push(
      present<Group>({
        path,
        label: displayLabel(props) ?? groupLabel(id),
        title: title ?? id ?? 'Untitled group',
        parent: place.group,
        order: this.turn(),
        prose: proseOfParts(readParts(node)),
        props: unlessEmpty(props),
        parameters: unlessEmpty(readParameters(node)),
      }),
    );
    this.noteDangling(node, readLinks(node, this.targets));
    this.below(node, { group: path });
  }

  private groupPath(
    id: string | undefined,
    title: string,
    parent: string | undefined,
    node: OscalNode,
  ): string {
    if (id === undefined) return this.paths.claim(`${parent ?? 'group'}/${slugOf(title)}`);
    // Controls keep their bare id even where a group bears the same one.
    const wanted = this.targets.controlPaths.has(pathOf(id)) ? `group/${id}` : id;
    if (this.paths.isTaken(wanted)) this.duplicate(node, id);
    return this.paths.claim(wanted);
  }

  private control(node: OscalNode, place: Place): void {
    const props = readProps(node);
    const links = readLinks(node, this.targets);
    const sourceId = node.text('id') ?? this.missingId(node, props);
    const label = displayLabel(props) ?? labelFromId(sourceId);
    const title = node.text('title') ?? this.missingTitle(node, label);
    if (this.paths.isTaken(sourceId)) this.duplicate(node, sourceId);
    const path = this.paths.claim(sourceId);
    this.places.set(path, node.at);
    this.controls.push(
      present<Control>({
        path,
        label,
        sourceId,
        title,
        group: place.group,
        parent: place.parent,
        order: this.turn(),
        class: node.text('class'),
        withdrawn: readWithdrawal(props, links, this.targets),
        severity: undefined,
        parameters: readParameters(node),
        parts: readParts(node),
        links,
        props,
      }),
    );
    this.noteDangling(node, links);
    this.below(node, present<Place>({ group: place.group, parent: path }));
  }

  private turn(): number {
    this.order += 1;
    return this.order;
  }

  private duplicate(node: OscalNode, id: string): void {
    const message = `The id "${id}" stands more than once; this one is kept beside the first.`;
    node.log.add('warning', 'duplicate-id', node.at, message);
  }

  private missingId(node: OscalNode, props: readonly Prop[]): string {
    const id = displayLabel(props, true) ?? slugOf(node.text('title') ?? '');
    node.log.add('warning', 'missing-id', node.at, `This control has no id; it is kept as "${id}".`);
    return id;
  }

  private missingTitle(node: OscalNode, label: string): string {
    node.log.add('warning', 'missing-title', node.at, `The control ${label} has no title.`);
    return label;
  }

  private noteDangling(node: OscalNode, links: readonly Link[]): void {
    for (const { href } of links) {
      const id = localId(href);
      if (id === null || this.targets.ids.has(id) || this.dangling.has(id)) continue;
      this.dangling.set(id, `${node.at}/links`);
    }
  }
}

/** A family is known by its two letters. */
function groupLabel(id: string | undefined): string {
  if (id === undefined) return '';
  return /^[a-z]{2}$/.test(id) ? id.toUpperCase() : id;
}

function proseOfParts(parts: readonly Part[]): string | undefined {
  const texts = parts.flatMap((part) => [part.title, part.prose, proseOfParts(part.parts ?? [])]);
  const said = texts.filter((text) => text !== undefined);
  return said.length === 0 ? undefined : said.join('\n\n');
}
