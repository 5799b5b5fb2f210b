import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Observable } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Context } from '../domain/context.ts';
import type { Logger } from '../logger.ts';
import { type MetricName, metrics, type Reading, readDatabase } from './readings.ts';

const PATH = '/metrics';
/** Prometheus gives a scrape up after 10 s by default. */
const SCRAPE_MS = 5_000;

export interface MetricsParts {
  port: number;
  context: Pick<Context, 'database' | 'now'>;
  log: Logger;
}

export interface RunningMetrics {
  port: number;
  stop(): Promise<void>;
}

/**
 * Answers `GET /metrics` on a port of its own, for Prometheus: everything is read when it is asked for. Where the database does
 * not answer, the scrape is 503 and says so, and nothing else of the process minds.
 * @throws Error where the port cannot be had.
 */
export async function startMetrics({ port, context, log }: MetricsParts): Promise<RunningMetrics> {
  const version = await readVersion();
  const startedAt = Math.floor(Date.now() / 1000 - process.uptime());
  const scrape = createScrape(async () => [
    { name: 'orgdesk_build_info', value: 1, labels: { version } },
    { name: 'orgdesk_start_time_seconds', value: startedAt },
    ...(await readDatabase(context)),
  ]);
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.url?.split('?', 1)[0] !== PATH) return answer(response, 404, `It is at ${PATH}.\n`);
    scrape().then(
      (text) => answer(response, 200, text),
      (error) => {
        log.warn({ err: error }, 'The metrics cannot be read.');
        answer(response, 503, '# The database does not answer.\n');
      },
    );
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Reads everything and gives it in Prometheus' text format. @throws what reading threw, or an error after 5 s. */
function createScrape(read: () => Promise<Reading[]>): () => Promise<string> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [exporter] }).getMeter('orgdesk');
  const names = Object.keys(metrics) as MetricName[];
  const gauges = new Map<MetricName, Observable>(
    names.map((name) => [name, meter.createObservableGauge(name, { description: metrics[name] })]),
  );
  meter.addBatchObservableCallback(
    async (observed) => {
      for (const { name, value, labels } of await read()) {
        const gauge = gauges.get(name);
        if (gauge) observed.observe(gauge, value, labels);
      }
    },
    [...gauges.values()],
  );
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return async () => {
    const { resourceMetrics, errors } = await exporter.collect({ timeoutMillis: SCRAPE_MS });
    if (errors.length > 0) throw errors[0];
    return serializer.serialize(resourceMetrics);
  };
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
}

// The same two steps up from src/metrics and from dist/metrics.
async function readVersion(): Promise<string> {
  const file = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
