import { createServer } from 'node:net';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { listenHere } from '../tests/fixture/listen-here.ts';
import { createS3Client, createSqsClient } from './clients.ts';
import { sqsQueue } from './message-queue.ts';
import { s3Store } from './object-store.ts';

/** Sends `response` to each request after so many milliseconds, and then nothing more. */
function startSilentServer(response: string, delay = 0) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => setTimeout(() => socket.write(response), delay));
  });
  return listenHere(server);
}

it('a 404 that is not of S3 does not mean that the object is gone', async () => {
  const page =
    'HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\nContent-Type: text/html\r\n\r\n<h1>Hello</h1>';
  await using proxy = await startSilentServer(page);
  const store = s3Store(createS3Client({ ...loadConfig(), AWS_ENDPOINT_URL_S3: proxy.url }));
  await expect(store.open({ bucket: 'bucket', key: 'key' }, undefined)).rejects.toMatchObject({
    $metadata: { httpStatusCode: 404 },
  });
});

it('a hundred downloads do not wait for each other', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
  });
  await using silent = await listenHere(server);
  const store = s3Store(createS3Client({ ...loadConfig(), AWS_ENDPOINT_URL_S3: silent.url }));
  const stop = new AbortController();
  const downloads = Array.from({ length: 100 }, (_, key) =>
    store.open({ bucket: 'bucket', key: String(key) }, stop.signal),
  );
  const all = Promise.allSettled(downloads);
  await expect.poll(() => connections).toBe(100);
  stop.abort();
  await all;
});

describe('a server that accepts a request and then sends nothing more', { concurrent: true }, () => {
  const silent = forAllTests(() => startSilentServer(''));
  const stalling = forAllTests(() =>
    startSilentServer('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe first bytes'),
  );
  const config = () => ({
    ...loadConfig(),
    AWS_ENDPOINT_URL_S3: silent.url,
    AWS_ENDPOINT_URL_SQS: silent.url,
  });
  const poll = (url: string) =>
    sqsQueue(
      createSqsClient({ ...config(), AWS_ENDPOINT_URL_SQS: url }),
      `${url}/1/queue`,
      { waitSeconds: 6, visibilitySeconds: 30 },
      () => undefined,
    ).receive(1);
  const object = new GetObjectCommand({ Bucket: 'bucket', Key: 'key' });

  it('fails a request to S3', async () => {
    await expect(createS3Client(config()).send(object)).rejects.toThrow('exceeded');
  }, 30_000);

  it('fails the body of an object in S3', async () => {
    const { Body: body } = await createS3Client({ ...config(), AWS_ENDPOINT_URL_S3: stalling.url }).send(
      object,
    );
    await expect(body?.transformToByteArray()).rejects.toThrow('timed out');
  }, 30_000);

  it('fails a request to SQS', async () => {
    const request = new GetQueueAttributesCommand({ QueueUrl: `${silent.url}/1/queue` });
    await expect(createSqsClient(config()).send(request)).rejects.toThrow('exceeded');
  }, 30_000);

  it('fails a long poll', async () => {
    await expect(poll(silent.url)).rejects.toThrow();
  }, 30_000);

  it('does not end a long poll that returns nothing for longer than other requests may take', async () => {
    await using empty = await startSilentServer(
      'HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}',
      6_000,
    );
    expect(await poll(empty.url)).toEqual([]);
  }, 30_000);
});
