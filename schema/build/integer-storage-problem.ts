import type { JsonNumber } from '../json/json-value.ts';

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
export function integerStorageProblem(number: JsonNumber): string | undefined {
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
