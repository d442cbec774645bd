import { expect, it } from 'vitest';
import { fromPlain, type JsonObject, toPlain } from '../../../schema/json/json-value.ts';
import { timeLimit } from './time-limit.ts';

it.each([
  [undefined, '10000ms'],
  ['1ms', '1ms'],
  ['9s', '9s'],
  ['11s', '10000ms'],
  ['1d', '10000ms'],
  ['-1', '10000ms'],
  ['0', '10000ms'],
  ['5nanos', '5nanos'],
  // No time at all: Elasticsearch says what is wrong with it.
  ['soon', 'soon'],
  [5, 5],
])('a timeout of %s becomes %s', (asked, given) => {
  const body = fromPlain({ timeout: asked }) as JsonObject;
  timeLimit(10_000).search?.(body);
  expect(toPlain(body)).toEqual({ timeout: given });
});
