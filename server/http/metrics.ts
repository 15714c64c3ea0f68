import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus reads. Labels are routes and reasons, never a tenant, a device or an address. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'bindery_request_seconds',
    help: 'How long requests took, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10],
    registers: [this.registry],
  });
  readonly refused = new Counter({
    name: 'bindery_refused_total',
    help: 'Requests refused, by reason',
    labelNames: ['reason'],
    registers: [this.registry],
  });
  readonly segments = new Counter({
    name: 'bindery_segments_total',
    help: 'Segments pushed, by what they were',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly bytes = new Counter({
    name: 'bindery_bytes_total',
    help: 'Bytes of segments and files, by direction',
    labelNames: ['kind', 'direction'],
    registers: [this.registry],
  });
  readonly deliveries = new Counter({
    name: 'bindery_webhook_deliveries_total',
    help: 'Webhooks delivered, put off and given up',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly live = new Gauge({
    name: 'bindery_live_connections',
    help: 'Devices that listen for changes',
    registers: [this.registry],
  });

  constructor(withProcess = true) {
    if (withProcess) collectDefaultMetrics({ register: this.registry });
  }
}
