import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import { limits } from './limits.ts';
import { numberOf } from './number-of.ts';

/** What Elasticsearch takes where `size` is left out. */
const defaultSize = 10;

/**
 * How many hits a search asks for, once it is clear that they lie within the result window.
 *
 * @throws {SearchRefusal} in the words of Elasticsearch 6 for a page beyond the window, as a text: a client of
 *   Buildhub2 was always told so in that form
 */
export function checkResultWindow(body: JsonObject): number {
  const from = numberOf(body.get('from')) ?? 0;
  const size = numberOf(body.get('size')) ?? defaultSize;
  if (from + size > limits.resultWindow) {
    throw refuse(
      `Result window is too large, from + size must be less than or equal to: [${limits.resultWindow}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
      'limit',
    );
  }
  const perHit = hitsInside(body.get('collapse'));
  if (size * perHit > limits.resultWindow) {
    throw refuse(
      `\`collapse\` asks for ${perHit} inner hits for each of ${size} hits: at most ${limits.resultWindow} are allowed altogether`,
      'limit',
    );
  }
  return size;
}

/** How many inner hits each hit may have. */
function hitsInside(collapse: JsonValue | undefined): number {
  if (!(collapse instanceof Map)) return 0;
  const inner = collapse.get('inner_hits');
  const list = Array.isArray(inner) ? inner : [inner];
  return list.reduce(
    (sum: number, hits) => sum + (hits instanceof Map ? (numberOf(hits.get('size')) ?? 3) : 0),
    0,
  );
}
