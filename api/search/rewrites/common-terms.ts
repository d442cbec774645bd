import type { JsonObject } from '../../../schema/json/json-value.ts';
import type { Rewrite } from './rewrite.ts';

const kept = ['query', 'analyzer', 'boost', '_name'];

/** `{"common": {"build.cc": {...}}}` becomes a `match` on the same field. */
export const commonTerms: Rewrite = {
  reason:
    'The `common` terms query was removed in 8, since `match` now skips common words by itself; the same documents match, the scores differ a little.',
  query(place) {
    if (place.name !== 'common') return;
    const match: JsonObject = new Map();
    for (const [field, options] of place.parameters) {
      if (!(options instanceof Map)) {
        match.set(field, options);
        continue;
      }
      const rewritten: JsonObject = new Map();
      for (const key of kept) {
        const value = options.get(key);
        if (value !== undefined) rewritten.set(key, value);
      }
      const operator = options.get('low_freq_operator');
      if (operator !== undefined) rewritten.set('operator', operator);
      const least = options.get('minimum_should_match');
      // It may be an object with one number for rare and one for common words; only the first has a meaning now.
      const leastRare = least instanceof Map ? least.get('low_freq') : least;
      if (leastRare !== undefined) rewritten.set('minimum_should_match', leastRare);
      match.set(field, rewritten);
    }
    place.replace('match', match);
  },
};
