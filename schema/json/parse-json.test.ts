import { describe, expect, it } from 'vitest';
import { JsonSyntaxError } from './json-syntax-error.ts';
import { fromPlain, JsonNumber, memberAt, toPlain } from './json-value.ts';
import { MAX_JSON_DEPTH, parseJson } from './parse-json.ts';

describe('parseJson', () => {
  it.each(['[', '{"a":'])(
    'refuses a text nested beyond the limit instead of overflowing the stack: %s',
    (opening) => {
      expect(() => parseJson(opening.repeat(1_000_000))).toThrow(JsonSyntaxError);
      expect(() => parseJson(opening.repeat(1_000_000))).toThrow(
        /^Nested too deeply \(more than 900 levels\): line 1/,
      );
      expect(() => parseJson('['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH))).not.toThrow();
    },
  );

  it('counts code points, so that a place is the one an editor shows', () => {
    const error = (() => {
      try {
        return parseJson('{"😀": "é",\n "b" 1}');
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({
      message: "Expecting ':' delimiter: line 2 column 6 (char 16)",
      reason: "Expecting ':' delimiter",
      position: 16,
    });
  });

  it('keeps the token of a number', () => {
    expect(parseJson('1.0')).toEqual(new JsonNumber('1.0'));
    expect(memberAt(parseJson('{"a":{"b":1E2}}'), 'a', 'b')).toEqual(new JsonNumber('1E2'));
    expect(memberAt(parseJson('{"a":1}'), 'a', 'b')).toBeUndefined();
  });
});

describe('toPlain', () => {
  it('gives what JSON.parse gives, __proto__ included', () => {
    const text = '{"b":[1,2.5,{"c":null}],"10":true,"1":"x","__proto__":{"evil":1}}';
    const plain = toPlain(parseJson(text));
    expect(plain).toStrictEqual(JSON.parse(text));
    expect(JSON.stringify(plain)).toBe(JSON.stringify(JSON.parse(text)));
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(plain).not.toHaveProperty('evil');
  });

  it('is undone by fromPlain for values that JavaScript can hold', () => {
    const plain = { a: [1, 2.5, 1e21, null, true], b: { c: 'x' } };
    expect(toPlain(fromPlain({ ...plain, gone: undefined }))).toEqual(plain);
    expect(() => fromPlain({ f: () => 1 })).toThrow('JSON cannot hold a value of type function');
  });
});
