import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { refuse } from '../search-refusal.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';
import { limits } from './limits.ts';
import { numberOf } from './number-of.ts';
import { checkRegexp } from './query-limits.ts';

/** Memory for what these ask for is taken at once, while `terms` takes it only for the buckets that there are. */
const bucketEffort: Readonly<Record<string, number>> = {
  size: limits.buckets,
  // By default it is a little more than one and a half times `size`.
  shard_size: 2 * limits.buckets,
};

const effort: Readonly<Record<string, number>> = {
  compression: limits.percentileCompression,
  max_docs_per_value: limits.buckets,
};

/** Counts aggregations and measures what they ask for. */
export function aggregationLimits(): SearchVisitor {
  let aggregations = 0;
  /** By path, how many buckets there may be at that place. */
  const buckets = new Map<string, number>();
  return {
    aggregation({ type, parameters, path, isSource }) {
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
      const around = buckets.get(JSON.stringify(path.slice(0, -1))) ?? 1;
      // Elasticsearch refuses a search that makes more, so however many are asked for on each level, there are no more.
      const here = Math.min(around * bucketsOf(type, parameters), limits.madeBuckets);
      buckets.set(JSON.stringify(path), here);
      if (type === 'top_hits') checkTopHits(around * (numberOf(parameters.get('size')) ?? 3), path);
      if (type === 'composite') checkComposite(numberOf(parameters.get('size')) ?? 10);
      else if (type !== 'terms') checkEffort(bucketEffort, parameters, path);
      checkEffort(effort, parameters, path);
      const tdigest = parameters.get('tdigest');
      if (tdigest instanceof Map) checkEffort(effort, tdigest, path);
      for (const key of ['include', 'exclude']) {
        const pattern = parameters.get(key);
        if (typeof pattern === 'string') checkRegexp(pattern, key);
      }
    },
  };
}

function checkEffort(
  allowed: Readonly<Record<string, number>>,
  parameters: JsonObject,
  path: readonly string[],
): void {
  for (const [name, most] of Object.entries(allowed)) {
    const value = numberOf(parameters.get(name));
    if (value !== undefined && value > most) {
      throw refuse(
        `\`${name}\` of the aggregation ${path.join(' > ')} is too large (${value}): at most ${most} is allowed`,
        'limit',
      );
    }
  }
}

/** How many buckets an aggregation makes at most, or, where only the documents decide, a guess. */
function bucketsOf(type: string, parameters: JsonObject): number {
  switch (type) {
    case 'terms':
    case 'significant_terms':
    case 'significant_text':
    case 'composite':
      return numberOf(parameters.get('size')) ?? 10;
    case 'range':
    case 'date_range':
      return membersOf(parameters.get('ranges'));
    case 'filters':
      return membersOf(parameters.get('filters'));
    case 'histogram':
    case 'date_histogram':
      return 100;
    default:
      return 1;
  }
}

function membersOf(value: JsonValue | undefined): number {
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 1;
}

/** Elasticsearch counts buckets, but not the hits in them. */
function checkTopHits(hits: number, path: readonly string[]): void {
  if (hits > limits.hitsInBuckets) {
    throw refuse(
      `The aggregation ${path.join(' > ')} may have ${hits} hits in all buckets together: at most ${limits.hitsInBuckets} are allowed`,
      'limit',
    );
  }
}

/** In the words of Elasticsearch 6, which had this limit too. */
function checkComposite(size: number): void {
  if (size > limits.buckets) {
    throw refuse(
      `Trying to create too many buckets. Must be less than or equal to: [${limits.buckets}] but was [${size}]. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
      'limit',
    );
  }
}
