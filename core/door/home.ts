import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where new workspaces go and the recent ones are remembered. */
export function homeOf(environment: NodeJS.ProcessEnv): string {
  return resolve(environment.BINDERY_HOME || join(homedir(), 'Bindery'));
}
