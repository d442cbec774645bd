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
  const { ELASTICSEARCH_API_KEY: apiKey, ELASTICSEARCH_USERNAME: username } = config;
  const { ELASTICSEARCH_PASSWORD: password = '' } = config;
  const auth = apiKey ? { apiKey } : username ? { username, password } : undefined;
  return new Client({
    node: config.ELASTICSEARCH_URL,
    maxRetries: 0,
    requestTimeout: 30_000,
    ...(auth && { auth }),
    ...(config.ELASTICSEARCH_CA_FILE && { tls: { ca: readFileSync(config.ELASTICSEARCH_CA_FILE) } }),
  });
}
