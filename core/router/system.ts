import packageJson from '../../package.json' with { type: 'json' };
import type { Host } from '../host.ts';
import { api } from './base.ts';

export function systemRouter(host: Host) {
  return {
    about: api.system.about.handler(() => ({
      version: packageJson.version,
      shell: host.options.shell,
      platform: process.platform,
      node: process.version,
      home: host.options.home,
    })),
    changes: api.system.changes.handler(({ signal }) => host.changes(signal)),
  };
}

export function jobsRouter(host: Host) {
  return {
    list: api.jobs.list.handler(() => host.jobs.list()),
    watch: api.jobs.watch.handler(({ input, signal }) => host.jobs.watch(input.job, signal)),
    cancel: api.jobs.cancel.handler(({ input }) => ({ cancelled: host.jobs.cancel(input.job) })),
  };
}
