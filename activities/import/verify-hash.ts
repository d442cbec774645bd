import { buildHash } from '../../schema/build/build-hash.ts';
import { JsonNumber, type JsonObject, type JsonValue } from '../../schema/json/json-value.ts';

/**
 * How a stored hash compares with the one that is computed again from jsonb. `rewritten`: the hash is right, and jsonb
 * has written a number otherwise than it was published (`1e21` became `1000000000000000000000`, which is an integer).
 */
export type HashVerdict = 'equal' | 'rewritten' | 'different';

/** Numbers that are tried in every combination; a valid build has two at most. */
const maxNumbers = 6;

/**
 * Computes the hash of a build again. Where it differs, tries what jsonb may have done to each number before it says
 * so: a number with an exponent is stored as plain digits, and the sign of zero is lost.
 *
 * @returns the verdict, and the hash as computed from jsonb
 */
export function verifyHash(build: JsonValue, stored: string): { verdict: HashVerdict; computed: string } {
  const computed = buildHash(build);
  if (computed === stored) return { verdict: 'equal', computed };
  const numbers = doubtful(build);
  const isRewritten = combinations(numbers).some(
    (others) => buildHash(withNumbers(build, others)) === stored,
  );
  return { verdict: isRewritten ? 'rewritten' : 'different', computed };
}

/** The numbers that may have been published otherwise, in the order of the document. */
function doubtful(value: JsonValue): JsonNumber[] {
  if (value instanceof JsonNumber) return otherwise(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(doubtful);
  return value instanceof Map ? [...value.values()].flatMap(doubtful) : [];
}

/** What else a number of jsonb may have been: an integer a float, a zero negative. */
function otherwise(number: JsonNumber): JsonNumber | undefined {
  if (number.isIntegerToken) return new JsonNumber(`${number.token}.0`);
  return number.toNumber() === 0 ? new JsonNumber('-0.0') : undefined;
}

/** Which numbers are replaced by which: every choice of some of them, or all at once where there are many. */
function combinations(numbers: readonly JsonNumber[]): Map<JsonNumber, JsonNumber>[] {
  const pairs = numbers.flatMap((number) => {
    const other = otherwise(number);
    return other ? [[number, other] as const] : [];
  });
  if (pairs.length > maxNumbers) return [new Map(pairs)];
  return Array.from(
    { length: 2 ** pairs.length - 1 },
    (_, choice) => new Map(pairs.filter((_, index) => ((choice + 1) >> index) & 1)),
  );
}

function withNumbers(value: JsonValue, others: ReadonlyMap<JsonNumber, JsonNumber>): JsonValue {
  if (value instanceof JsonNumber) return others.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item) => withNumbers(item, others));
  if (!(value instanceof Map)) return value;
  const copy: JsonObject = new Map();
  for (const [key, member] of value) copy.set(key, withNumbers(member, others));
  return copy;
}
