import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createOfflineApp } from '../testing/offline-app.ts';
import { apiRoute, mountRoutes } from './api-route.ts';

const app = new OpenAPIHono();
mountRoutes(
  app,
  [
    apiRoute(
      {
        method: 'get',
        path: '/things/{kind}/{name}',
        restParameter: 'name',
        operationId: 'getThing',
        tag: 'Things',
        summary: 'A thing',
        pathParameters: z.object({ kind: z.enum(['a', 'b'], 'must be a or b'), name: z.string() }),
        query: z.object({
          limit: z.coerce.number().int().min(1, 'must be at least 1').default(10),
          tag: z.array(z.string().max(3, 'must have up to three letters')).optional(),
          since: z.iso.date('must be a date').optional(),
        }),
        responses: {},
      },
      (c, { path, query }) => {
        if (path.name === 'fault') throw new Error('secret');
        return c.json({ ...path, ...query });
      },
    ),
  ],
  pino({ level: 'silent' }),
);
const ask = async (path: string, init?: RequestInit) => {
  const response = await app.request(path, init);
  return { status: response.status, headers: response.headers, body: await response.json() };
};

describe('mountRoutes', () => {
  it('gives the handler what the schemas make of the parameters', async () => {
    const { status, body } = await ask('/things/a/x/y%20z?limit=3&tag=one&tag=two');
    expect(status).toBe(200);
    expect(body).toEqual({ kind: 'a', name: 'x/y z', limit: 3, tag: ['one', 'two'] });
  });

  it.each(['0x10', '1e1', '%205', '1.0', '%2B5', ''])('takes %j for no whole number', async (limit) => {
    expect((await ask(`/things/a/x?limit=${limit}`)).status).toBe(400);
  });

  it('lists everything that is wrong, and the parameters that exist', async () => {
    const { status, body } = await ask('/things/a/x?limit=0&tag=long&since=a&since=b&nonsense=1');
    expect(status).toBe(400);
    expect(body.problems).toEqual([
      { in: 'query', name: 'limit', problem: 'must be at least 1, not "0"' },
      { in: 'query', name: 'tag', problem: 'must have up to three letters, not "long"' },
      { in: 'query', name: 'since', problem: 'is given more than once; give it once' },
      {
        in: 'query',
        name: 'nonsense',
        problem: 'is not a parameter of this endpoint (it takes limit, tag, since)',
      },
    ]);
    expect(body.error).toContain(
      'query parameter `limit` must be at least 1, not "0"; query parameter `tag`',
    );
    const wrongPath = await ask('/things/c/x');
    expect(wrongPath.body.error).toBe('path parameter `kind` must be a or b, not "c"');
  });

  it.each([
    ['', 'is empty; give it a value, or leave it out'],
    ['%00', 'contains the character U+0000'],
    ['x'.repeat(10_001), 'is longer than 10000 characters'],
  ])('refuses what no service could take: %.20s', async (value, problem) => {
    const { status, body } = await ask(`/things/a/x?tag=${value}`);
    expect(status).toBe(400);
    expect(body.error).toContain(problem);
  });

  it('refuses other methods, with the ones that there are', async () => {
    const { status, headers, body } = await ask('/things/a/x', { method: 'DELETE' });
    expect(status).toBe(405);
    expect(headers.get('Allow')).toBe('GET, HEAD');
    expect(body).toEqual({ error: 'Use GET or HEAD for this address' });
    expect((await app.request('/things/a/x', { method: 'HEAD' })).status).toBe(200);
  });

  it('returns a fault of ours as JSON that gives nothing away', async () => {
    const { status, body } = await ask('/things/a/fault');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

it('without PostgreSQL a record is not available, and there is a time to try again', async () => {
  const response = await createOfflineApp().request('/api/records/1');
  expect(response.status).toBe(503);
  expect(response.headers.get('Retry-After')).toBe('5');
  expect(await response.text()).toBe('{"error":"The database is unavailable. Try again soon."}');
});

it.each([
  '/api/search',
  '/api/latest',
  '/api/export',
  '/api/feed.atom',
  '/api/pushlog?from=20260101000000&to=20260101000000',
])('without Elasticsearch %s is not available, and there is a time to try again', async (path) => {
  const response = await createOfflineApp().request(path);
  expect(response.status).toBe(503);
  expect(response.headers.get('Retry-After')).toBe('5');
  expect(await response.json()).toEqual({
    error: 'Search is unavailable. Try again soon.',
  });
});
