import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { lister, takeObjects } from './list-keys.ts';

test('takes the objects out of a listing as AWS sends it, and leaves the rest', () => {
  const object = (key: string, etag: string) =>
    `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>${etag}</ETag>` +
    '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>7</Size>' +
    '<Owner><ID>x</ID></Owner><StorageClass>STANDARD</StorageClass></Contents>';
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    '<Name>b</Name><Prefix></Prefix><KeyCount>3</KeyCount><IsTruncated>false</IsTruncated>';
  const tail = '<CommonPrefixes><Prefix>pub/</Prefix></CommonPrefixes></ListBucketResult>';
  const objects = [
    object('a/buildhub.json', '&quot;0123&quot;'),
    object('a&amp;b&lt;c&#13;', '"45-2"'),
    '<Contents><Key>without</Key></Contents>',
  ];
  expect(takeObjects(head + objects.join('') + tail)).toEqual({
    objects: [{ key: 'a/buildhub.json', etag: '0123' }, { key: 'a&b<c\r', etag: '45-2' }, { key: 'without' }],
    rest: head + tail,
  });
});

test('leaves other XML unchanged', () => {
  const error = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';
  expect(takeObjects(error)).toEqual({ objects: [], rest: error });
});

test('continues behind a page without keys, which S3 may return for many deleted objects', async () => {
  const page = (words: string) => `<?xml version="1.0"?><ListBucketResult>${words}</ListBucketResult>`;
  // A stand-in: no emulator of S3 returns such a page.
  const server = createServer(({ url = '' }, response) => {
    const isFirst = !url.includes('continuation-token=here');
    response.setHeader('Content-Type', 'application/xml');
    response.end(
      isFirst
        ? page('<IsTruncated>true</IsTruncated><NextContinuationToken>here</NextContinuationToken>')
        : page('<IsTruncated>false</IsTruncated><Contents><Key>x</Key></Contents>'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  try {
    const list = lister(s3, 'bucket', new AbortController().signal);
    expect(await list({ prefix: '', after: 'a' })).toMatchObject({
      objects: [{ key: 'x' }],
      isTruncated: false,
    });
  } finally {
    s3.destroy();
    server.close();
  }
});
