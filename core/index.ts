import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { filesOf, revisionsOf } from '../db/queries/evidence.ts';
import type { StagedUpload } from '../shared/contract/files.ts';
import { FaultError, refuse } from '../shared/fault.ts';
import { binderFile } from './binder/countersigned.ts';
import { digestOf } from './binder/digest-of.ts';
import { dropLoose, takeLoose } from './binder/verifiable.ts';
import { keptName } from './evidence/file-name.ts';
import { Host, type HostCosts, toFault } from './host.ts';
import type { Ports } from './ports.ts';
import type { Core, CoreOptions, OutgoingFile } from './root.ts';
import { createRouter } from './router/index.ts';

export type { Core, CoreOptions, OutgoingFile } from './root.ts';

/** The composition root: everything a shell needs, put together once. */
export async function createCore(
  options: CoreOptions & HostCosts & { readonly ports?: Ports },
): Promise<Core> {
  const host = new Host(options);
  const router = createRouter(host);
  return {
    router,
    client: createRouterClient(router),
    files: {
      stage: (name, mediaType, body) => asFaults(() => stage(host, name, mediaType, body)),
      open: (path, query) => asFaults(() => openFile(host, path, query)),
    },
    async close() {
      host.lock();
      await dropLoose();
    },
  };
}

async function asFaults<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof FaultError ? error : new FaultError(toFault(error));
  }
}

/** With a workspace the bytes go into its vault at once; without one they can only be a binder to verify. */
async function stage(
  host: Host,
  name: string,
  mediaType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<StagedUpload> {
  const ws = host.current;
  if (ws !== null) return host.staged.stage(ws, name, mediaType, body);
  const id = host.ports.ids.next();
  const file = await takeLoose(id, keptName(name), body);
  const { sha256 } = await digestOf(file.path);
  return { upload: id, name: file.name, bytes: file.bytes, sha256, mediaType: 'application/pdf' };
}

async function openFile(
  host: Host,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<OutgoingFile> {
  const [, area, kind, id = '', index = '0'] = path.split('/');
  if (area !== 'files') return refuse({ code: 'not-found', what: 'file', id: path });
  if (kind === 'evidence') return evidenceFile(host, decodeURIComponent(id), Number(index), query.sha256);
  if (kind === 'binder') return diskFile(binderFile(host.demand('read').db, decodeURIComponent(id)));
  if (kind === 'result') return diskFile(resultPath(host, decodeURIComponent(id)));
  return refuse({ code: 'not-found', what: 'file', id: path });
}

async function evidenceFile(
  host: Host,
  evidence: string,
  index: number,
  sha256: string | undefined,
): Promise<OutgoingFile> {
  const ws = host.demand('read');
  const current = filesOf(ws.db, evidence);
  const file =
    sha256 === undefined
      ? current[index]
      : (current.find((f) => f.sha256 === sha256) ?? olderFile(host, evidence, sha256));
  if (file === undefined) return refuse({ code: 'not-found', what: 'file of evidence', id: evidence });
  return { name: file.name, mediaType: file.mediaType, bytes: file.bytes, body: ws.vault.open(file.sha256) };
}

interface NamedFile {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** A file of an older revision, as the ledger named it. */
function olderFile(host: Host, evidence: string, sha256: string): NamedFile | undefined {
  return revisionsOf(host.demand('read').db, evidence)
    .flatMap((revision) => revision.files)
    .find((file) => file.sha256 === sha256);
}

function resultPath(host: Host, job: string): string {
  const result = host.jobs.get(job)?.result;
  const file = typeof result === 'object' && result !== null && 'file' in result ? result.file : undefined;
  return typeof file === 'string' ? file : refuse({ code: 'not-found', what: 'result of a job', id: job });
}

async function diskFile(path: string): Promise<OutgoingFile> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return refuse({ code: 'not-found', what: 'file', id: path });
  return {
    name: basename(path),
    mediaType: path.toLowerCase().endsWith('.pdf') ? 'application/pdf' : 'application/octet-stream',
    bytes: stat.size,
    body: createReadStream(path),
  };
}
