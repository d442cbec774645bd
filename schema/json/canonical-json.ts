import { compareCodePoints } from '../compare-code-points.ts';
import { JsonNumber, type JsonValue } from './json-value.ts';
import { pythonFloat } from './python-float.ts';

/**
 * The text of Python's `json.dumps(value, sort_keys=True)`, byte for byte: it is what Buildhub2 hashed, and so what a
 * build's identity depends on (contract, section 4).
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, {
    keySeparator: ': ',
    itemSeparator: ', ',
    sortKeys: true,
    number: pythonNumber,
    string: asciiString,
  });
}

/** The text of Python's `json.dumps(value)`: the same with keys in the order they have. */
export function pythonJson(value: JsonValue): string {
  return write(value, {
    keySeparator: ': ',
    itemSeparator: ', ',
    sortKeys: false,
    number: pythonNumber,
    string: asciiString,
  });
}

/**
 * Compact JSON with number tokens and key order as published, for storing and for Elasticsearch. A token such as
 * `NaN` stays as it is, so the result is JSON only if the value was.
 */
export function stringifyJson(value: JsonValue): string {
  return write(value, {
    keySeparator: ':',
    itemSeparator: ',',
    sortKeys: false,
    number: publishedNumber,
    string: JSON.stringify,
  });
}

interface Style {
  keySeparator: string;
  itemSeparator: string;
  sortKeys: boolean;
  number: (value: JsonNumber) => string;
  string: (value: string) => string;
}

function write(value: JsonValue, style: Style): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return style.string(value);
  if (value instanceof JsonNumber) return style.number(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => write(item, style)).join(style.itemSeparator)}]`;
  }
  const entries = [...value];
  if (style.sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b));
  const members = entries.map(
    ([key, member]) => `${style.string(key)}${style.keySeparator}${write(member, style)}`,
  );
  return `{${members.join(style.itemSeparator)}}`;
}

function publishedNumber(value: JsonNumber): string {
  return value.token;
}

function pythonNumber(value: JsonNumber): string {
  if (!value.isIntegerToken) return pythonFloat(value.toNumber());
  return value.token === '-0' ? '0' : value.token;
}

// `u` is left out on purpose: a pair of surrogates is written as two escapes, and a lone one as itself.
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/g;

function asciiString(value: string): string {
  // JSON.stringify has Python's short escapes and lower case `\u00XX`, and leaves only U+007F and beyond to do.
  return JSON.stringify(value).replace(NOT_PRINTABLE_ASCII, unicodeEscape);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
