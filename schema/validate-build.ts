import { Ajv, type ErrorObject } from 'ajv';
import { buildSchema } from './build-schema.ts';
import { type JsonValue, memberAt, numberText } from './lossless-json.ts';
import { dateFields, keywordFields, longFields, maxKeywordBytes } from './search/index-mapping.ts';
import { isSearchableDate } from './searchable-date.ts';
import { shorten } from './shorten.ts';

/** A text is not a build that can be stored. The message lists what is wrong, each with path, rule and value. */
export class InvalidBuildError extends Error {
  override readonly name = 'InvalidBuildError';

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const listed = problems.slice(0, maxListed);
    const more = problems.length - listed.length;
    super([...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('; ').toWellFormed(), options);
  }
}

const maxListed = 20;

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  // A date has to be searchable, which is another rule: see isSearchableDate.
  formats: { 'date-time': true },
});
const validate = ajv.compile(buildSchema);

/**
 * Everything that keeps a build from being ingested, as an empty list if there is nothing: what breaks schema.yaml, in
 * ajv's words, or else what fits it and PostgreSQL or Elasticsearch could not store. Each is a sentence that names the
 * member (as `target.os`; `(root)` for the document itself), the rule and the value.
 */
export function validateBuild(build: JsonValue): string[] {
  // With all numbers as doubles, which is what ajv can read.
  if (!validate(JSON.parse(JSON.stringify(build)))) {
    return (validate.errors ?? []).map((error) => schemaProblem(build, error));
  }
  return [
    ...fieldsOf(build).flatMap(([path, value]) => textProblems(path, value)),
    ...dateFields.flatMap((path) => dateProblems(path, memberAtPath(build, path))),
    ...longFields.flatMap((path) => integerProblems(path, memberAtPath(build, path))),
    ...keywordFields.flatMap((path) => keywordProblems(path, memberAtPath(build, path))),
  ];
}

/** `value` is the one that broke the rule. It stands at the end, so that reasons can be grouped without it. */
function problem(path: string, complaint: string, value?: JsonValue): string {
  // As JSON, which escapes what could not be stored with the message.
  const shown = value === undefined ? '' : `, not ${shorten(JSON.stringify(value))}`;
  return `${path}: ${complaint}${shown}`;
}

function schemaProblem(build: JsonValue, error: ErrorObject): string {
  const { instancePath, keyword, message = 'is invalid', params } = error;
  const names = instancePath.split('/').slice(1);
  const path = names.join('.') || '(root)';
  if (keyword === 'required') return problem(path, message);
  if (keyword === 'additionalProperties') {
    return problem(path, `${message}: ${shorten(JSON.stringify(params.additionalProperty))}`);
  }
  const allowed = keyword === 'enum' ? ` (${params.allowedValues.join(', ')})` : '';
  return problem(path, message + allowed, memberAt(build, ...names));
}

/** The members of all sections of a build that fits the schema. */
function fieldsOf(build: JsonValue): [string, JsonValue][] {
  return Object.entries(build ?? {}).flatMap(([section, members]) =>
    Object.entries(members as Record<string, JsonValue>).map(([name, value]): [string, JsonValue] => [
      `${section}.${name}`,
      value,
    ]),
  );
}

function memberAtPath(build: JsonValue, path: string): JsonValue | undefined {
  return memberAt(build, ...path.split('.'));
}

function textProblems(path: string, value: JsonValue): string[] {
  if (typeof value !== 'string') return [];
  return [
    ...(value.includes('\0') ? [problem(path, 'must be text without U+0000', value)] : []),
    ...(value.isWellFormed() ? [] : [problem(path, 'must be text without half of a surrogate pair', value)]),
  ];
}

function dateProblems(path: string, value: JsonValue | undefined): string[] {
  if (typeof value !== 'string' || isSearchableDate(value)) return [];
  const rule = 'must be ISO 8601 such as 2019-10-16T16:19:57Z, or 13 digits, milliseconds since 1970';
  return [problem(path, rule, value)];
}

function keywordProblems(path: string, value: JsonValue | undefined): string[] {
  // No text has more than three bytes for each of its UTF-16 units, so most need no counting.
  if (typeof value !== 'string' || value.length * 3 <= maxKeywordBytes) return [];
  if (Buffer.byteLength(value) <= maxKeywordBytes) return [];
  return [problem(path, `must have up to ${maxKeywordBytes} bytes of UTF-8`, value)];
}

/** Elasticsearch's JSON parser refuses longer numbers, and PostgreSQL's numeric has no room for larger exponents. */
const maxNumberLength = 1000;
const decimal = /^(?<whole>-?\d+)(?:\.(?<fraction>\d+))?(?:[eE](?<exponent>[-+]?\d+))?$/;

/** A number that is an integer by the schema has to fit the index's `long` and jsonb's `numeric`. */
function integerProblems(path: string, value: JsonValue | undefined): string[] {
  const text = numberText(value);
  const parts = text === undefined ? undefined : decimal.exec(text)?.groups;
  if (text === undefined || parts === undefined) return [];
  const exponent = Number(parts.exponent ?? 0);
  const fraction = parts.fraction ?? '';
  // jsonb stores an exponent as digits, which a reindex sends.
  const storedLength = (parts.whole ?? '').length + Math.max(0, fraction.length - exponent);
  if (Math.max(text.length, Math.abs(exponent), storedLength) > maxNumberLength) {
    return [problem(path, `must have up to ${maxNumberLength} digits`, value)];
  }
  const shift = exponent - fraction.length;
  const digits = BigInt(`${parts.whole}${fraction}`);
  const integer = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  if (BigInt.asIntN(64, integer) === integer) return [];
  return [problem(path, 'must fit a signed 64-bit integer (-2^63 to 2^63 - 1)', value)];
}
