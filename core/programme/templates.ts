import { ProgrammeTemplate } from '../../shared/domain/programme/template.ts';
import { refuse } from '../../shared/fault.ts';
import {
  type ShippedFramework,
  type ShippedProgramme,
  shippedBytes,
  shippedFrameworks,
  shippedProgrammes,
} from './shipped.ts';

/** A shipped file with its bytes and what its index says of it. */
export type OwnFramework = ShippedFramework & { readonly bytes: Buffer };
export type OwnTemplate = ShippedProgramme & { readonly bytes: Buffer; readonly template: ProgrammeTemplate };

/** The programme templates that come with the program, in the order they are offered. */
export function listTemplates(): readonly ShippedProgramme[] {
  return shippedProgrammes();
}

/** A template by its id, or by its title in any case. */
export function readTemplate(named: string): OwnTemplate {
  const found = byIdOrTitle('programme template', shippedProgrammes(), named);
  const bytes = shippedBytes('programmes', found);
  return { ...found, bytes, template: ProgrammeTemplate.parse(JSON.parse(bytes.toString('utf8'))) };
}

/** The frameworks that come with the program; each is imported like anybody else's. */
export function listOwnFrameworks(): readonly ShippedFramework[] {
  return shippedFrameworks();
}

/** A framework of our own by its id, or by its title in any case. */
export function ownFramework(named: string): OwnFramework {
  const found = byIdOrTitle('framework that comes with the program', shippedFrameworks(), named);
  return { ...found, bytes: shippedBytes('frameworks', found) };
}

function byIdOrTitle<T extends { readonly id: string; readonly title: string }>(
  what: string,
  all: readonly T[],
  named: string,
): T {
  const wanted = named.trim().toLowerCase();
  const found =
    all.find(({ id }) => id === wanted) ?? all.find(({ title }) => title.toLowerCase() === wanted);
  return found ?? refuse({ code: 'not-found', what, id: named });
}
