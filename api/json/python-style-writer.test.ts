import { describe, expect, it } from 'vitest';
import { PythonStyleWriter } from './python-style-writer.ts';

const styled = (json: string) =>
  Buffer.from(new PythonStyleWriter(Buffer.from(json)).write()).toString('latin1');

describe('PythonStyleWriter', () => {
  it.each([
    ['{"a":1,"b":[1,2,{}]}', '{"a": 1, "b": [1, 2, {}]}'],
    ['[ 1 ,\n2 ]', '[1, 2]'],
    ['"a,b:c"', '"a,b:c"'],
    ['"a\\"b,c\\\\"', '"a\\"b,c\\\\"'],
    ['"\\/ \\u0041 \\u00E9"', '"/ A \\u00e9"'],
    ['"é € 😀"', '"\\u00e9 \\u20ac \\ud83d\\ude00"'],
    ['"\\ud800"', '"\\ud800"'],
    ['"\u007f"', '"\\u007f"'],
    ['[true,false,null]', '[true, false, null]'],
  ])('writes %s as %s', (input, output) => {
    expect(styled(input)).toBe(output);
  });

  it.each([
    ['1.0E21', '1e+21'],
    ['5.0E7', '50000000.0'],
    ['1.0E-4', '0.0001'],
    ['1.0E-5', '1e-05'],
    ['0.00001', '1e-05'],
    ['1.50', '1.5'],
    ['5.0212455', '5.0212455'],
    ['1.0', '1.0'],
    ['0.0', '0.0'],
    ['-0.0', '-0.0'],
    ['-0', '0'],
    ['-12', '-12'],
    ['9223372036854775807', '9223372036854775807'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['0.1000000000000000055511151231257827', '0.1'],
    ['123456789.125', '123456789.125'],
  ])('writes the number %s as %s', (input, output) => {
    expect(styled(`[${input}]`)).toBe(`[${output}]`);
  });

  it('grows for a text that becomes many times longer', () => {
    const text = 'é'.repeat(10_000);
    expect(styled(JSON.stringify(text))).toBe(`"${'\\u00e9'.repeat(10_000)}"`);
  });
});
