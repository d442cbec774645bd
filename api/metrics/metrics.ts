import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the API, in a registry of its own so that several apps can be in one process. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: 'buildhub_api_requests_total',
      help: 'HTTP requests that were answered, by route, method and status',
      labelNames: ['route', 'method', 'status'] as const,
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'buildhub_api_request_duration_seconds',
      help: 'Time from a request to its answer, by route',
      labelNames: ['route'] as const,
      buckets: seconds,
      registers,
    }),
    searches: new Counter({
      name: 'buildhub_api_search_requests_total',
      help: 'Searches that were understood and sent to Elasticsearch, by HTTP method',
      labelNames: ['method'] as const,
      registers,
    }),
    searchSeconds: new Histogram({
      name: 'buildhub_api_search_duration_seconds',
      help: 'Time that Elasticsearch took for a search, with the way there and back',
      buckets: seconds,
      registers,
    }),
    searchesInFlight: new Gauge({
      name: 'buildhub_api_searches_in_flight',
      help: 'Searches that Elasticsearch is working on for this process',
      registers,
    }),
    searchesRefused: new Counter({
      name: 'buildhub_api_searches_refused_total',
      help: 'Searches that were answered with an error, by kind: syntax, limit, not_allowed, elasticsearch, time_limit, busy, unavailable',
      labelNames: ['kind'] as const,
      registers,
    }),
    hits: new Gauge({
      name: 'buildhub_api_search_records',
      help: 'Builds that the last search found',
      registers,
    }),
    hitsTotal: new Counter({
      name: 'buildhub_api_search_records_total',
      help: 'Builds that all searches found, added up',
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
