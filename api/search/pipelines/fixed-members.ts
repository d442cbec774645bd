import { JsonNumber, type JsonObject } from '../../../schema/json/json-value.ts';

/** Members that came after 6. */
const added = [
  'variance_population',
  'variance_sampling',
  'std_deviation_population',
  'std_deviation_sampling',
];
const addedBounds = ['upper_population', 'lower_population', 'upper_sampling', 'lower_sampling'];

/** How the answer of an aggregation becomes what it was in 6; undefined where it still is. */
export function fixedMembers(type: string): ((aggregation: JsonObject) => void) | undefined {
  switch (type) {
    case 'stats':
    case 'extended_stats':
    case 'stats_bucket':
    case 'extended_stats_bucket':
      return fixStats;
    case 'percentiles':
    case 'percentile_ranks':
      return fixPercentiles;
    default:
      return undefined;
  }
}

/** Of no documents there was no sum either, and an extended one had one variance and two bounds. */
function fixStats(stats: JsonObject): void {
  const count = stats.get('count');
  if (count instanceof JsonNumber && count.toNumber() === 0) {
    for (const name of ['sum', 'sum_of_squares']) if (stats.has(name)) stats.set(name, null);
  }
  const bounds = [stats.get('std_deviation_bounds'), stats.get('std_deviation_bounds_as_string')];
  for (const name of added) {
    stats.delete(name);
    stats.delete(`${name}_as_string`);
  }
  for (const bound of bounds) {
    if (bound instanceof Map) for (const name of addedBounds) bound.delete(name);
  }
}

/** Of no documents they were no numbers in words, where they are by name. */
function fixPercentiles(percentiles: JsonObject): void {
  const values = percentiles.get('values');
  if (!(values instanceof Map)) return;
  for (const [name, value] of values) if (value === null) values.set(name, 'NaN');
}
