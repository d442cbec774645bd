import { useHitsPerPage, usePagination, useSortBy } from 'react-instantsearch';
import { ExportMenu } from '../export/export-menu.tsx';
import { ActiveFilters } from '../facets/active-filters.tsx';
import { ProductTabs } from '../facets/product-tabs.tsx';
import { formatBuilds } from '../format/numbers.ts';
import { Histogram } from '../histogram/histogram.tsx';
import { ColumnChooser } from '../table/column-chooser.tsx';
import { ComparisonBar } from '../table/comparison-bar.tsx';
import { ResultsTable } from '../table/results-table.tsx';
import { useColumns } from '../table/use-columns.ts';
import { useComparison } from '../table/use-comparison.ts';
import { DeepPageNotice } from './deep-page-notice.tsx';
import { additionsOf, hasResults } from './found-builds.ts';
import { NoResults } from './no-results.tsx';
import { Pagination } from './pagination.tsx';
import { useSearch } from './search-context.tsx';
import { SearchFailure, useFailure } from './search-failure.tsx';
import { indexFor, sortOrders } from './sort-orders.ts';
import { SortSelect } from './sort-select.tsx';
import { defaultPageSize, pageSizes } from './url-state.ts';

/** What a search has found, or why there is nothing. */
export function ResultsView() {
  const { status } = useSearch();
  const failure = useFailure();
  const columns = useColumns();
  const comparison = useComparison();
  return (
    <main id="results" data-status={failure ? 'error' : status}>
      <h1 className="visually-hidden">Builds</h1>
      <SearchState />
      {status === 'stalled' && <div className="progress" aria-hidden="true" />}
      <ProductTabs />
      {!failure && <Histogram />}
      <div className="toolbar">
        <ResultsStatus />
        <div className="tools">
          <SortSelect />
          <ColumnChooser chosen={columns} />
          <ExportMenu columns={columns.shown} />
        </div>
      </div>
      <ActiveFilters />
      <Outcome>
        <ResultsTable columns={columns.shown} comparison={comparison} />
      </Outcome>
      <ComparisonBar comparison={comparison} />
    </main>
  );
}

function Outcome({ children }: { children: React.ReactNode }) {
  const { results } = useSearch();
  const failure = useFailure();
  if (failure) return <SearchFailure error={failure} />;
  if (!hasResults(results)) return <LoadingRows />;
  if (results.nbHits === 0) return <NoResults />;
  return (
    <>
      {results.hits.length > 0 && children}
      <DeepPageNotice />
      <Pagination />
    </>
  );
}

const rows = Array.from({ length: 12 }, (_, at) => at);

/** Stands where the results will be, so that nothing jumps when they come. */
function LoadingRows() {
  return (
    <div className="loading-rows" aria-hidden="true">
      {rows.map((row) => (
        <div key={row} />
      ))}
    </div>
  );
}

const orders = sortOrders.map((order) => ({ value: indexFor(order), label: order.label }));
const sizes = pageSizes.map((value) => ({ label: String(value), value, default: value === defaultPageSize }));

/**
 * Makes InstantSearch know that there is an order, a page and a length of a page. Whatever does so must always be
 * there: each that comes or goes makes InstantSearch search again, and what comes with an answer would do so indefinitely.
 */
export function SearchState() {
  useSortBy({ items: orders });
  useHitsPerPage({ items: sizes });
  usePagination();
  return null;
}

/** How many builds were found, which assistive technology reads out as it changes. */
export function ResultsStatus() {
  const { results } = useSearch();
  const failure = useFailure();
  const isReady = hasResults(results);
  const { suggestion } = additionsOf(results);
  return (
    <div className="results-status">
      <p role="status">
        {failure ? 'Search failed' : isReady ? `${formatBuilds(results.nbHits)} found` : 'Searching…'}
        {isReady && !failure && suggestion && (
          <span className="visually-hidden">. Did you mean {suggestion.query}?</span>
        )}
      </p>
      {isReady && !failure && <span className="soft"> in {results.processingTimeMS} ms</span>}
    </div>
  );
}
