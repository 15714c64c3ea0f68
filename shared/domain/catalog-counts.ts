import type { NormalisedFramework } from './framework.ts';

export interface CatalogCounts {
  readonly groups: number;
  /** All of them, enhancements included. */
  readonly controls: number;
  readonly enhancements: number;
  readonly withdrawn: number;
  readonly parameters: number;
}

/** The counts of a catalog; a parameter that a control only borrows is counted where it is declared. */
export function countCatalog(
  framework: Pick<NormalisedFramework, 'groups' | 'controls' | 'parameters'>,
): CatalogCounts {
  const { groups, controls, parameters = [] } = framework;
  const own = controls.flatMap((control) => control.parameters).filter((one) => one.declaredBy === undefined);
  const ofGroups = groups.flatMap((group) => group.parameters ?? []);
  return {
    groups: groups.length,
    controls: controls.length,
    enhancements: controls.filter((control) => control.parent !== undefined).length,
    withdrawn: controls.filter((control) => control.withdrawn !== undefined).length,
    parameters: own.length + ofGroups.length + parameters.length,
  };
}
