import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BinderProfile } from '../../shared/domain/binder-profile.ts';
import { diskName } from '../evidence/file-name.ts';

/** The folder of the binders that were given no path. */
export function bindersFolder(home: string): string {
  return join(home, 'Binders');
}

/** What the file of a binder is called where nobody says. */
export function binderName(
  engagement: string,
  kind: string,
  day: string,
  profile: BinderProfile = 'full',
): string {
  return `${engagement} ${kind} binder ${profile === 'full' ? '' : `${profile} `}${day}.pdf`;
}

/** The name a file of this name gets in a folder, beside the files that are there. */
export function freeName(folder: string, name: string): string {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  return diskName(name, new Set(there.map((other) => other.toLowerCase())));
}
