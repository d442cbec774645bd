import { type JsonObject, type JsonValue, memberAt } from '../../schema/lossless-json.ts';
import {
  type BuildFilter,
  type FilterField,
  filterFields,
  filterQuery,
} from '../builds/filter/build-filter.ts';
import { type Hit, readBuckets, readHits } from '../builds/filter/read-hits.ts';

/** There is a latest build for each combination of these. */
export const dimensions = ['product', 'channel', 'platform', 'locale'] as const;

export type Dimension = (typeof dimensions)[number];

/** Newest first, whatever is missing; builds of one id differ in when they were published. */
const newestFirst = [
  { 'build.date': { order: 'desc', missing: '_last' } },
  { 'build.id': { order: 'desc', missing: '_last' } },
  { 'download.date': { order: 'desc' } },
  { id: { order: 'desc' } },
];

/** The dimensions that a filter does not narrow to one value: there is a latest build for each of their values. */
export function openDimensions(filter: BuildFilter): Dimension[] {
  return dimensions.filter((name) => filter[name]?.length !== 1);
}

/**
 * The search for the latest builds of a filter.
 *
 * @param limit combinations of open dimensions
 * @param after the values of the open dimensions at which the page before ended
 */
export function latestSearch(
  filter: BuildFilter,
  limit: number,
  after?: readonly string[],
): Readonly<Record<string, unknown>> {
  const query = filterQuery(filter);
  const open = openDimensions(filter);
  if (open.length === 0) return { size: 1, query, sort: newestFirst };
  return {
    size: 0,
    query,
    aggs: {
      latest: {
        composite: {
          size: limit,
          sources: open.map((name) => ({ [name]: { terms: { field: filterFields[name] } } })),
          ...(after && { after: Object.fromEntries(open.map((name, at) => [name, after[at]])) }),
        },
        aggs: { newest: { top_hits: { size: 1, sort: newestFirst } } },
      },
    },
  };
}

/** What `latestSearch` has found. */
export interface LatestBuilds {
  readonly hits: readonly Hit[];
  /** Where the next page continues, if there is one. */
  readonly after: readonly string[] | undefined;
}

export function readLatest(response: JsonObject, filter: BuildFilter, limit: number): LatestBuilds {
  const open = openDimensions(filter);
  if (open.length === 0) return { hits: readHits(response), after: undefined };
  const buckets = readBuckets(response, 'latest');
  const hits = buckets.flatMap((bucket) => readHits(memberAt(bucket, 'newest') ?? null));
  const key: JsonValue | undefined = memberAt(response, 'aggregations', 'latest', 'after_key');
  if (buckets.length < limit || key === undefined) return { hits, after: undefined };
  return { hits, after: open.map((name) => String(memberAt(key, name))) };
}

/** What there is instead of what a filter asks for. */
export type Alternatives = Partial<Record<FilterField, string[]>>;

const mostValues = 50;

/**
 * A search for what could have been asked: for each parameter the values that there are when all the others stay, and
 * those that there are at all.
 */
export function alternativesSearch(filter: BuildFilter): Readonly<Record<string, unknown>> {
  const aggs: Record<string, unknown> = {};
  for (const name of givenFields(filter)) {
    const values = { terms: { field: filterFields[name], size: mostValues } };
    const { [name]: _, ...others } = filter;
    aggs[name] = { filter: filterQuery(others), aggs: { values } };
    aggs[`any_${name}`] = values;
  }
  return { size: 0, aggs };
}

export function readAlternatives(response: JsonObject, filter: BuildFilter): Alternatives {
  const found: Alternatives = {};
  for (const name of givenFields(filter)) {
    const values = keysOf(readBuckets(response, name, 'values'));
    if (values.length > 0) found[name] = values;
  }
  if (Object.keys(found).length > 0) return found;
  // Several are wrong at once.
  for (const name of givenFields(filter)) {
    const values = keysOf(readBuckets(response, `any_${name}`));
    if (values.length > 0 && !filter[name]?.some((value) => values.includes(value))) found[name] = values;
  }
  return found;
}

function keysOf(buckets: readonly JsonValue[]): string[] {
  return buckets.map((bucket) => String(memberAt(bucket, 'key'))).sort();
}

/** The parameters of a filter that stand for a field and are given. */
export function givenFields(filter: BuildFilter): FilterField[] {
  return (Object.keys(filterFields) as FilterField[]).filter((name) => filter[name]?.length);
}
