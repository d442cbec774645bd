import type { MouseEvent } from 'react';
import { formatCount } from '../format/numbers.ts';
import { useSearch } from './search-context.tsx';
import { defaultPageSize, pageSizes, toAddress } from './url-state.ts';

/** The pages of the results, as links, and how long one is. */
export function Pagination() {
  const { results } = useSearch();
  const { page, count, pages, size, addressOf, goTo, setSize } = usePages();

  const linkTo = (target: number) => ({
    href: addressOf(target),
    onClick(event: MouseEvent) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      goTo(target);
      document.getElementById('results')?.scrollIntoView({ block: 'start' });
    },
  });
  const first = (page - 1) * size + 1;
  const last = first + results.hits.length - 1;
  return (
    <nav className="pagination" aria-label="Pages of results">
      <p className="soft">
        {results.hits.length > 0 &&
          `${formatCount(first)}–${formatCount(last)} of ${formatCount(results.nbHits)}`}
      </p>
      <ul>
        <li>
          {page <= 1 ? (
            <span>Previous</span>
          ) : (
            <a rel="prev" {...linkTo(Math.min(page - 1, count))}>
              Previous
            </a>
          )}
        </li>
        {pages.map((target) => (
          <li key={target}>
            <a {...linkTo(target)} aria-current={target === page ? 'page' : undefined}>
              <span className="visually-hidden">Page </span>
              {target}
            </a>
          </li>
        ))}
        <li>
          {page >= count ? (
            <span>Next</span>
          ) : (
            <a rel="next" {...linkTo(page + 1)}>
              Next
            </a>
          )}
        </li>
      </ul>
      <label className="select">
        <span className="visually-hidden">Builds per page</span>
        <select value={size} onChange={(event) => setSize(Number(event.target.value))}>
          {[...new Set([...pageSizes, size])].map((value) => (
            <option key={value} value={value}>
              {value} per page
            </option>
          ))}
        </select>
      </label>
    </nav>
  );
}

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
