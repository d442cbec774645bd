import { useHitsPerPage, usePagination, useSortBy } from 'react-instantsearch';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf, hasResults } from './found-builds.ts';
import { useSearch } from './search-context.tsx';
import { useFailure } from './search-failure.tsx';
import { indexFor, sortOrders } from './sort-orders.ts';
import { defaultPageSize, pageSizes } from './url-state.ts';

/** How many builds were found, which assistive technology reads out as it changes. */
export function ResultsStatus() {
  const { results } = useSearch();
  const failure = useFailure();
  const isReady = hasResults(results);
  const { suggestion } = additionsOf(results);
  return (
    <div className="results-status">
      <p role="status">
        {failure
          ? 'The search did not succeed'
          : isReady
            ? `${formatBuilds(results.nbHits)} found`
            : 'Searching…'}
        {isReady && !failure && suggestion && (
          <span className="visually-hidden">. Did you mean {suggestion.query}?</span>
        )}
      </p>
      {isReady && !failure && <span className="soft"> in {results.processingTimeMS} ms</span>}
    </div>
  );
}

const orders = sortOrders.map((order) => ({ value: indexFor(order), label: order.label }));
const sizes = pageSizes.map((value) => ({ label: String(value), value, default: value === defaultPageSize }));

/**
 * Makes InstantSearch know that there is an order, a page and a length of a page. Whatever does so must always be
 * there: each that comes or goes makes InstantSearch search again, and what comes with an answer would do so for ever.
 */
export function SearchState() {
  useSortBy({ items: orders });
  useHitsPerPage({ items: sizes });
  usePagination();
  return null;
}

const rows = Array.from({ length: 12 }, (_, at) => at);

/** Stands where the results will be, so that nothing jumps when they come. */
export function LoadingRows() {
  return (
    <div className="loading-rows" aria-hidden="true">
      {rows.map((row) => (
        <div key={row} />
      ))}
    </div>
  );
}
