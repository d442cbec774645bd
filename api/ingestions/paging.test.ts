import { expect, it } from 'vitest';
import { cursorParameter, writePosition } from '../openapi/paging.ts';

const parameter = cursorParameter(2);

it.each([
  'nonsense',
  '',
  writePosition(['1700000000123456', 'one id']),
  writePosition(['12x', 'a', 'b']),
  writePosition(['1', 'a', 'nul\0']),
  Buffer.from('{"a": 1}').toString('base64url'),
])('takes nothing else: %s', (text) => {
  expect(parameter.safeParse(text).error?.issues[0]?.message).toBe('must be what `next` had, as it was');
});
