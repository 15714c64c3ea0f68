import type { z } from 'zod';
import type { Parameter, Part, Property } from '../../../shared/domain/framework.ts';
import { type OscalNode, present, unlessEmpty } from './node.ts';

export type Prop = z.infer<typeof Property>;

/** `annotations` are what OSCAL before 1.0 called properties with remarks. */
export function readProps(node: OscalNode): Prop[] {
  return [...node.nodes('props', 'properties'), ...node.nodes('annotations')].flatMap((prop) => {
    const name = prop.text('name');
    const value = prop.text('value');
    if (name === undefined || value === undefined) {
      prop.log.add(
        'warning',
        'broken-property',
        prop.at,
        'A property needs a name and a value; it was left out.',
      );
      return [];
    }
    return [present<Prop>({ name, value, ns: prop.text('ns'), class: prop.text('class') })];
  });
}

/**
 * The label to show: of several, the one without a class or classed `sp800-53`; never the zero-padded ones that
 * NIST adds for sorting and for SP 800-53A, unless `orAny`.
 */
export function displayLabel(props: readonly Prop[], orAny = false): string | undefined {
  const labels = props.filter((prop) => prop.name === 'label');
  const best =
    labels.find((prop) => prop.class === undefined) ??
    labels.find((prop) => prop.class?.toLowerCase() === 'sp800-53') ??
    labels.find((prop) => orAny || !/^(?:zero-padded|sp800-53a)$/i.test(prop.class ?? ''));
  return best?.value;
}

/** The parts of a control or group to any depth. */
export function readParts(node: OscalNode): Part[] {
  return node.nodes('parts').map(readPart);
}

function readPart(node: OscalNode): Part {
  const props = readProps(node);
  const name = node.text('name');
  if (name === undefined) {
    node.log.add('warning', 'missing-name', node.at, 'This part has no name; it was taken as "part".');
  }
  return present<Part>({
    id: node.text('id'),
    name: name ?? 'part',
    label: displayLabel(props, true),
    title: node.text('title'),
    prose: node.text('prose'),
    class: node.text('class'),
    props: unlessEmpty(props),
    parts: unlessEmpty(readParts(node)),
  });
}

/** The parameters a control, a group or the catalog declares. */
export function readParameters(node: OscalNode): Parameter[] {
  return node.nodesOrKeyed('params', 'parameters').flatMap(({ node: param, key }) => {
    const id = param.text('id') ?? key;
    if (id === undefined) {
      param.log.add(
        'error',
        'missing-id',
        param.at,
        'A parameter without an id cannot be shown; it was left out.',
      );
      return [];
    }
    return [readParameter(param, id)];
  });
}

function readParameter(node: OscalNode, id: string): Parameter {
  return present<Parameter>({
    id,
    label: node.text('label'),
    values: unlessEmpty(node.texts('values', 'value')),
    choice: readChoice(node.node('select')),
    guidelines: unlessEmpty(proseOf(node, 'guidelines', 'guidance')),
    usage: node.text('usage'),
    constraints: unlessEmpty(proseOf(node, 'constraints')),
    props: unlessEmpty(readProps(node)),
  });
}

function readChoice(select: OscalNode | null): Parameter['choice'] {
  if (select === null) return undefined;
  // 1.0.0 settled on "one-or-more"; before it was "one or more".
  const howMany = select.text('how-many', 'howMany')?.toLowerCase().replace(/\s+/g, '-');
  return { ...(howMany === undefined ? {} : { howMany }), options: select.texts('choice', 'alternatives') };
}

function proseOf(node: OscalNode, ...names: readonly string[]): string[] {
  return node.nodes(...names).flatMap((item) => item.text('prose', 'description', 'detail') ?? []);
}
