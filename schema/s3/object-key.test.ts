import { expect, it } from 'vitest';
import { decodeEventKey } from './object-key.ts';

it.each([
  ['a+b/Firefox+Setup', 'a b/Firefox Setup'],
  ['a%2Bb%20c', 'a+b c'],
  ['%C3%A9%e2%82%ac%F0%9F%98%80%61', 'é€😀a'],
  ['100%', '100%'],
  ['%zz%4', '%zz%4'],
  ['%FF%41', '%FFA'],
  ['%C3%41', '%C3A'],
  ['%E2%82/%61', '%E2%82/a'],
  ['%C0%AF', '%C0%AF'],
  ['%ED%A0%80', '%ED%A0%80'],
  ['%F5%80%80%80', '%F5%80%80%80'],
  ['%2541', '%41'],
])('the key of %s is %s', (encoded, key) => {
  expect(decodeEventKey(encoded)).toBe(key);
});
