import type { Metrics } from '../metrics/metrics.ts';

/** `/metrics`, for Prometheus: of the API, and of the stores as they are found when it is asked. */
export function metricsHandler({ page }: Pick<Metrics, 'page'>) {
  return async (): Promise<Response> =>
    new Response(await page.render(), { headers: { 'Content-Type': page.contentType } });
}
