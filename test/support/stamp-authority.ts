import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runTool } from './outside-tools.ts';

/** A server on this machine that answers every POST as it is told. */
export async function localServer(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/tsa`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A time-stamping authority (RFC 3161) that OpenSSL is behind: a key, its certificate, and answers to requests. */
export async function stampAuthority(folder: string) {
  const path = (name: string) => join(folder, name);
  const openssl = async (...args: readonly string[]) => {
    const { code, output } = await runTool('openssl', ...args);
    if (code !== 0) throw new Error(output);
  };
  writeFileSync(
    path('tsa.cnf'),
    `[tsa]\ndefault_tsa = own\n[own]\nserial = ${path('tsa.serial')}\nsigner_cert = ${path('tsa.pem')}\nsigner_key = ${path('tsa.key')}\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\nordering = yes\ness_cert_id_alg = sha256\n[req]\ndistinguished_name = dn\n[dn]\n[ext]\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n`,
  );
  writeFileSync(path('tsa.serial'), '01\n');
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=Harbour Clock'],
    ...[
      '-config',
      path('tsa.cnf'),
      '-extensions',
      'ext',
      '-keyout',
      path('tsa.key'),
      '-out',
      path('tsa.pem'),
    ],
  );
  const answer = async (query: string): Promise<string> => {
    const out = path(`${randomUUID()}.tsr`);
    await openssl('ts', '-reply', '-config', path('tsa.cnf'), '-queryfile', query, '-out', out);
    if (!existsSync(out)) throw new Error('No answer was written.');
    return out;
  };
  return {
    certificate: path('tsa.pem'),
    /** Answers a request in a file by a response in a file. */
    answer,
    /** The same over HTTP. */
    listener: ((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', async () => {
        const query = path(`${randomUUID()}.tsq`);
        writeFileSync(query, Buffer.concat(pieces));
        response.setHeader('content-type', 'application/timestamp-reply');
        response.end(readFileSync(await answer(query)));
      });
    }) satisfies RequestListener,
  };
}
