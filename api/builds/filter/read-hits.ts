import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../../schema/lossless-json.ts';

/** A document that a search found. */
export interface Hit {
  /** `builds.id` in decimal digits. */
  readonly id: string;
  /** The build, as it was published. */
  readonly build: JsonObject;
}

/** The hits at a place of an answer that has `hits.hits`, such as the answer itself or a `top_hits` in it. */
export function readHits(answer: JsonValue): Hit[] {
  const hits = memberAt(answer, 'hits', 'hits');
  return Array.isArray(hits) ? hits.flatMap((hit) => readHit(hit)) : [];
}

function readHit(hit: JsonValue): Hit[] {
  const id = memberAt(hit, '_id');
  const source = memberAt(hit, '_source');
  if (typeof id !== 'string' || !isJsonObject(source)) return [];
  const { id: _, ...build } = source;
  return [{ id, build }];
}

/** A text of a build, or '' where it has none. */
export function textOf(build: JsonObject, path: string): string {
  const value = memberAt(build, ...path.split('.'));
  return typeof value === 'string' ? value : '';
}

/** The buckets of an aggregation, at the path of names that leads to it. */
export function readBuckets(answer: JsonObject, ...names: string[]): JsonValue[] {
  const buckets = memberAt(answer, 'aggregations', ...names, 'buckets');
  return Array.isArray(buckets) ? buckets : [];
}

/** A date of a build in milliseconds since 1970, as Elasticsearch reads it: in UTC unless it says its zone. NaN for none. */
export function timeOf(date: string): number {
  return Date.parse(/T[\d:.]+$/.test(date) ? `${date}Z` : date);
}
