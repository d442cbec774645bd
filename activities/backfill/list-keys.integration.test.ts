import { ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { lister, listObjects } from './list-keys.ts';

const sandbox = forAllTests(createSandbox);
const { signal } = new AbortController();

/** What XML, a URL and a regular expression have their own ideas about. */
const keys = [
  'plain/buildhub.json',
  'a&b <c> "d" \'e\'/buildhub.json',
  '<Key>nested</Key>/<ETag>"x"</ETag>/buildhub.json',
  ']]>/<![CDATA[x]]>/<!-- y -->/buildhub.json',
  'a+b c%20d%/buildhub.json',
  '&amp;&#34;&quot;&lt;/buildhub.json',
  'ü/\u{1f98a}/$&$1/buildhub.json',
  'a\ttab/buildhub.json',
  ' begins and ends with blanks ',
];

beforeAll(async () => {
  for (const [index, key] of keys.entries()) await sandbox.put(key, `content ${index}`);
});

describe('listObjects returns what the SDK returns', () => {
  test.each<[string, Partial<ListObjectsV2CommandInput>]>([
    ['with encoded keys', { EncodingType: 'url' }],
    ['with folders', { EncodingType: 'url', Delimiter: '/' }],
    ['in a folder', { EncodingType: 'url', Prefix: 'plain/' }],
    ['a part at a time', { EncodingType: 'url', MaxKeys: 3 }],
    ['of nothing', { EncodingType: 'url', Prefix: 'none/' }],
  ])('%s', async (_, options) => {
    const input = { Bucket: sandbox.config.S3_BUCKET, ...options };
    const { $metadata: _own, objects, ...response } = await listObjects(sandbox.s3, input, signal);
    const {
      $metadata: _sdk,
      Contents = [],
      ...expected
    } = await sandbox.s3.send(new ListObjectsV2Command(input));
    expect(objects).toEqual(Contents.map(({ Key, ETag }) => ({ key: Key, etag: ETag?.replaceAll('"', '') })));
    expect(response).toEqual(expected);
  });

  test('if the bucket is missing', async () => {
    await expect(listObjects(sandbox.s3, { Bucket: 'there-is-none' }, signal)).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});

test('a listing has the keys that were put, whatever they are made of', async () => {
  const { objects, isTruncated } = await lister(sandbox.s3, sandbox.config.S3_BUCKET, signal)({ prefix: '' });
  expect(objects.map(({ key }) => key).sort()).toEqual([...keys].sort());
  expect(objects.every(({ etag }) => /^[0-9a-f]{32}$/.test(etag ?? ''))).toBe(true);
  expect(isTruncated).toBe(false);
});
