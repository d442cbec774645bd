import { describe, expect, it } from 'vitest';
import { decodeEventKey } from './object-key.ts';

describe('decodeEventKey', () => {
  it.each([
    ['plain/key.json', 'plain/key.json'],
    ['a+b/Firefox+Setup', 'a b/Firefox Setup'],
    ['a%2Bb%20c', 'a+b c'],
    ['%C3%A9%E2%82%AC%F0%9F%98%80%61', 'é€😀a'],
    ['%c3%a9', 'é'],
    ['100%', '100%'],
    ['%zz%4', '%zz%4'],
    ['%FF%41', '%FFA'],
    ['%C3%41', '%C3A'],
    ['%E2%82/%61', '%E2%82/a'],
    ['%C0%AF', '%C0%AF'],
    ['%ED%A0%80', '%ED%A0%80'],
    ['%F5%80%80%80', '%F5%80%80%80'],
    ['%2541', '%41'],
  ])('%s is %s', (encoded, key) => {
    expect(decodeEventKey(encoded)).toBe(key);
  });

  it('undoes the encoding of S3 for any key', () => {
    const keys = ['a b+c%/é€😀', '%41+%', 'x&y=z?#;:@$,', "it's (1)*!~"];
    const encode = (key: string) => encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
    expect(keys.map((key) => decodeEventKey(encode(key)))).toEqual(keys);
  });
});
