import type { JsonObject } from '../../../schema/json/json-value.ts';
import type { AggregationPlace, QueryPlace } from './places.ts';

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

/** One visitor that calls several, each in turn at each part, so that one walk serves them all. */
export function together(visitors: readonly SearchVisitor[]): SearchVisitor {
  return {
    search: (body) => {
      for (const visitor of visitors) visitor.search?.(body);
    },
    hits: (options) => {
      for (const visitor of visitors) visitor.hits?.(options);
    },
    query: (place) => {
      for (const visitor of visitors) visitor.query?.(place);
    },
    aggregation: (place) => {
      for (const visitor of visitors) visitor.aggregation?.(place);
    },
    suggester: (name, suggester) => {
      for (const visitor of visitors) visitor.suggester?.(name, suggester);
    },
  };
}
