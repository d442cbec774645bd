import { hash } from 'node:crypto';
import { compareCodePoints } from './compare-code-points.ts';
import { type JsonValue, numberText } from './lossless-json.ts';

/**
 * The identity of a build's content, equal to Buildhub2's for every valid build: `v1:` and the MD5 of its canonical
 * JSON. It depends neither on white space nor on the order of keys, nor on the S3 object that held the text.
 */
export function buildHash(build: JsonValue): string {
  return `v1:${hash('md5', canonicalJson(build))}`;
}

/** The text of Python's `json.dumps(value, sort_keys=True)`, byte for byte, since that is what Buildhub2 hashed. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return asciiString(value);
  const number = numberText(value);
  if (number !== undefined) return pythonNumber(number);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, member]) => `${asciiString(key)}: ${canonicalJson(member)}`);
  return `{${members.join(', ')}}`;
}

// `u` is left out on purpose: a pair of surrogates is written as two escapes, and a lone one as itself.
const notPrintableAscii = /[^\x20-\x7e]/g;

function asciiString(value: string): string {
  // JSON.stringify has Python's short escapes and lower case `\u00XX`, and leaves only U+007F and beyond to do.
  return JSON.stringify(value).replace(
    notPrintableAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python reads a number without fraction and exponent as an integer of any length, and any other as a double. */
function pythonNumber(text: string): string {
  if (!/^-?\d+$/.test(text)) return pythonFloat(Number(text));
  return text === '-0' ? '0' : text;
}

/**
 * A double as Python writes it. Both languages print the shortest digits that read back to the same double; they
 * differ in where the exponent form begins (below 1e-4 and from 1e16 on in Python) and in its shape (`1e-05`, `1.0`).
 */
function pythonFloat(value: number): string {
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';

  if (exponent < -4 || exponent >= 16) {
    const exponentDigits = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${exponentDigits}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
