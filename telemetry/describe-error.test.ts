import { expect, test } from 'vitest';
import { describeError } from './describe-error.ts';

test('says what, with code, status and causes, and leaves out what clients attach', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
    code: 'ECONNREFUSED',
    port: 9,
  });
  const error = Object.assign(new TypeError('no response', { cause: refused }), {
    $metadata: { httpStatusCode: 503 },
    $response: { body: 'x'.repeat(10_000) },
  });
  expect(describeError(error)).toEqual({
    type: 'TypeError',
    message: 'no response',
    status: 503,
    cause: { type: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:9', code: 'ECONNREFUSED' },
    at: [expect.stringContaining('describe-error.test.ts')],
  });
});

test('finds the status that the client of Elasticsearch gives, and the class of a nameless error', () => {
  class ConflictError extends Error {}
  const error = Object.assign(new ConflictError('409'), { meta: { statusCode: 409 } });
  expect(describeError(error)).toMatchObject({ type: 'ConflictError', status: 409 });
});

test('keeps the errors of an aggregate, and ends where errors cause each other', () => {
  const [a, b] = [new Error('a'), new Error('b')];
  a.cause = b;
  b.cause = a;
  expect(JSON.stringify(describeError(a)).length).toBeLessThan(1_000);
  expect(describeError(new AggregateError([a, 'text'], 'both')).errors).toMatchObject([
    { message: 'a' },
    { type: 'string', message: 'text' },
  ]);
});

test('shortens a long message, and says how long it was', () => {
  expect(describeError(new Error('x'.repeat(5_000))).message).toMatch(/^x{1000} \.\.\. \(5000 characters\)$/);
});
