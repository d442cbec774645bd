import type { SearchVisitor } from './search-visitor.ts';

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
