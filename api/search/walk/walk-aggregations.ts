import type { JsonObject, JsonValue } from '../../../schema/json/json-value.ts';
import type { SearchVisitor } from './search-visitor.ts';
import { walkQueries } from './walk-queries.ts';

/** Members of an aggregation that are not its type. */
const besideTheType = new Set(['aggs', 'aggregations', 'meta']);

/**
 * Shows a visitor named aggregations and everything below and inside them, outer before inner.
 *
 * @param walkHits called with the options of each `top_hits`
 */
export function walkAggregations(
  value: JsonValue | undefined,
  visitor: SearchVisitor,
  walkHits: (options: JsonObject) => void,
  path: readonly string[] = [],
): void {
  if (!(value instanceof Map)) return;
  for (const [name, holder] of value) {
    if (!(holder instanceof Map)) continue;
    const here = [...path, name];
    for (const [type, parameters] of [...holder]) {
      if (besideTheType.has(type) || !(parameters instanceof Map)) continue;
      visitor.aggregation?.({ holder, type, parameters, path: here, isSource: false });
      walkInside(type, parameters, visitor, walkHits, here);
    }
    walkAggregations(holder.get('aggs'), visitor, walkHits, here);
  }
}

function walkInside(
  type: string,
  parameters: JsonObject,
  visitor: SearchVisitor,
  walkHits: (options: JsonObject) => void,
  path: readonly string[],
): void {
  switch (type) {
    case 'filter':
      walkQueries(parameters, visitor, { inFilter: true });
      return;
    case 'filters': {
      const filters = parameters.get('filters');
      const list = filters instanceof Map ? [...filters.values()] : filters;
      walkQueries(list, visitor, { inFilter: true });
      return;
    }
    case 'significant_terms':
    case 'significant_text':
      walkQueries(parameters.get('background_filter'), visitor, { inFilter: true });
      return;
    case 'top_hits':
      walkHits(parameters);
      return;
    case 'composite':
      walkSources(parameters.get('sources'), visitor, path);
  }
}

function walkSources(value: JsonValue | undefined, visitor: SearchVisitor, path: readonly string[]): void {
  for (const source of Array.isArray(value) ? value : [value]) {
    if (!(source instanceof Map)) continue;
    for (const [name, holder] of source) {
      if (!(holder instanceof Map)) continue;
      for (const [type, parameters] of [...holder]) {
        if (!(parameters instanceof Map)) continue;
        visitor.aggregation?.({ holder, type, parameters, path: [...path, name], isSource: true });
      }
    }
  }
}
