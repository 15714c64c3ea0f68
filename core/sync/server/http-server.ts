import { z } from 'zod';
import { FaultError, refuse } from '../../../shared/fault.ts';
import { BlobProgress, DeviceRow, Pushed, ServerState } from '../../../shared/sync/contract.ts';
import { decodeFrames, encodeFrames, LIMITS, ListedSegment, serverName } from '../../../shared/sync/wire.ts';
import { rawPublicKey, sha256 } from '../../ledger/keys.ts';
import type { SyncServer } from './api.ts';
import { HttpLine, type LineOptions } from './http-line.ts';

/** A server over HTTP, with what only some ask of it. */
export interface HttpServer extends SyncServer {
  enrol(code: string, device: { id: string; name: string; publicKey: string }): Promise<Enrolled>;
  devices(): Promise<readonly DeviceRow[]>;
  revoke(device: string): Promise<DeviceRow>;
  /** Leaves a parcel for one new device; answers the one-time code. */
  invite(
    parcel: Uint8Array,
    wish: { readonly hours: number; readonly administers: boolean },
  ): Promise<{ code: string; expiresAt: string }>;
  /** Calls back whenever the server's order has grown, until it hangs up. */
  live(onHead: (sequence: number) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

const Enrolled = z.object({ tenant: z.string(), serverKey: z.string(), parcel: z.string().nullable() });
type Enrolled = z.infer<typeof Enrolled>;
const Held = z.object({ vector: z.record(z.string(), z.number()) });
const Listed = z.object({ rows: z.array(ListedSegment), next: z.number().nullable() });
const Blobs = z.object({ blobs: z.array(BlobProgress) });
const Devices = z.object({ devices: z.array(DeviceRow) });
const OneDevice = z.object({ device: DeviceRow });
const Invited = z.object({ code: z.string(), expiresAt: z.string() });
/** How often in a row a file may be cut without a byte of it coming. */
const MOST_CUTS = 3;
const JSON_TYPE = 'application/json';

/** The server as one device of a workspace reaches it. `serverKey` is the pinned one (Ed25519, SPKI in base64url). */
export function httpServer(options: LineOptions & { workspace: string; serverKey: string }): HttpServer {
  const line = new HttpLine(options);
  const base = `/v1/workspaces/${encodeURIComponent(options.workspace)}`;
  const asJson = (value: unknown) => Buffer.from(JSON.stringify(value));
  const post = (path: string, value: unknown) => ({
    method: 'POST',
    path,
    body: asJson(value),
    type: JSON_TYPE,
  });
  const get = (path: string) => ({ method: 'GET', path });
  return {
    key: pinned(options.serverKey),
    close: () => line.close(),
    enrol: (code, device) =>
      line.json(Enrolled, post('/v1/enrol', { code, workspace: options.workspace, device })),
    devices: async () => (await line.json(Devices, get(`${base}/devices`))).devices,
    revoke: async (device) =>
      (
        await line.json(OneDevice, {
          method: 'DELETE',
          path: `${base}/devices/${encodeURIComponent(device)}`,
        })
      ).device,
    invite: (parcel, { hours, administers }) =>
      line.json(
        Invited,
        post(`${base}/invites`, {
          parcel: Buffer.from(parcel).toString('base64'),
          administers,
          expiresInHours: hours,
        }),
      ),
    state: (at) => line.json(ServerState, get(`${base}/state?at=${at}`)),
    held: async (vector) => (await line.json(Held, post(`${base}/held`, { vector }))).vector,
    list: (after) => line.json(Listed, get(`${base}/segments?after=${after}&limit=${LIMITS.rows}`)),
    async fetch(ids) {
      const bytes = await line.bytes(post(`${base}/segments/fetch`, { ids }), LIMITS.fetchBody);
      return (
        decodeFrames(bytes) ??
        refuse({ code: 'unavailable', what: 'The sync server', detail: 'its answer was cut short' })
      );
    },
    push: (segments) =>
      line.json(Pushed, {
        method: 'POST',
        path: `${base}/segments`,
        body: encodeFrames(segments.flatMap(({ label, sealed }) => [asJson(label), sealed])),
      }),
    filesHeld: async (names) => (await line.json(Blobs, post(`${base}/blobs/held`, { names }))).blobs,
    putFile: ({ name, size, sha256, offset }, chunk) =>
      line.json(BlobProgress, {
        method: 'PUT',
        path: `${base}/blobs/${name}?offset=${offset}&size=${size}&sha256=${sha256}`,
        body: chunk,
      }),
    async *getFile(name, sha256, offset, signal) {
      let at = offset;
      for (let cuts = 0; ; cuts += 1) {
        const range = { range: `bytes=${at}-` };
        const answer = await line.stream({
          ...get(`${base}/blobs/${name}?sha256=${sha256}`),
          headers: range,
          signal,
        });
        try {
          for await (const piece of answer as AsyncIterable<Buffer>) {
            at += piece.length;
            cuts = 0;
            yield piece;
          }
          return;
        } catch (error) {
          if (signal?.aborted || cuts >= MOST_CUTS) throw cutFault(error);
        }
      }
    },
    async live(onHead, signal) {
      const answer = await line.stream({ ...get(`${base}/live`), signal });
      let text = '';
      for await (const piece of answer as AsyncIterable<Buffer>) {
        text += piece.toString('utf8');
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = /^data: ?(.*)$/m.exec(text.slice(0, end))?.[1];
          text = text.slice(end + 2);
          const head = data === undefined ? Number.NaN : sequenceOf(data);
          if (Number.isSafeInteger(head)) onHead(head);
        }
        if (text.length > 4096) text = '';
      }
    },
  };
}

function sequenceOf(data: string): number {
  try {
    const value = JSON.parse(data) as unknown;
    if (typeof value === 'number') return value;
    return Number((value as { sequence?: unknown } | null)?.sequence);
  } catch {
    return Number.NaN;
  }
}

/** The name and the raw key by which a server's receipts are known, from its key as an invite names it. */
export function pinned(serverKey: string): SyncServer['key'] {
  const spki = Buffer.from(serverKey, 'base64url');
  return { id: serverName(sha256, spki), publicKey: rawPublicKey(spki) };
}

function cutFault(error: unknown): unknown {
  if (error instanceof FaultError) return error;
  return new FaultError({
    code: 'unavailable',
    what: 'The sync server',
    detail: 'the line was cut in the middle of a file',
    remedy: 'What came is kept; the next try goes on from there.',
  });
}
