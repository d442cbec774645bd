import { JsonNumber, type JsonValue } from '../../schema/json/json-value.ts';
import { pythonRepr } from '../../schema/json/python-repr.ts';
import { refuse } from './search-refusal.ts';

/** What Python's `int()` takes from a text: digits with a sign, spaces around and single underscores between. */
const integerText = /^\s*[-+]?\d+(_\d+)*\s*$/;

/**
 * The rule for `size`, on what the client sent. A number with a point becomes one without.
 *
 * @param maximum MAX_SEARCH_SIZE
 * @throws {SearchRefusal} with Buildhub2's text for a size that is too large; for what is no whole number, where it
 *   failed with a server error, with ours
 */
export function checkSearchSize(request: JsonValue, maximum: number): void {
  if (!(request instanceof Map)) return;
  const size = request.get('size');
  if (size === undefined) return;
  const number = toInteger(size);
  if (number > maximum) throw refuse(`Search size too large (${asSent(size)})`, 'limit');
  // Python's `int` drops what is behind the point, and so did Elasticsearch 6.
  if (size instanceof JsonNumber && !size.isIntegerToken) request.set('size', new JsonNumber(String(number)));
}

function toInteger(size: JsonValue): number {
  if (typeof size === 'boolean') {
    // Elasticsearch 6 said so, and then where in its memory the request was.
    throw refuse(
      `Current token (VALUE_${String(size).toUpperCase()}) not numeric, can not use numeric value accessors`,
    );
  }
  const number =
    size instanceof JsonNumber
      ? Math.trunc(size.toNumber())
      : typeof size === 'string' && integerText.test(size)
        ? Number(size.trim().replaceAll('_', ''))
        : Number.NaN;
  if (!Number.isInteger(number)) {
    throw refuse(`\`size\` must be a whole number, for example {"size": 10}, not ${pythonRepr(size)}`);
  }
  return number;
}

function asSent(size: JsonValue): string {
  return typeof size === 'string' ? size : pythonRepr(size);
}
