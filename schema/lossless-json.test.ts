import { expect, it } from 'vitest';
import { memberAt, numberText, parseLossless } from './lossless-json.ts';

it('keeps every number as it was written', () => {
  const text =
    '{"b":1.0,"a":1E2,"__proto__":-0,"n":9007199254740993,"é":"ü😀\\ud800","x":[1.50,{"y":null,"z":1e-400}]}';
  expect(JSON.stringify(parseLossless(text))).toBe(text);
});

it.each(['7', '-7', '-0', '1.0', '1e1', '999999999999999', '1000000000000000'])(
  'knows the text of %s, alone, in an object and in a list',
  (text) => {
    expect(numberText(parseLossless(text))).toBe(text);
    expect(numberText(memberAt(parseLossless(`{"a":{"b": ${text}}}`), 'a', 'b'))).toBe(text);
    expect(JSON.stringify(parseLossless(`[0,${text},\n${text}\t]`))).toBe(`[0,${text},${text}]`);
  },
);

it('takes a key __proto__ for a member like any other', () => {
  const value = parseLossless('{"__proto__":{"evil":1.0}}');
  expect(value).not.toHaveProperty('evil');
  expect(memberAt(value, '__proto__', 'evil')).toEqual(JSON.rawJSON('1.0'));
  expect(memberAt(parseLossless('{}'), '__proto__')).toBeUndefined();
  expect(memberAt(parseLossless('1.0'), 'rawJSON')).toBeUndefined();
});

it.each(['[', '[1.0,', '{"a":'])('refuses what is nested too deeply: %s', (opening) => {
  const closing = opening.startsWith('[') ? ']' : '}';
  const nested = (depth: number) => `${opening.repeat(depth)}0${closing.repeat(depth)}`;
  expect(() => parseLossless(nested(101))).toThrow('Nested deeper than 100 levels');
  expect(() => parseLossless(nested(500_000))).toThrow('Nested deeper than 100 levels');
  expect(parseLossless(nested(100))).toBeInstanceOf(Object);
});
