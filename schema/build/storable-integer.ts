import type { JsonNumber } from '../json/json-value.ts';

const MIN = -(2n ** 63n);
const MAX = 2n ** 63n - 1n;
/** Elasticsearch's JSON parser refuses longer tokens. */
const MAX_TOKEN_LENGTH = 1000;
/** PostgreSQL's numeric has room for 16,383 digits behind the point, which only a tiny exponent can exceed. */
const MAX_EXPONENT = 1000;
const EXPONENT = /[eE]([-+]?[0-9]+)$/;

/**
 * Whether a number that schema.yaml takes for an integer fits the index's `long` and jsonb's `numeric`. Numbers that
 * are no integers at all (`1.5`, `NaN`) are the schema's business and pass here.
 */
export function isStorableInteger(number: JsonNumber): boolean {
  const { token } = number;
  if (number.isIntegerToken) {
    if (token.length > MAX_TOKEN_LENGTH) return false;
    return isInRange(BigInt(token));
  }
  const double = number.toNumber();
  if (!Number.isInteger(double)) return true;
  const exponent = Math.abs(Number(EXPONENT.exec(token)?.[1] ?? 0));
  return token.length <= MAX_TOKEN_LENGTH && exponent <= MAX_EXPONENT && isInRange(BigInt(double));
}

function isInRange(value: bigint): boolean {
  return value >= MIN && value <= MAX;
}
