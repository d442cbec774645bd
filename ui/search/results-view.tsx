import type { ReactNode } from 'react';
import { ExportMenu } from '../export/export-menu.tsx';
import { ActiveFilters } from '../facets/active-filters.tsx';
import { ProductTabs } from '../facets/product-tabs.tsx';
import { formatBuilds } from '../format/numbers.ts';
import { Histogram } from '../histogram/histogram.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { ColumnChooser, useColumns } from '../table/column-chooser.tsx';
import { ComparisonBar, useComparison } from '../table/comparison-bar.tsx';
import { ResultsTable } from '../table/results-table.tsx';
import { additionsOf, hasResults } from './build-hit.ts';
import { DeepPageNotice } from './deep-page-notice.tsx';
import { NoResults } from './no-results.tsx';
import { Pagination } from './pagination.tsx';
import { useFailure, useSearch, useSortOrder } from './search-context.tsx';
import { SearchFailure } from './search-failure.tsx';
import { sortOrders } from './sort-orders.ts';

/** What a search has found, or why there is nothing. */
export function ResultsView() {
  const { status } = useSearch();
  const failure = useFailure();
  const columns = useColumns();
  const comparison = useComparison();
  const keptFocus = useKeptFocus<HTMLElement>();
  return (
    <main id="results" {...keptFocus} data-status={failure ? 'error' : status}>
      <h1 className="visually-hidden">Builds</h1>
      {status === 'stalled' && <div className="progress" aria-hidden="true" />}
      <ProductTabs />
      {!failure && <Histogram />}
      <div className="toolbar">
        <ResultsStatus />
        <div className="tools">
          <SortSelect />
          <ColumnChooser chosen={columns} />
          <ExportMenu />
        </div>
      </div>
      <ActiveFilters />
      <Outcome>
        <ResultsTable columns={columns} comparison={comparison} />
      </Outcome>
      <ComparisonBar comparison={comparison} />
    </main>
  );
}

function Outcome({ children }: { children: ReactNode }) {
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

/** Keeps the place of the results, so that nothing moves when they arrive. */
function LoadingRows() {
  return (
    <div className="loading-rows" aria-hidden="true">
      {rows.map((row) => (
        <div key={row} />
      ))}
    </div>
  );
}

/** How many builds were found, which assistive technology announces when it changes. */
function ResultsStatus() {
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

function SortSelect() {
  const { order, sortBy } = useSortOrder();
  return (
    <select aria-label="Sort by" value={order.name} onChange={(event) => sortBy(event.target.value)}>
      {sortOrders.map(({ name, label }) => (
        <option key={name} value={name}>
          {label}
        </option>
      ))}
    </select>
  );
}
