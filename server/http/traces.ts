import { randomBytes } from 'node:crypto';
import type { Log } from './log.ts';

/** One request as a span; its trace is the caller's own where it names one (W3C `traceparent`). */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly begunAt: number;
}

const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const KEPT = 5_000;

/**
 * Sends spans to an OpenTelemetry collector (OTLP over HTTP, JSON), a few seconds' worth at a time. Off where no address is
 * given; a collector that is away costs spans and nothing else.
 */
export class Traces {
  readonly #address: string | null;
  readonly #log: Log;
  #waiting: object[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(endpoint: string | null, log: Log) {
    this.#address = endpoint === null ? null : `${endpoint.replace(/\/$/, '')}/v1/traces`;
    this.#log = log;
    if (this.#address === null) return;
    this.#timer = setInterval(() => void this.flush(), 2_000);
    this.#timer.unref();
  }

  begin(traceparent: string | undefined, now: number): Span {
    const [, traceId, parentId] = PARENT.exec(traceparent ?? '') ?? [];
    const isNamed = traceId !== undefined && /[^0]/.test(traceId);
    return {
      traceId: isNamed ? traceId : randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      parentId: isNamed ? (parentId ?? null) : null,
      begunAt: now,
    };
  }

  end(span: Span, name: string, status: number, now: number, facts: Readonly<Record<string, string>>): void {
    if (this.#address === null || this.#waiting.length >= KEPT) return;
    const attributes = { ...facts, 'http.response.status_code': String(status) };
    this.#waiting.push({
      traceId: span.traceId,
      spanId: span.spanId,
      ...(span.parentId === null ? {} : { parentSpanId: span.parentId }),
      name,
      kind: 2,
      startTimeUnixNano: nanoseconds(span.begunAt),
      endTimeUnixNano: nanoseconds(now),
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
      status: { code: status >= 500 ? 2 : 0 },
    });
  }

  async flush(): Promise<void> {
    const spans = this.#waiting;
    if (this.#address === null || spans.length === 0) return;
    this.#waiting = [];
    const service = { key: 'service.name', value: { stringValue: 'bindery-sync-server' } };
    const body = JSON.stringify({
      resourceSpans: [
        { resource: { attributes: [service] }, scopeSpans: [{ scope: { name: 'bindery' }, spans }] },
      ],
    });
    try {
      const answer = await fetch(this.#address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(5_000),
      });
      await answer.body?.cancel();
      if (!answer.ok) this.#log.warn('traces-refused', { status: answer.status });
    } catch (error) {
      this.#log.warn('traces-lost', {
        spans: spans.length,
        detail: error instanceof Error ? error.message : 'failed',
      });
    }
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.flush();
  }
}

function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds)}000000`;
}
