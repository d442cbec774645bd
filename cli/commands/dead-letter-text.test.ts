import { expect, test } from 'vitest';
import { describeBody } from './dead-letter-text.ts';

test('a dead letter is shown by the objects that it tells of, and by its beginning where it tells of none', () => {
  const record = (key: string) => ({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    responseElements: { padding: 'x'.repeat(300) },
    s3: { bucket: { name: 'builds' }, object: { key } },
  });
  const body = JSON.stringify({ Records: [record('a%20b/buildhub.json'), record('c/buildhub.json'), {}] });
  expect(describeBody(body)).toEqual(['s3://builds/a b/buildhub.json', 's3://builds/c/buildhub.json']);
  expect(describeBody('no\n event')).toEqual(['no event']);
  expect(describeBody('x'.repeat(200))).toEqual([`${'x'.repeat(160)} …`]);
});
