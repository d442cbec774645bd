import { gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { compressAnswers } from './compress-answers.ts';

const text = JSON.stringify({
  builds: Array.from({ length: 100 }, (_, at) => ({ id: at, product: 'firefox' })),
});
const app = new Hono();
app.use('/api/*', compressAnswers);
app.get('/api/broken', () => {
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls += 1;
      if (pulls < 3) controller.enqueue(new TextEncoder().encode(text));
      else controller.error(new Error('Elasticsearch went away'));
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } });
});
app.get(
  '/api/tagged',
  () => new Response(text, { headers: { 'Content-Type': 'application/json', ETag: '"x"' } }),
);
app.all('*', () => new Response(text, { headers: { 'Content-Type': 'application/json' } }));

const get = (path: string, encoding?: string) =>
  app.request(path, encoding === undefined ? {} : { headers: { 'Accept-Encoding': encoding } });

it.each(['/api/searchkit', '/api/export', '/api/ingestions', '/api/records/7'])(
  '%s is compressed',
  async (path) => {
    const response = await get(path, 'gzip, deflate, br, zstd');
    expect(response.headers.get('Content-Encoding')).toBe('gzip');
    expect(response.headers.get('Vary')).toBe('Accept-Encoding');
    expect(gunzipSync(await response.bytes()).toString()).toBe(text);
    const plain = await get(path);
    expect(plain.headers.get('Content-Encoding')).toBeNull();
    expect(await plain.text()).toBe(text);
  },
);

it('a tag says that the bytes are others', async () => {
  expect((await get('/api/tagged', 'gzip')).headers.get('ETag')).toBe('W/"x"');
});

it('what breaks off does not end properly', async () => {
  const response = await get('/api/broken', 'gzip');
  expect(response.headers.get('Content-Encoding')).toBe('gzip');
  await expect(response.bytes()).rejects.toThrow('Elasticsearch went away');
});
