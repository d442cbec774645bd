import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { createRateLimiter, whyDenied } from './read-objects.ts';

/** What is over first. Timers go off in the order in which they are due, however long the machine holds them up. */
async function firstOf(paced: Promise<unknown>, other: Promise<unknown>): Promise<string> {
  const first = await Promise.race([paced.then(() => 'paced'), other.then(() => 'other')]);
  await Promise.all([paced, other]);
  return first;
}

test('lets callers pass at an even rate, however many wait', async () => {
  const began = performance.now();
  const untilAllowed = createRateLimiter(100);
  const passed = Promise.all(
    Array.from({ length: 30 }, async () => {
      await untilAllowed();
      return performance.now() - began;
    }),
  );
  expect(await firstOf(passed, sleep(1_000))).toBe('paced');
  for (const [turn, milliseconds] of (await passed).entries())
    expect(milliseconds).toBeGreaterThanOrEqual((turn + 1) * 10 - 5);
});

test('without a limit all objects are read at once', async () => {
  const untilAllowed = createRateLimiter(undefined);
  const passed = Promise.all(Array.from({ length: 1_000 }, untilAllowed));
  expect(await firstOf(passed, tick())).toBe('paced');
});

const failure = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', message: 'Why', $metadata: { httpStatusCode } });

test.each([
  ...['AccessDenied', 'InvalidObjectState', 'KMS.DisabledException', 'InvalidRequest'].map(
    (name) => [name, true] as const,
  ),
  ...['ExpiredToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'SlowDown'].map(
    (name) => [name, false] as const,
  ),
])('%s is about the object: %s', (name, isAboutObject) => {
  const reason = isAboutObject ? `S3 returns 403 ${name}: Why` : undefined;
  expect(whyDenied(failure(name, 403))).toBe(reason);
});

test('no response at all can pass', () => {
  expect(whyDenied(new Error('socket hang up'))).toBeUndefined();
});
