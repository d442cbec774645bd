import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { shortFailure } from './short-failure.ts';

const reason = new Error('cannot execute INSERT in a read-only transaction');

test('of a failed statement only what PostgreSQL says is left', () => {
  const failed = new DrizzleQueryError('insert into builds', ['x'.repeat(3_000_000)], reason);
  expect(shortFailure(failed)).toBe(reason);
  expect(shortFailure(new Error('Not inserted', { cause: failed }))).toMatchObject({ cause: reason });
});

test('every text is short, however deep it is', () => {
  const error = new Error('x'.repeat(3_000_000));
  for (let cause: Error = error, depth = 0; depth < 20; depth++)
    cause = cause.cause = new Error('y'.repeat(3_000_000));
  const texts: string[] = [];
  for (let each = shortFailure(error); each instanceof Error; each = each.cause)
    texts.push(each.message, each.stack ?? '');
  expect(texts.join('').length).toBeLessThan(100_000);
  expect(texts[0]).toContain('(3000000 characters)');
});

test('an error that is its own cause is not any more', () => {
  const error = new Error('Turns');
  error.cause = error;
  expect(shortFailure(error)).toMatchObject({ message: 'Turns', cause: undefined });
});
