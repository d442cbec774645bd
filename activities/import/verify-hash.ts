import { buildHash } from '../../schema/build-hash.ts';
import { isJsonObject, type JsonValue, memberAt, numberText } from '../../schema/lossless-json.ts';
import { longFields } from '../../schema/search/index-mapping.ts';

/**
 * How a stored hash compares with the one that is computed again from jsonb. `rewritten`: the hash is right, and jsonb
 * has written a number otherwise than it was published (`1e21` became `1000000000000000000000`, which is an integer).
 */
export type HashVerdict = 'equal' | 'rewritten' | 'different';

/**
 * Computes the hash of a build again. If it differs, tries what jsonb may have done to each of the build's numbers: a
 * number with an exponent is stored as plain digits, and the sign of zero is lost.
 *
 * @returns the verdict, and the hash as computed from jsonb
 */
export function verifyHash(build: JsonValue, stored: string): { verdict: HashVerdict; computed: string } {
  const computed = buildHash(build);
  if (computed === stored) return { verdict: 'equal', computed };
  const candidates = [build];
  for (const path of longFields) {
    candidates.push(...candidates.flatMap((candidate) => withOtherNumber(candidate, path)));
  }
  const isRewritten = candidates.some((candidate) => buildHash(candidate) === stored);
  return { verdict: isRewritten ? 'rewritten' : 'different', computed };
}

/** The build with what else a number may have been before jsonb: an integer a float, a zero negative. */
function withOtherNumber(build: JsonValue, path: string): JsonValue[] {
  const [section = '', name = ''] = path.split('.');
  const members = memberAt(build, section);
  const text = numberText(memberAt(build, section, name));
  if (!isJsonObject(build) || !isJsonObject(members) || text === undefined) return [];
  const isInteger = /^-?\d+$/.test(text);
  if (!isInteger && Number(text) !== 0) return [];
  const other = JSON.rawJSON(isInteger ? `${text}.0` : '-0.0');
  return [{ ...build, [section]: { ...members, [name]: other } }];
}
