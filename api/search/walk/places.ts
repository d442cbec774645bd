import type { JsonObject } from '../../../schema/json/json-value.ts';

/** One query in a search: `{"term": {...}}`, in a place where Elasticsearch reads a query. */
export class QueryPlace {
  /** The object that holds the query's name, normally as its only member. */
  readonly holder: JsonObject;
  name: string;
  parameters: JsonObject;
  /** Whether it only filters: its score is of no interest, here and further down. */
  readonly inFilter: boolean;
  /** How many queries are around it. */
  readonly depth: number;

  constructor(holder: JsonObject, name: string, parameters: JsonObject, inFilter: boolean, depth: number) {
    this.holder = holder;
    this.name = name;
    this.parameters = parameters;
    this.inFilter = inFilter;
    this.depth = depth;
  }

  /** Puts another query in its place. */
  replace(name: string, parameters: JsonObject): void {
    this.holder.delete(this.name);
    this.holder.set(name, parameters);
    this.name = name;
    this.parameters = parameters;
  }
}

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
