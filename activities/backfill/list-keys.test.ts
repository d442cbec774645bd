import { expect, test } from 'vitest';
import { takeObjects } from './list-keys.ts';

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
