import { describe, expect, it } from 'vitest';
import { canonicalJson, stringifyJson } from './canonical-json.ts';
import { parseJson } from './parse-json.ts';

describe('canonicalJson', () => {
  it('sorts keys by code point at every level and leaves arrays alone', () => {
    const text = '{"😀":1,"\uffff":2,"b":{"z":1,"a":2},"a":[3,1,2],"10":4,"9":5}';
    expect(canonicalJson(parseJson(text))).toBe(
      '{"10": 4, "9": 5, "a": [3, 1, 2], "b": {"a": 2, "z": 1}, "\\uffff": 2, "\\ud83d\\ude00": 1}',
    );
  });

  it('gives the same text for any order of keys and any white space', () => {
    const members = ['"a":1.50', '"b":{"c":[],"d":{}}', '"é":"\u007f"', '"__proto__":{"x":null}'];
    const orders = members.map((_, start) => [...members.slice(start), ...members.slice(0, start)]);
    const texts = orders.map((order, index) => `{${order.join(index % 2 ? ' ,\n\t' : ',')}}`);
    expect(new Set(texts.map((text) => canonicalJson(parseJson(text)))).size).toBe(1);
  });

  it('reads its own text back to the same text', () => {
    const text = canonicalJson(parseJson('{"b":[1e16,-0,0.00001,"\\ud800\\u2028/"],"a":NaN}'));
    expect(text).toBe('{"a": NaN, "b": [1e+16, 0, 1e-05, "\\ud800\\u2028/"]}');
    expect(canonicalJson(parseJson(text))).toBe(text);
  });
});

describe('stringifyJson', () => {
  it('keeps number tokens, key order and characters as published', () => {
    const text = '{"2":1.0,"1":1E2,"__proto__":-0,"n":9007199254740993,"é":"ü😀"}';
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('drops white space and keeps the last of repeated keys in the place of the first', () => {
    expect(stringifyJson(parseJson('{ "a" : 1, "b" : [ 1 , 2 ], "a" : 3 }'))).toBe('{"a":3,"b":[1,2]}');
  });
});
