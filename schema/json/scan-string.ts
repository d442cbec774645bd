import { JsonSyntaxError } from './json-syntax-error.ts';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const FOUR_HEX_DIGITS = /[0-9a-fA-F]{4}/y;
/** Everything up to the quote that ends the string, an escape, or a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON forbids in strings
const PLAIN_RUN = /[^"\\\u0000-\u001f]*/y;

/**
 * Reads the JSON string whose opening quote is at `start`; `end` is the index behind the closing quote.
 *
 * @throws {JsonSyntaxError} at the places where CPython's scanner (`_json.c`) raises.
 */
export function scanString(text: string, start: number): { value: string; end: number } {
  let value = '';
  let index = start + 1;
  for (;;) {
    PLAIN_RUN.lastIndex = index;
    const run = PLAIN_RUN.exec(text)?.[0] ?? '';
    value += run;
    index += run.length;
    const stop = text[index];
    if (stop === '"') return { value, end: index + 1 };
    if (stop === undefined) throw new JsonSyntaxError('Unterminated string starting at', text, start);
    if (stop !== '\\') throw new JsonSyntaxError('Invalid control character at', text, index);

    const escaped = text[index + 1];
    if (escaped === undefined) throw new JsonSyntaxError('Unterminated string starting at', text, start);
    if (escaped === 'u') {
      value += String.fromCharCode(hexEscape(text, index));
      index += 6;
    } else {
      const character = Object.hasOwn(SHORT_ESCAPES, escaped) ? SHORT_ESCAPES[escaped] : undefined;
      if (character === undefined) throw new JsonSyntaxError('Invalid \\escape', text, index);
      value += character;
      index += 2;
    }
  }
}

function hexEscape(text: string, index: number): number {
  FOUR_HEX_DIGITS.lastIndex = index + 2;
  const digits = FOUR_HEX_DIGITS.exec(text)?.[0];
  // CPython also wants one character more behind the digits, as no string can end with them.
  if (digits === undefined || index + 6 >= text.length) {
    throw new JsonSyntaxError('Invalid \\uXXXX escape', text, index + 1);
  }
  return Number.parseInt(digits, 16);
}
