import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { bindingsOf } from '../client-limit.ts';
import { serveApp } from '../testing/serve-app.ts';
import type { HitPage } from './point-in-time.ts';
import { rowFormats } from './row-formats.ts';
import { rowStream } from './row-stream.ts';

const options = {
  format: rowFormats.ndjson,
  limit: 1e9,
  logger: pino({ level: 'silent' }),
  onCutOff: () => undefined,
};
const page: HitPage = { total: 1, hits: [{ _id: '1', _source: { text: 'x'.repeat(1_000_000) } }] };

it('asks for a page only when the one before was taken, and closes behind the reader', async () => {
  let read = 0;
  let isClosed = false;
  async function* pages(): AsyncGenerator<HitPage, void, undefined> {
    try {
      for (;;) {
        read += 1;
        yield page;
      }
    } finally {
      isClosed = true;
    }
  }
  const stream = rowStream(page, pages(), { ...options, stallLimit: 10_000, onEnd: () => undefined });
  const reader = stream.getReader();
  await sleep(20);
  expect(read).toBe(0);
  await reader.read();
  await reader.read();
  await sleep(20);
  expect(read).toBe(1);
  await reader.cancel();
  expect(isClosed).toBe(true);
});

it('a connection that is not read is cut off, however much there is', async () => {
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<HitPage, void, undefined> {
    for (;;) yield page;
  }
  const app = new Hono().get('/', () => {
    return new Response(rowStream(page, endless(), { ...options, stallLimit: 100, onEnd: ended.resolve }));
  });
  await using served = await serveApp(app);
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await ended.promise;
  socket.destroy();
});

it('an export that fails is no normal end over HTTP/1.0 either, as proxies use it', async () => {
  // biome-ignore lint/correctness/useYield: it fails before there is anything
  async function* failing(): AsyncGenerator<HitPage, void, undefined> {
    throw new Error('Elasticsearch has gone');
  }
  const app = new Hono().get('/', (c) => {
    const onCutOff = () => bindingsOf(c).incoming?.socket.resetAndDestroy();
    const given = { ...options, stallLimit: 10_000, onEnd: () => undefined, onCutOff };
    return new Response(rowStream(page, failing(), given));
  });
  await using served = await serveApp(app);
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1').resume();
  const failed = new Promise((resolve) => socket.on('error', resolve).on('end', resolve));
  socket.write('GET / HTTP/1.0\r\nHost: localhost\r\n\r\n');
  expect(await failed).toMatchObject({ code: 'ECONNRESET' });
});
