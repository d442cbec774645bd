import { S3ServiceException } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { whyDenied } from './why-denied.ts';

const answer = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', message: 'Why', $metadata: { httpStatusCode } });

test.each([
  ['AccessDenied', 403],
  ['InvalidObjectState', 403],
  ['KMS.DisabledException', 400],
  ['InvalidRequest', 400],
])('%s is about the object', (name, status) => {
  expect(whyDenied(answer(name, status))).toBe(`S3 answers ${status} ${name}: Why`);
});

test.each([
  ['ExpiredToken', 400],
  ['InvalidAccessKeyId', 403],
  ['SignatureDoesNotMatch', 403],
  ['RequestTimeTooSkewed', 403],
  ['SlowDown', 503],
  ['InternalError', 500],
])('%s can pass', (name, status) => {
  expect(whyDenied(answer(name, status))).toBeUndefined();
});

test('no answer at all can pass', () => {
  expect(whyDenied(new Error('socket hang up'))).toBeUndefined();
});
