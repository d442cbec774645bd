import type { JsonObject } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';
import { limits } from './limits.ts';
import { numberOf } from './number-of.ts';
import { checkRegexp } from './query-limits.ts';

const effort: Readonly<Record<string, number>> = {
  size: limits.buckets,
  // By default it is a little more than one and a half times `size`.
  shard_size: 2 * limits.buckets,
  compression: limits.percentileCompression,
  max_docs_per_value: limits.buckets,
};

/** Counts aggregations and measures what they ask for. */
export function aggregationLimits(): SearchVisitor {
  let aggregations = 0;
  return {
    aggregation({ parameters, path, isSource }) {
      if (!isSource) aggregations++;
      if (aggregations > limits.aggregations)
        throw refuse(
          `Too many aggregations in one search: at most ${limits.aggregations} are allowed`,
          'limit',
        );
      if (path.length > limits.aggregationDepth && !isSource) {
        throw refuse(
          `Aggregations are nested too deeply (${path.join(' > ')}): at most ${limits.aggregationDepth} levels are allowed`,
          'limit',
        );
      }
      checkEffort(parameters, path);
      const tdigest = parameters.get('tdigest');
      if (tdigest instanceof Map) checkEffort(tdigest, path);
      for (const key of ['include', 'exclude']) {
        const pattern = parameters.get(key);
        if (typeof pattern === 'string') checkRegexp(pattern, key);
      }
    },
  };
}

function checkEffort(parameters: JsonObject, path: readonly string[]): void {
  for (const [name, most] of Object.entries(effort)) {
    const value = numberOf(parameters.get(name));
    if (value !== undefined && value > most) {
      throw refuse(
        `\`${name}\` of the aggregation ${path.join(' > ')} is too large (${value}): at most ${most} is allowed`,
        'limit',
      );
    }
  }
}
