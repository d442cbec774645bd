import type { Client } from '@elastic/elasticsearch';
import type { StoreMetrics } from '../metrics.ts';
import type { StoreLook } from './store-looks.ts';

/** How many documents a search would find. */
export function lookAtElasticsearch(
  client: Client,
  alias: string,
  { documents }: Pick<StoreMetrics, 'documents'>,
): StoreLook {
  return {
    store: 'elasticsearch',
    gauges: [documents],
    async look() {
      const { count } = await client.count({ index: alias }, { requestTimeout: 10_000 });
      return [{ gauge: documents, value: count }];
    },
  };
}
