import { SCOPES } from '../../shared/sync/tenant-contract.ts';
import { backup, restore } from './backup.ts';
import type { Command } from './command.ts';
import { drill } from './drill.ts';
import { init } from './init.ts';
import { migrateCommand } from './migrate.ts';
import { personCommand } from './people.ts';
import { serveCommand } from './serve.ts';
import { keyCommand, tenantCommand, workspaceCommand } from './tenants.ts';

export const COMMANDS: Readonly<Record<string, Command | undefined>> = {
  init,
  serve: serveCommand,
  migrate: migrateCommand,
  tenant: tenantCommand,
  workspace: workspaceCommand,
  key: keyCommand,
  person: personCommand,
  backup,
  restore,
  drill,
};

export const HELP = `Bindery's sync server stores sealed segments and encrypted files, and can read neither.

  npm run server -- init --folder DIR            makes the server's key and secret, and says what to set
  npm run server -- serve                        serves until it is told to stop
  npm run server -- migrate                      brings an outside database's schema up to date
  npm run server -- tenant create NAME           makes a tenant
  npm run server -- tenant list
  npm run server -- workspace create --tenant NAME --id WORKSPACE [--hours 24]
                                                 makes room for a workspace; prints the invite of its first device
  npm run server -- workspace invite --id WORKSPACE [--hours 24]
                                                 prints another invite without a parcel
  npm run server -- key create NAME --tenant NAME --scopes LIST
                                                 makes an API key: ${SCOPES.join(', ')}
  npm run server -- person add NAME --tenant NAME --subject SUBJECT --role viewer|administrator
                                                 lets somebody sign in whom the sign-in service calls SUBJECT
  npm run server -- person end --tenant NAME --subject SUBJECT
  npm run server -- backup --out FILE            writes every row as it is at one moment; vault files are copied after
  npm run server -- restore --in FILE            fills an empty database from such a file
  npm run server -- drill --in FILE [--files DIR]
                                                 restores it into a database that is thrown away, and proves every byte

Settings come from the environment: BINDERY_SERVER_FOLDER, BINDERY_SERVER_KEY_FILE, BINDERY_SERVER_SECRET (or
BINDERY_SERVER_SECRET_FILE), BINDERY_HOST, BINDERY_PORT, BINDERY_PUBLIC_URL, BINDERY_TLS_CERT_FILE, BINDERY_TLS_KEY_FILE,
DATABASE_URL (else PostgreSQL of its own in the folder), BINDERY_S3_ENDPOINT and what goes with it.`;
