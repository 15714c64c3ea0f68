import { writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool } from '../support/outside-tools.ts';
import { startSyncServer, type TestServer } from '../support/sync-server.ts';
import { type Disk, emptyDisk } from '../support/whole-way.ts';

/** A proxy as offices have it: it forwards plain requests, opens tunnels, and keeps what it was asked for. */
class OfficeProxy {
  readonly asked: string[] = [];
  readonly #open = new Set<Socket>();
  readonly #server: Server = createServer((incoming, outgoing) => {
    this.asked.push(`${incoming.method} ${incoming.url}`);
    const { method, headers } = incoming;
    const on = request(incoming.url ?? '', { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    on.on('error', () => outgoing.destroy());
    incoming.pipe(on);
  }).on('connect', (incoming, socket: Socket) => {
    this.asked.push(`CONNECT ${incoming.url}`);
    const [host, port] = (incoming.url ?? '').split(':');
    const far = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(socket);
      socket.pipe(far);
    });
    for (const one of [far, socket]) {
      this.#open.add(one);
      one.on('error', () => one.destroy()).on('close', () => this.#open.delete(one));
    }
  });

  async begin(): Promise<string> {
    await new Promise<void>((begun) => this.#server.listen(0, '127.0.0.1', begun));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): Promise<unknown> {
    for (const one of this.#open) one.destroy();
    this.#server.closeAllConnections();
    return new Promise((ended) => this.#server.close(ended));
  }
}

/** A certificate that this machine trusts only where a program is told to. */
async function certificate(disk: Disk): Promise<{ certFile: string; keyFile: string }> {
  const files = { certFile: disk.path('server.pem'), keyFile: disk.path('server.key') };
  const { code, output } = await runTool(
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-out', files.certFile, '-keyout', files.keyFile],
  );
  if (code !== 0) throw new Error(output);
  return files;
}

describe.each([
  ['in the open', false],
  ['in TLS', true],
])('through a proxy, %s', (_how, encrypted) => {
  let disk: Disk;
  let server: TestServer;
  let proxy: OfficeProxy;
  let address: string;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    disk = emptyDisk();
    const tls = encrypted ? await certificate(disk) : null;
    if (tls !== null) env = { NODE_EXTRA_CA_CERTS: tls.certFile };
    server = await startSyncServer({ tls });
    proxy = new OfficeProxy();
    address = await proxy.begin();
    await disk.done('init', ['ws', '--name', 'Payroll', '--member', 'Ada']);
  }, 120_000);
  afterAll(async () => {
    await proxy?.end();
    await server?.stop();
    disk?.remove();
  });

  it('a copy connects and sends; with the proxy gone it says so, and nothing goes around it', async () => {
    const { workspace } = (await disk.run(['sync', 'status', 'ws'])).value as { workspace: string };
    writeFileSync(disk.path('invite.txt'), await server.firstInvite(workspace));
    const connecting = ['sync', 'connect', 'ws', '--invite', 'invite.txt', '--proxy', address];
    expect(await disk.run(connecting, { env })).toMatchObject({
      code: 0,
      value: { connection: { proxy: address } },
    });
    const sent = await disk.run(['sync', 'ws'], { env });
    expect(sent).toMatchObject({ code: 0, value: { quarantined: 0 } });
    const { host } = new URL(server.url);
    const wanted = encrypted ? `CONNECT ${host}` : `http://${host}/v1/`;
    expect(proxy.asked.length).toBeGreaterThan(0);
    for (const one of proxy.asked) expect(one).toContain(wanted);

    await proxy.end();
    const before = server.log.length;
    const alone = await disk.run(['sync', 'ws'], { env });
    expect(alone).toMatchObject({ code: 1, fault: { code: 'unavailable' } });
    expect(server.log.length).toBe(before);
  });
});
