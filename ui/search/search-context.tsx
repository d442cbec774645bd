import { createContext, type ReactNode, use } from 'react';
import { useInstantSearch } from 'react-instantsearch';

type Search = ReturnType<typeof useInstantSearch>;

const SearchContext = createContext<Search | undefined>(undefined);

/**
 * Shares the state and the results of the search with what is below. InstantSearch's own hook adds listeners wherever
 * it is used, and warns of a leak where those are many.
 */
export function SearchProvider({ children }: { children: ReactNode }) {
  return <SearchContext value={useInstantSearch({ catchError: true })}>{children}</SearchContext>;
}

/** The state and the results of the search, and the ways to change it. */
export function useSearch(): Search {
  const search = use(SearchContext);
  if (search === undefined) throw new Error('useSearch is for what is inside a SearchProvider');
  return search;
}
