import type { IndexUiState } from 'instantsearch.js';
import { useSearch } from '../search/search-context.tsx';
import { type DateRange, fromRefinement, toRefinement } from './date-range.ts';

/** What narrows the search beside its words, and the ways to change it; each change goes back to the first page. */
export function useFilters() {
  const { indexUiState, setIndexUiState } = useSearch();
  const change = (edit: (state: IndexUiState) => Partial<IndexUiState>) =>
    setIndexUiState(({ page: _page, ...state }) => ({ ...state, ...edit(state) }));

  return {
    query: indexUiState.query ?? '',
    valuesOf: (field: string): readonly string[] => indexUiState.refinementList?.[field] ?? [],
    rangeOf: (field: string): DateRange => fromRefinement(indexUiState.range?.[field]),
    isFiltered: hasEntries(indexUiState.refinementList) || hasEntries(indexUiState.range),
    setValues(field: string, values: readonly string[]) {
      change(({ refinementList }) => ({ refinementList: { ...refinementList, [field]: [...values] } }));
    },
    removeValue(field: string, value: string) {
      change(({ refinementList }) => {
        const values = refinementList?.[field] ?? [];
        return { refinementList: { ...refinementList, [field]: values.filter((other) => other !== value) } };
      });
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

function hasEntries(record: Readonly<Record<string, string | readonly string[]>> | undefined): boolean {
  return Object.values(record ?? {}).some((value) => value.length > 0);
}
