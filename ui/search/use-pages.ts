import { pagesAround } from './pages-around.ts';
import { useSearch } from './search-context.tsx';
import { defaultPageSize, toAddress } from './url-state.ts';

/** Where in the results the page is. Pages are counted from 1. */
export function usePages() {
  const { results, indexUiState, setIndexUiState } = useSearch();
  const page = indexUiState.page ?? 1;
  const count = results.nbPages;
  return {
    page,
    /** How many pages can be reached. */
    count,
    /** Those to offer. */
    pages: pagesAround(page, count),
    size: indexUiState.hitsPerPage ?? defaultPageSize,
    addressOf: (target: number) => `/${toAddress({ ...indexUiState, page: target })}`,
    goTo(target: number) {
      setIndexUiState((state) => ({ ...state, page: target }));
    },
    setSize(size: number) {
      setIndexUiState(({ page: _page, ...state }) => ({ ...state, hitsPerPage: size }));
    },
  };
}
