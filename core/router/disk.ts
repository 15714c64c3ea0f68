import type { BinderSource } from '../../shared/contract/proof.ts';
import type { SigningKey } from '../../shared/contract/signing.ts';
import { refuse } from '../../shared/fault.ts';
import type { Host } from '../host.ts';

/**
 * Paths on this machine are for callers who have its disk anyway: the command line and tests. What runs in a page
 * hands bytes over through the file door, so that a page gone wrong cannot ask for any file there is.
 */
export function demandDisk(host: Host, paths: readonly (string | undefined)[]): void {
  const { shell } = host.options;
  if ((shell === 'browser' || shell === 'electron') && paths.some((path) => path !== undefined)) {
    refuse({
      code: 'forbidden',
      detail: 'Paths on this machine are for the command line; hand the file over in the workbench instead.',
    });
  }
}

/** The paths among these sources. */
export function pathsOf(files: readonly BinderSource[]): (string | undefined)[] {
  return files.map((file) => ('path' in file ? file.path : undefined));
}

/** The same of addresses that this machine is to call: a page gone wrong could tell things by whom it has called. */
export function demandNetwork(host: Host, address: string | undefined): void {
  const { shell } = host.options;
  if ((shell === 'browser' || shell === 'electron') && address !== undefined) {
    refuse({ code: 'forbidden', detail: 'Who is called over the network is named on the command line.' });
  }
}

/** A module is a program that is loaded: a page must not choose one. */
export function moduleOf(key: SigningKey): string | undefined {
  return key.kind === 'token' ? key.module : undefined;
}
