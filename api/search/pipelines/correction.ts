import type { JsonObject } from '../../../schema/json/json-value.ts';

/** A change to the answer of an aggregation, made here and not by Elasticsearch. */
export interface Correction {
  /** The names from the outermost aggregation down to the one that is changed. */
  readonly path: readonly string[];
  /** Changes each occurrence of the aggregation: there is one in every bucket of those around it. */
  apply(aggregation: JsonObject): void;
}
