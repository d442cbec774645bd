import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import { type QueryParameter, queryDefinitions } from '../dsl/query-definitions.ts';
import { QueryPlace } from './places.ts';
import type { SearchVisitor } from './search-visitor.ts';

/** The only query whose name changed and that has others inside. */
const renamed: ReadonlyMap<string, QueryParameter> = new Map([['query', 'query']]);

const noQueries: ReadonlyMap<string, QueryParameter> = new Map();

/** In which parameters a query only filters. */
const filterParameters: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    bool: ['filter', 'must_not'],
    constant_score: ['filter', 'query'],
  }),
);

interface Surroundings {
  inFilter?: boolean;
  depth?: number;
}

/**
 * Shows a visitor a query and all queries inside it, outer before inner.
 *
 * @param value one query or a list of them; what is not an object is left to Elasticsearch, which refuses it
 */
export function walkQueries(
  value: JsonValue | undefined,
  visitor: SearchVisitor,
  { inFilter = false, depth = 0 }: Surroundings = {},
): void {
  for (const holder of Array.isArray(value) ? value : [value]) {
    if (!(holder instanceof Map)) continue;
    for (const [name, parameters] of [...holder]) {
      const place = new QueryPlace(
        holder,
        name,
        parameters instanceof Map ? parameters : new Map(),
        inFilter,
        depth,
      );
      visitor.query?.(place);
      walkInside(place, visitor);
    }
  }
}

function walkInside(place: QueryPlace, visitor: SearchVisitor): void {
  const definition =
    queryDefinitions.get(place.name) ?? (place.name === 'span_field_masking' ? renamed : noQueries);
  for (const [parameter, value] of place.parameters) {
    const kind = definition.get(parameter);
    if (kind === undefined) continue;
    const inside = {
      inFilter: place.inFilter || (filterParameters.get(place.name)?.includes(parameter) ?? false),
      depth: place.depth + 1,
    };
    if (kind === 'functions') {
      for (const scoring of functionsIn(value)) walkQueries(scoring.get('filter'), visitor, inside);
    } else {
      walkQueries(value, visitor, inside);
    }
  }
}

function functionsIn(value: JsonValue): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => item instanceof Map);
}
