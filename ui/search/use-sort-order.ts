import { useSearch } from './search-context.tsx';
import { indexFor, orderOf } from './sort-orders.ts';

/** The order of the results, and how to change it, which goes back to the first page. */
export function useSortOrder() {
  const { indexUiState, setIndexUiState } = useSearch();
  return {
    order: orderOf(indexUiState.sortBy),
    /** @param name of an order, as in the address of the page */
    sortBy(name: string) {
      setIndexUiState(({ page: _page, ...state }) => ({ ...state, sortBy: indexFor(orderOf(name)) }));
    },
  };
}
