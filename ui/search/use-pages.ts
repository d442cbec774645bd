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

/** Up to five pages around one, counted from 1: of 9 pages around 5 those from 3 to 7, around 1 those from 1 to 5. */
export function pagesAround(page: number, count: number): number[] {
  const length = Math.min(5, count);
  const first = Math.max(1, Math.min(page - 2, count - length + 1));
  return Array.from({ length }, (_, at) => first + at);
}
