import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { AggregationPlace } from '../walk/places.ts';
import type { SearchVisitor } from '../walk/search-visitor.ts';

/**
 * Finds the objects in a search whose members are names that its client chose: of aggregations, of suggesters, of sources.
 * To Elasticsearch `rank` or `lang` is then a name as good as any other.
 */
export class ChosenNames implements SearchVisitor {
  readonly #named = new Set<JsonValue>();
  readonly #data = new Set<JsonValue>();

  /** Whether the members of a visited object are such names; what is inside them is Elasticsearch's again. */
  areIn(object: JsonValue): boolean {
    return this.#named.has(object);
  }

  /** Whether a visited object is the client's own altogether, which Elasticsearch only hands back. */
  isData(object: JsonValue): boolean {
    return this.#data.has(object);
  }

  search(body: JsonObject): void {
    this.#add(body.get('aggs'));
    this.#add(body.get('suggest'));
    this.#addEach(body.get('indices_boost'));
  }

  aggregation({ holder, type, parameters }: AggregationPlace): void {
    this.#add(holder.get('aggs'));
    const meta = holder.get('meta');
    if (meta instanceof Map) this.#data.add(meta);
    // The aggregation whose value the buckets are ordered by.
    this.#addEach(parameters.get('order'));
    if (type === 'bucket_sort') this.#addEach(parameters.get('sort'));
    // In a list, filters have no names.
    if (type === 'filters') this.#add(parameters.get('filters'));
    if (type === 'composite') {
      this.#addEach(parameters.get('sources'));
      this.#add(parameters.get('after'));
    }
  }

  #addEach(value: JsonValue | undefined): void {
    for (const item of Array.isArray(value) ? value : [value]) this.#add(item);
  }

  #add(value: JsonValue | undefined): void {
    if (value instanceof Map) this.#named.add(value);
  }
}
