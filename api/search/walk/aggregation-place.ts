import type { JsonObject } from '../../../schema/json/json-value.ts';

/** One aggregation in a search, or one source of a `composite`, which has the same form. */
export interface AggregationPlace {
  /** The object with the type as a member, and `aggs` and `meta` beside it. */
  readonly holder: JsonObject;
  readonly type: string;
  readonly parameters: JsonObject;
  /** The names from the outermost aggregation down to this one. */
  readonly path: readonly string[];
  readonly isSource: boolean;
}
