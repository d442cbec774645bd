import { request } from 'node:http';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { clientLimit, clientOf } from './client-limit.ts';
import { serveApp } from './testing/serve-app.ts';

it.each([
  [0, '192.0.2.7', '10.0.0.1'],
  [1, 'made up, 192.0.2.7', '192.0.2.7'],
  [1, '192.0.2.7:4711', '192.0.2.7'],
  [2, 'made up, 192.0.2.7, 10.0.0.9', '192.0.2.7'],
  [2, '192.0.2.7', '192.0.2.7'],
  [1, '', '10.0.0.1'],
  [1, '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  [1, '[2001:db8:1::6]:443', '2001:db8:1:0'],
  [1, '::1', '0:0:0:0'],
])('behind %d proxies, X-Forwarded-For %j is the client %s', async (hops, forwarded, expected) => {
  const app = new Hono().get('/', (c) => c.text(clientOf(c, hops)));
  const headers = { 'X-Forwarded-For': forwarded };
  const env = { incoming: { socket: { remoteAddress: '::ffff:10.0.0.1' } } };
  const response = await app.request('/', { headers }, env);
  expect(await response.text()).toBe(expected);
});

it('a client has its places until its responses are taken, and others have theirs', async () => {
  const large = 'x'.repeat(8_000_000);
  const app = new Hono().use(clientLimit(2, 1)).get('/', (c) => c.text(large));
  await using served = await serveApp(app);
  /** Requests the large response and does not read it. */
  const stall = () =>
    new Promise<() => void>((resolve) => {
      const sent = request(served.url, { agent: false, headers: { 'X-Forwarded-For': '192.0.2.7' } }, () =>
        resolve(() => sent.destroy()),
      ).end();
      sent.on('error', () => undefined);
    });
  const status = async (client: string) => {
    const response = await fetch(served.url, { headers: { 'X-Forwarded-For': client } });
    await response.text();
    return response.status;
  };
  const stalled = await Promise.all([stall(), stall()]);
  expect(await status('192.0.2.7')).toBe(429);
  expect(await status('another, 192.0.2.7')).toBe(429);
  expect(await status('192.0.2.8')).toBe(200);
  for (const stop of stalled) stop();
  await expect.poll(() => status('192.0.2.7')).toBe(200);
});
