import type { JsonObject } from '../../../schema/json/json-value.ts';
import type { AggregationPlace } from './aggregation-place.ts';
import type { QueryPlace } from './query-place.ts';

/** What is called for each part of a search. A part may be changed in place, before what is inside it is visited. */
export interface SearchVisitor {
  /** The whole body, once. */
  search?(body: JsonObject): void;
  /** The object with `_source`, `sort`, `highlight`, ...: the body itself, `top_hits`, `inner_hits`. */
  hits?(options: JsonObject): void;
  query?(place: QueryPlace): void;
  aggregation?(place: AggregationPlace): void;
  suggester?(name: string, suggester: JsonObject): void;
}
