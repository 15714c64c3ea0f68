import type { Host } from '../host.ts';
import { connect, demandConnection, dropConnection, writeConnection } from '../sync/server/connection.ts';
import { readPlace, writePlace } from '../sync/server/place.ts';
import { revokeDevice, syncDevices, syncStatus } from '../sync/server/status.ts';
import { api } from './base.ts';

export function syncRouter(host: Host) {
  const at = api.sync;
  const status = () => syncStatus(host.demand('read'), host.sync);
  return {
    status: at.status.handler(status),
    connect: at.connect.handler(async ({ input }) => {
      await connect(host.demand('administer'), input);
      host.followServer();
      return status();
    }),
    disconnect: at.disconnect.handler(() => {
      host.sync.stop();
      dropConnection(host.demand('administer').db);
      host.changed('session');
      return status();
    }),
    pause: at.pause.handler(({ input }) => {
      const { db } = host.demand('read');
      writeConnection(db, { ...demandConnection(db), paused: input.paused });
      host.followServer();
      host.changed('session');
      return status();
    }),
    metered: at.metered.handler(({ input }) => {
      host.demand('read');
      if (host.sync.metered !== input.metered) {
        host.sync.metered = input.metered;
        host.followServer();
        host.changed('session');
      }
      return status();
    }),
    now: at.now.handler(() => {
      const ws = host.demand('read');
      demandConnection(ws.db);
      return host.jobs.start('sync', 'Meeting the sync server', (job) => host.sync.once(ws, job));
    }),
    devices: at.devices.handler(() => syncDevices(host.demand('read'))),
    revoke: at.revoke.handler(({ input }) => revokeDevice(host.demand('administer'), input.device)),
    invite: at.invite.handler(async ({ input }) => {
      const { makeInvite } = await import('../sync/server/join.ts');
      return makeInvite(host.demand('administer'), input);
    }),
    dismiss: at.dismiss.handler(() => {
      const { db } = host.demand('read');
      writePlace(db, { ...readPlace(db), notices: [] });
      host.changed('session');
      return status();
    }),
  };
}
