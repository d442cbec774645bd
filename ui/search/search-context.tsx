import { createContext, type ReactNode, use, useLayoutEffect } from 'react';
import { useHitsPerPage, useInstantSearch, usePagination, useSortBy } from 'react-instantsearch';
import { indexFor, orderOf, sortOrders } from './sort-orders.ts';
import { defaultPageSize, fromAddress, pageSizes, toAddress } from './url-state.ts';

type Search = ReturnType<typeof useInstantSearch> & { readonly pages: ReturnType<typeof usePagination> };

const SearchContext = createContext<Search | undefined>(undefined);

const orders = sortOrders.map((order) => ({ value: indexFor(order), label: order.label }));
const sizes = pageSizes.map((value) => ({ label: String(value), value, default: value === defaultPageSize }));

/**
 * Shares the state and the results of the search. InstantSearch's own hooks add listeners wherever they are used, and
 * search again whenever the first use of one appears or the last disappears, so those that many need are used here.
 */
export function SearchProvider({ children }: { children: ReactNode }) {
  const search = useInstantSearch({ catchError: true });
  useSortBy({ items: orders });
  useHitsPerPage({ items: sizes });
  const pages = usePagination({ padding: 2 });
  // InstantSearch ignores the back button from when it starts until it has widgets, which is now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: afterwards it follows the address itself
  useLayoutEffect(() => {
    const state = fromAddress(window.location.search);
    if (toAddress(state) !== toAddress(search.indexUiState)) search.setIndexUiState(state);
  }, []);
  return <SearchContext value={{ ...search, pages }}>{children}</SearchContext>;
}

export function useSearch(): Search {
  const search = use(SearchContext);
  if (search === undefined) throw new Error('useSearch works only inside a SearchProvider');
  return search;
}

/** Why the last search failed; undefined if it succeeded or has not finished. */
export function useFailure(): Error | undefined {
  const { results, status, error } = useSearch();
  // A failure inside InstantSearch has no response that says so.
  if (status === 'error') return error ?? new Error('The search failed for an unknown reason.');
  return (results as { failure?: Error }).failure;
}

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
