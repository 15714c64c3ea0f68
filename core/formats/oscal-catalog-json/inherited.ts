import type { Control, Parameter, Part } from '../../../shared/domain/framework.ts';
import { parametersIn } from '../../../shared/domain/parameter-text.ts';
import type { ProblemLog } from '../problem-log.ts';
import type { CatalogContent } from './catalog.ts';

/** Where a parameter of the catalog itself is said to be declared. */
const CATALOG = '/';

/**
 * Gives each control the parameters its text names but another place declares (the catalog, a group, another
 * control), so that a control's text can be shown and hashed from the control alone.
 */
export function lendParameters(content: CatalogContent, log: ProblemLog): void {
  const declared = declarations(content, log);
  for (const control of content.controls) {
    const own = new Set(control.parameters.map((parameter) => parameter.id));
    const missing = namedIn(control).filter((id) => !own.has(id));
    for (const id of reach(missing, own, declared)) {
      const found = declared.get(id);
      if (found !== undefined) control.parameters.push({ ...found.parameter, declaredBy: found.by });
      else {
        const message = `${control.label} names the parameter "${id}", which this file does not declare.`;
        log.add('warning', 'unknown-parameter', placeOf(content, control.path), message);
      }
    }
  }
}

type Declarations = Map<string, { parameter: Parameter; by: string }>;

function declarations(content: CatalogContent, log: ProblemLog): Declarations {
  const all: Declarations = new Map();
  const declare = (parameters: readonly Parameter[], by: string) => {
    for (const parameter of parameters) {
      if (!all.has(parameter.id)) all.set(parameter.id, { parameter, by });
      else {
        const message = `The parameter "${parameter.id}" is declared more than once.`;
        log.add('warning', 'duplicate-id', placeOf(content, by), message);
      }
    }
  };
  for (const control of content.controls) declare(control.parameters, control.path);
  for (const group of content.groups) declare(group.parameters ?? [], group.path);
  declare(content.parameters, CATALOG);
  return all;
}

function placeOf(content: CatalogContent, path: string): string {
  return content.places.get(path) ?? '/catalog';
}

/** The ids asked for and those their own choices name, each once. */
function reach(first: readonly string[], own: ReadonlySet<string>, declared: Declarations): Set<string> {
  const reached = new Set(first);
  for (const id of reached) {
    const parameter = declared.get(id)?.parameter;
    for (const inner of parameter === undefined ? [] : namedInParameter(parameter)) {
      if (!own.has(inner)) reached.add(inner);
    }
  }
  return reached;
}

function namedIn(control: Control): string[] {
  return [...control.parts.flatMap(namedInPart), ...control.parameters.flatMap(namedInParameter)];
}

function namedInPart(part: Part): string[] {
  const own = parametersIn(`${part.title ?? ''}\n${part.prose ?? ''}`);
  return [...own, ...(part.parts ?? []).flatMap(namedInPart)];
}

function namedInParameter(parameter: Parameter): string[] {
  const texts = [parameter.label ?? '', ...(parameter.values ?? []), ...(parameter.choice?.options ?? [])];
  return texts.flatMap(parametersIn);
}
