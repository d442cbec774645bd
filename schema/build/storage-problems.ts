import { JsonNumber, type JsonValue, memberAt } from '../json/json-value.ts';
import { pythonRepr } from '../json/python-repr.ts';
import { dateFields, keywordFields, longFields, MAX_KEYWORD_BYTES } from '../search/indexed-fields.ts';
import { shorten } from '../shorten.ts';
import { type Problem, problem, ROOT_PATH } from './invalid-build-error.ts';
import { searchableDate } from './searchable-date.ts';

/**
 * What in a document PostgreSQL's jsonb or Elasticsearch would refuse although schema.yaml allows it. Buildhub2 found
 * out too late: such a build crashed it in a loop, or was in the database and never in the search.
 */
export function findStorageProblems(value: JsonValue): Problem[] {
  return [
    ...findUnstorableText(value, []),
    ...dateFields.flatMap((path) => checkDate(path, memberAtPath(value, path))),
    ...longFields.flatMap((path) => checkInteger(path, memberAtPath(value, path))),
    ...keywordFields.flatMap((path) => checkKeyword(path, memberAtPath(value, path))),
  ];
}

function memberAtPath(value: JsonValue, path: string): JsonValue | undefined {
  return memberAt(value, ...path.split('.'));
}

function findUnstorableText(value: JsonValue, keys: string[]): Problem[] {
  if (typeof value === 'string') return checkText(value, keys);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => findUnstorableText(item, [...keys, String(index)]));
  }
  if (value instanceof Map) {
    return [...value].flatMap(([key, member]) => [
      ...checkText(key, keys),
      ...findUnstorableText(member, [...keys, key]),
    ]);
  }
  return [];
}

function checkText(text: string, keys: string[]): Problem[] {
  const path = keys.join('.').toWellFormed().replaceAll('\0', '\ufffd') || ROOT_PATH;
  const problems: Problem[] = [];
  if (text.includes('\0')) {
    problems.push(problem(path, 'nul', `${shown(text)} holds the character U+0000, which cannot be stored`));
  }
  if (!text.isWellFormed()) {
    const complaint = `${shown(text)} holds half of a surrogate pair, which is no character and cannot be stored`;
    problems.push(problem(path, 'surrogate', complaint));
  }
  return problems;
}

function checkDate(path: string, value: JsonValue | undefined): Problem[] {
  if (typeof value !== 'string' || searchableDate(value) !== undefined) return [];
  const complaint = `${shown(value)} is not a date that can be searched (ISO 8601 such as 2019-10-16T16:19:57Z, or milliseconds since 1970)`;
  return [problem(path, 'date', complaint)];
}

function checkInteger(path: string, value: JsonValue | undefined): Problem[] {
  if (!(value instanceof JsonNumber)) return [];
  const complaint = integerStorageProblem(value);
  return complaint === undefined ? [] : [problem(path, 'number', `${shorten(value.token)} ${complaint}`)];
}

function checkKeyword(path: string, value: JsonValue | undefined): Problem[] {
  // No text has more than three bytes for each of its UTF-16 units, so most need no counting.
  if (typeof value !== 'string' || value.length * 3 <= MAX_KEYWORD_BYTES) return [];
  const bytes = new TextEncoder().encode(value).length;
  if (bytes <= MAX_KEYWORD_BYTES) return [];
  const complaint = `${shown(value)} has ${bytes} bytes of UTF-8; at most ${MAX_KEYWORD_BYTES} can be searched`;
  return [problem(path, 'keyword-length', complaint)];
}

function shown(text: string): string {
  return shorten(pythonRepr(text));
}

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
/** Elasticsearch's JSON parser (Jackson) refuses longer tokens. */
const MAX_TOKEN_LENGTH = 1000;
/** PostgreSQL's numeric has room for 16,383 digits behind the point; no number of bytes comes near even this. */
const MAX_EXPONENT = 1000;
const DECIMAL = /^(?<sign>-?)(?<whole>[0-9]+)(?:\.(?<fraction>[0-9]+))?(?:[eE](?<exponent>[-+]?[0-9]+))?$/;

/**
 * Why a number that schema.yaml takes for an integer fits neither the index's `long` nor jsonb's `numeric`, or
 * undefined if it fits both. Numbers that are no integers at all (`1.5`, `NaN`) are the schema's business and pass.
 */
function integerStorageProblem(number: JsonNumber): string | undefined {
  if (!number.isIntegerToken && !Number.isInteger(number.toNumber())) return undefined;
  const parts = DECIMAL.exec(number.token)?.groups;
  if (parts === undefined) return undefined;
  const exponent = Number(parts.exponent ?? 0);
  if (number.token.length > MAX_TOKEN_LENGTH || Math.abs(exponent) > MAX_EXPONENT) {
    return `is too long: at most ${MAX_TOKEN_LENGTH} characters and an exponent up to ${MAX_EXPONENT} can be stored`;
  }
  const value = truncate(parts.whole ?? '', parts.fraction ?? '', exponent) * (parts.sign === '-' ? -1n : 1n);
  if (value >= MIN && value <= MAX) return undefined;
  return 'does not fit a signed 64-bit integer (-2^63 to 2^63 - 1)';
}

/** The exact whole part of `whole.fraction * 10^exponent`. */
function truncate(whole: string, fraction: string, exponent: number): bigint {
  const shift = exponent - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}
