import { readFileSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import type { Config } from '../config/config.ts';

type Settings = Pick<
  Config,
  | 'ELASTICSEARCH_URL'
  | 'ELASTICSEARCH_API_KEY'
  | 'ELASTICSEARCH_USERNAME'
  | 'ELASTICSEARCH_PASSWORD'
  | 'ELASTICSEARCH_CA_FILE'
>;

/**
 * A client for the Elasticsearch of the configuration.
 *
 * It does not retry: every caller has a retry of its own (Temporal for the activities, the client of the API for a
 * search), and two retries on top of each other prolong an outage.
 */
export function createElasticsearchClient(config: Settings): Client {
  return new Client({
    node: config.ELASTICSEARCH_URL,
    maxRetries: 0,
    requestTimeout: 30_000,
    ...authentication(config),
    ...(config.ELASTICSEARCH_CA_FILE && { tls: { ca: readFileSync(config.ELASTICSEARCH_CA_FILE) } }),
  });
}

function authentication(config: Settings) {
  if (config.ELASTICSEARCH_API_KEY) return { auth: { apiKey: config.ELASTICSEARCH_API_KEY } };
  if (config.ELASTICSEARCH_USERNAME) {
    return {
      auth: { username: config.ELASTICSEARCH_USERNAME, password: config.ELASTICSEARCH_PASSWORD ?? '' },
    };
  }
  return {};
}
