import { JsonNumber, type JsonValue } from './json-value.ts';
import { pythonFloat } from './python-float.ts';

/**
 * A value as Python's `repr` shows it, which is how the error messages of Buildhub2 and of Python's jsonschema name
 * values: `{'a': [1, None, True, 'x']}`.
 */
export function pythonRepr(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return reprString(value);
  if (value instanceof JsonNumber) return reprNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  const members = [...value].map(([key, member]) => `${reprString(key)}: ${pythonRepr(member)}`);
  return `{${members.join(', ')}}`;
}

const JSON_TO_REPR: Readonly<Record<string, string>> = { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' };

function reprNumber(value: JsonNumber): string {
  if (value.isIntegerToken) return value.token === '-0' ? '0' : value.token;
  const text = pythonFloat(value.toNumber());
  return JSON_TO_REPR[text] ?? text;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};
// Python's str.isprintable: everything but control, format, unassigned, private, surrogate and separator characters.
const ESCAPED = /(?! )[\\\p{C}\p{Z}]/gu;

function reprString(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replace(ESCAPED, (character) => SHORT_ESCAPES[character] ?? hexEscape(character));
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${digits.padStart(4, '0')}`;
  return `\\U${digits.padStart(8, '0')}`;
}
