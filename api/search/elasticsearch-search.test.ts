import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOfflineApp } from '../testing/offline-app.ts';

/** What Elasticsearch answers when its time is over: the hits of one segment, say, out of many. */
const partial = {
  took: 10_001,
  timed_out: true,
  _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
  hits: { total: 2, max_score: 1, hits: [{ _index: 'buildhub2-000001', _id: '1', _score: 1, _source: {} }] },
};

let server: Server;
let elasticsearch: Client;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Elastic-Product': 'Elasticsearch' });
    response.end(JSON.stringify(partial));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  elasticsearch = new Client({ node: `http://127.0.0.1:${port}`, maxRetries: 0 });
});
afterAll(async () => {
  await elasticsearch.close();
  server.close();
});

function search(body: unknown): Promise<Response> {
  const app = createOfflineApp({}, { elasticsearch });
  return Promise.resolve(app.request('/api/search', { method: 'POST', body: JSON.stringify(body) }));
}

describe('an answer that Elasticsearch had too little time for', () => {
  it.each([{}, { timeout: '20s' }, { timeout: '-1' }, { timeout: null }])(
    'is no answer to %j, which wants all',
    async (body) => {
      const response = await search(body);
      expect(response.status).toBe(500);
      expect(response.headers.get('Content-Type')).toBe('text/html');
      expect(await response.text()).toBe('<h1>Server Error (500)</h1>');
    },
  );

  it.each(['5ms', '10s'])('is what a client that allows it %s gets', async (timeout) => {
    const response = await search({ timeout });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ timed_out: true, hits: { total: 2 } });
  });

  it('is none to a route that is asked for the newest builds', async () => {
    const app = createOfflineApp({}, { elasticsearch });
    const response = await app.request('/api/latest?product=firefox');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining('took longer than 10 seconds') });
  });
});
