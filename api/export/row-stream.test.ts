import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { parseLossless } from '../../schema/lossless-json.ts';
import { serveApp } from '../testing/serve-app.ts';
import type { HitPage } from './point-in-time.ts';
import { rowFormats } from './row-formats.ts';
import { rowStream } from './row-stream.ts';

/** Pages of two hits each, and whether they were closed. */
function pages(count: number, failAt = Number.POSITIVE_INFINITY) {
  const seen = { read: 0, isClosed: false, ended: 0 };
  const page = (): HitPage => {
    if (seen.read === failAt) throw new Error('Elasticsearch is gone');
    seen.read += 1;
    return { total: 2 * count, hits: [1, 2].map((n) => parseLossless(`{"_id":"${2 * seen.read + n - 2}"}`)) };
  };
  async function* generate(): AsyncGenerator<HitPage, void, undefined> {
    try {
      while (seen.read < count) yield page();
    } finally {
      seen.isClosed = true;
    }
  }
  return { seen, generate };
}

async function streamOf(
  count: number,
  options: { limit?: number; failAt?: number; stallLimit?: number } = {},
) {
  const { seen, generate } = pages(count, options.failAt);
  const rest = generate();
  const first = (await rest.next()).value;
  if (!first) throw new Error('There is a first page');
  const stream = rowStream(first, rest, {
    format: rowFormats.ndjson,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
    stallLimit: options.stallLimit ?? 10_000,
    logger: pino({ level: 'silent' }),
    onEnd: () => {
      seen.ended += 1;
    },
  });
  return { seen, stream };
}

const ids = async (stream: ReadableStream<Uint8Array>) =>
  (await new Response(stream).text())
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: number }).id);

it('has every row of every page, and closes behind them', async () => {
  const { seen, stream } = await streamOf(3);
  expect(await ids(stream)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(seen).toEqual({ read: 3, isClosed: true, ended: 1 });
});

it.each([
  [1, [1], 1],
  [4, [1, 2, 3, 4], 2],
  [5, [1, 2, 3, 4, 5], 3],
])('ends after %d rows, and asks for no more pages', async (limit, expected, read) => {
  const { seen, stream } = await streamOf(10, { limit });
  expect(await ids(stream)).toEqual(expected);
  expect(seen).toEqual({ read, isClosed: true, ended: 1 });
});

it('asks for a page only when the one before was taken', async () => {
  const { seen, stream } = await streamOf(10);
  const reader = stream.getReader();
  await sleep(20);
  expect(seen.read).toBe(1);
  await reader.read();
  await reader.read();
  await sleep(20);
  expect(seen.read).toBe(2);
  await reader.cancel();
  expect(seen).toEqual({ read: 2, isClosed: true, ended: 1 });
});

it('an error on the way is an error for the reader, and never an end', async () => {
  const { seen, stream } = await streamOf(10, { failAt: 2 });
  await expect(ids(stream)).rejects.toThrow('Elasticsearch is gone');
  expect(seen).toEqual({ read: 2, isClosed: true, ended: 1 });
});

it('a client that takes nothing is cut off', async () => {
  const { seen, stream } = await streamOf(10, { stallLimit: 30 });
  const reader = stream.getReader();
  await reader.read();
  await sleep(80);
  await expect(reader.read()).rejects.toThrow('does not take');
  expect(seen).toEqual({ read: 1, isClosed: true, ended: 1 });
});

it('a connection that is not read is cut off, however much there is', async () => {
  const page: HitPage = { total: 1, hits: [{ _id: '1', _source: { text: 'x'.repeat(1_000_000) } }] };
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<HitPage, void, undefined> {
    for (;;) yield page;
  }
  const app = new Hono().get('/', () => {
    const options = {
      format: rowFormats.ndjson,
      limit: 1e9,
      stallLimit: 100,
      logger: pino({ level: 'silent' }),
    };
    return new Response(rowStream(page, endless(), { ...options, onEnd: ended.resolve }));
  });
  await using served = await serveApp(app);
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await ended.promise;
  socket.destroy();
});
