import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../../schema/lossless-json.ts';

export interface Hit {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  /** The build, as it was published. */
  readonly build: JsonObject;
}

/** The hits of a response of Elasticsearch, or of a `top_hits` in one. */
export function readHits(response: JsonValue): Hit[] {
  const hits = memberAt(response, 'hits', 'hits');
  return Array.isArray(hits) ? hits.flatMap((hit) => readHit(hit)) : [];
}

function readHit(hit: JsonValue): Hit[] {
  const id = memberAt(hit, '_id');
  const source = memberAt(hit, '_source');
  if (typeof id !== 'string' || !isJsonObject(source)) return [];
  const { id: _, ...build } = source;
  return [{ id, build }];
}

/** A text of a build, or '' if it has none. */
export function textOf(build: JsonObject, path: string): string {
  const value = memberAt(build, ...path.split('.'));
  return typeof value === 'string' ? value : '';
}

/** The buckets of an aggregation, at the path of names that leads to it. */
export function readBuckets(response: JsonObject, ...names: string[]): JsonValue[] {
  const buckets = memberAt(response, 'aggregations', ...names, 'buckets');
  return Array.isArray(buckets) ? buckets : [];
}

/** A date of a build in milliseconds since 1970, as Elasticsearch reads it: in UTC unless it says its zone. NaN for none. */
export function timeOf(date: string): number {
  return Date.parse(/T[\d:.]+$/.test(date) ? `${date}Z` : date);
}
