import type { Client } from '@elastic/elasticsearch';
import { type HealthCheck, type HealthMessage, reasonOf } from './health-check.ts';

/**
 * Whether the cluster is green or yellow, and whether there is an index to search in.
 *
 * @param url shown in messages
 */
export function checkElasticsearch(client: Client, url: string, index: string): HealthCheck {
  return {
    name: 'check_elasticsearch',
    async run(signal) {
      try {
        const { status } = await client.cluster.health({}, { signal });
        if (status !== 'green' && status !== 'yellow') {
          return [error('E002', `Elasticsearch (${url}) not healthy (${quoted(status)}).`)];
        }
        const exists = await client.indices.exists({ index }, { signal });
        return exists ? [] : [missing(index)];
      } catch (reason) {
        return [error('E001', `Unable to connect to Elasticsearch on ${url}: ${reasonOf(reason)}`)];
      }
    },
  };
}

function error(id: string, text: string): HealthMessage {
  return { level: 'error', id: `buildhub.health.${id}`, text };
}

/** Not an error: a load balancer must let the first process in, so that somebody can set the index up. */
function missing(index: string): HealthMessage {
  return {
    level: 'warning',
    id: 'buildhub.health.W001',
    text: `Elasticsearch has no index ${index}. Run the set-up or a reindex.`,
  };
}

function quoted(text: unknown): string {
  return `'${String(text)}'`;
}
