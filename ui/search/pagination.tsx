import type { MouseEvent } from 'react';
import { formatCount } from '../format/numbers.ts';
import { useSearch } from './search-context.tsx';
import { defaultPageSize, pageSizes } from './url-state.ts';

/** The pages of the results, as links, and how long one is. */
export function Pagination() {
  const { results, indexUiState, setIndexUiState, pages } = useSearch();
  const { currentRefinement: current, nbPages: count, createURL, refine } = pages;
  const size = indexUiState.hitsPerPage ?? defaultPageSize;
  const setSize = (text: string) =>
    setIndexUiState(({ page: _page, ...state }) => ({ ...state, hitsPerPage: Number(text) }));

  const linkTo = (target: number) => ({
    href: createURL(target),
    onClick(event: MouseEvent) {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      refine(target);
      document.getElementById('results')?.scrollIntoView({ block: 'start' });
    },
  });
  const step = (label: string, target: number | false) =>
    target === false ? <span className="soft">{label}</span> : <a {...linkTo(target)}>{label}</a>;
  // Not of the page that is being searched for.
  const first = results.page * results.hitsPerPage + 1;
  const last = first + results.hits.length - 1;
  return (
    <nav className="pagination" aria-label="Pages of results">
      <p className="soft">
        {results.hits.length > 0 &&
          `${formatCount(first)}–${formatCount(last)} of ${formatCount(results.nbHits)}`}
      </p>
      <ul>
        <li>{step('Previous', current > 0 && Math.min(current, count) - 1)}</li>
        {pages.pages.map((target) => (
          <li key={target}>
            <a {...linkTo(target)} aria-current={target === current ? 'page' : undefined}>
              <span className="visually-hidden">Page </span>
              {target + 1}
            </a>
          </li>
        ))}
        <li>{step('Next', current + 1 < count && current + 1)}</li>
      </ul>
      <select aria-label="Builds per page" value={size} onChange={(event) => setSize(event.target.value)}>
        {[...new Set([...pageSizes, size])].map((value) => (
          <option key={value} value={value}>
            {value} per page
          </option>
        ))}
      </select>
    </nav>
  );
}
