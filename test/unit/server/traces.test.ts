import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { startSyncServer } from '../../support/sync-server.ts';

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
  }[];
}

test('a request is a span of its caller’s trace, under the ids that its log lines have', async () => {
  const got: Sent[] = [];
  const collector = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    if (request.url === '/v1/traces') got.push(JSON.parse(body) as Sent);
    response.end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const server = await startSyncServer({
    tracesUrl: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  });
  try {
    const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const answer = await fetch(`${server.url}/v1/workspaces/w/state`, {
      headers: { traceparent: `00-${trace}-${parent}-01`, 'x-request-id': 'asked-by-a-test' },
    });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([401, 'asked-by-a-test']);
    await server.running.services.traces.flush();
    const spans = got.flatMap((one) =>
      one.resourceSpans.flatMap((of) => of.scopeSpans.flatMap(({ spans }) => spans)),
    );
    expect(spans).toMatchObject([
      {
        traceId: trace,
        parentSpanId: parent,
        name: 'GET /v1/workspaces/{workspace}/state',
        status: { code: 0 },
      },
    ]);
    expect(JSON.stringify(spans)).toContain('asked-by-a-test');
    expect(server.log.filter((line) => line.requestId === 'asked-by-a-test')).toMatchObject([
      { event: 'refused' },
      { event: 'request', trace },
    ]);
  } finally {
    await server.stop();
    collector.close();
  }
});
