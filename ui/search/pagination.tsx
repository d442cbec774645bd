import type { MouseEvent } from 'react';
import { useHitsPerPage, useInstantSearch, usePagination } from 'react-instantsearch';
import { formatCount } from '../format/count.ts';
import { defaultPageSize, pageSizes } from './url-state.ts';

const sizes = pageSizes.map((value) => ({ label: String(value), value, default: value === defaultPageSize }));

/** The pages of the results, as links, and how long one is. */
export function Pagination() {
  const { results } = useInstantSearch();
  const { pages, currentRefinement, nbPages, isFirstPage, refine, createURL } = usePagination({ padding: 2 });
  const { items, refine: setSize } = useHitsPerPage({ items: sizes });
  const size = results.hitsPerPage;
  if (results.nbHits === 0) return null;

  const linkTo = (page: number) => ({
    href: createURL(page),
    onClick(event: MouseEvent) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      refine(page);
      document.getElementById('results')?.scrollIntoView({ block: 'start' });
    },
  });
  const isLastPage = currentRefinement >= nbPages - 1;
  const first = currentRefinement * size + 1;
  const last = Math.min(first + results.hits.length - 1, results.nbHits);
  return (
    <nav className="pagination" aria-label="Pages of results">
      <p className="soft">
        {results.hits.length > 0 &&
          `${formatCount(first)}–${formatCount(last)} of ${formatCount(results.nbHits)}`}
      </p>
      <ul>
        <li>
          {isFirstPage ? (
            <span>Previous</span>
          ) : (
            <a rel="prev" {...linkTo(Math.min(currentRefinement, nbPages) - 1)}>
              Previous
            </a>
          )}
        </li>
        {pages.map((page) => (
          <li key={page}>
            <a {...linkTo(page)} aria-current={page === currentRefinement ? 'page' : undefined}>
              <span className="visually-hidden">Page </span>
              {page + 1}
            </a>
          </li>
        ))}
        <li>
          {isLastPage ? (
            <span>Next</span>
          ) : (
            <a rel="next" {...linkTo(currentRefinement + 1)}>
              Next
            </a>
          )}
        </li>
      </ul>
      <label className="select">
        <select
          aria-label="Builds on a page"
          value={size}
          onChange={(event) => setSize(Number(event.target.value))}
        >
          {items.every(({ value }) => value !== size) && <option value={size}>{size} a page</option>}
          {items.map(({ value }) => (
            <option key={value} value={value}>
              {value} a page
            </option>
          ))}
        </select>
      </label>
    </nav>
  );
}
