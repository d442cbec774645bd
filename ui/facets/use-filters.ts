import type { IndexUiState } from 'instantsearch.js';
import { escapeFacetValue } from 'instantsearch.js/es/lib/utils/escapeFacetValue';
import { useSearch } from '../search/search-context.tsx';
import { type DateRange, fromRefinement, toRefinement } from './date-range.ts';
import { allFacets, chosenValues, dateFacets } from './facets.ts';

/** What narrows the search beside its words, and the ways to change it; each change goes back to the first page. */
export function useFilters() {
  const { indexUiState, setIndexUiState } = useSearch();
  const change = (edit: (state: IndexUiState) => Partial<IndexUiState>) =>
    setIndexUiState(({ page: _page, ...state }) => ({ ...state, ...edit(state) }));
  const chosen = allFacets.flatMap((facet) =>
    chosenValues(indexUiState, facet.field).map((value) => ({ facet, value })),
  );
  const ranges = dateFacets.flatMap((facet) => {
    const range = fromRefinement(indexUiState.range?.[facet.field]);
    return range.from === undefined && range.to === undefined ? [] : [{ facet, range }];
  });

  return {
    query: indexUiState.query ?? '',
    chosen,
    ranges,
    isFiltered: chosen.length + ranges.length > 0,
    valuesOf: (field: string): readonly string[] => chosenValues(indexUiState, field),
    rangeOf: (field: string): DateRange => fromRefinement(indexUiState.range?.[field]),
    setValues(field: string, values: readonly string[]) {
      change(({ refinementList }) => ({
        refinementList: { ...refinementList, [field]: values.map(escapeFacetValue) },
      }));
    },
    setRange(field: string, range: DateRange) {
      change(({ range: ranges }) => {
        const { [field]: _old, ...others } = ranges ?? {};
        const isOpen = range.from === undefined && range.to === undefined;
        return { range: isOpen ? others : { ...others, [field]: toRefinement(range) } };
      });
    },
    setQuery(query: string) {
      change(() => ({ query }));
    },
    /** Keeps the words and the order. */
    clear() {
      change(() => ({ refinementList: {}, range: {} }));
    },
    /** Back to the start. */
    reset() {
      setIndexUiState({});
    },
  };
}
