import type { Metrics } from '../metrics/metrics.ts';

/** `/metrics`, for Prometheus. */
export function metricsHandler({ registry }: Metrics) {
  return async (): Promise<Response> =>
    new Response(await registry.metrics(), { headers: { 'Content-Type': registry.contentType } });
}
