import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { listenHere } from '../tests/fixture/listen-here.ts';
import { createElasticsearchClient } from './client.ts';
import { searchDefences, setSearchDefences } from './search-defences.ts';

it('sets what the cluster refuses and stops, and leaves it when it is set', async () => {
  const client = createElasticsearchClient(loadConfig());
  expect(await setSearchDefences(client)).toBe(true);
  expect(await setSearchDefences(client)).toBe(true);
  const { persistent } = await client.cluster.getSettings({ flat_settings: true });
  expect(persistent).toMatchObject(searchDefences);
  await client.close();
});

it('says if the key is not allowed to', async () => {
  // A cluster without security, as that of the tests, allows everything.
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(request.method === 'GET' ? 200 : 403, {
      'Content-Type': 'application/vnd.elasticsearch+json',
      'X-Elastic-Product': 'Elasticsearch',
    });
    response.end(JSON.stringify({ persistent: {}, transient: {} }));
  });
  await using listening = await listenHere(server);
  const client = createElasticsearchClient({ ...loadConfig(), ELASTICSEARCH_URL: listening.url });
  expect(await setSearchDefences(client)).toBe(false);
  await client.close();
});
