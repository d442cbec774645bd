import { ExportMenu } from '../export/export-menu.tsx';
import { ActiveFilters } from '../facets/active-filters.tsx';
import { ProductTabs } from '../facets/product-tabs.tsx';
import { Histogram } from '../histogram/histogram.tsx';
import { ColumnChooser } from '../table/column-chooser.tsx';
import { ComparisonBar } from '../table/comparison-bar.tsx';
import { ResultsTable } from '../table/results-table.tsx';
import { useColumns } from '../table/use-columns.ts';
import { useComparison } from '../table/use-comparison.ts';
import { DeepPageNotice } from './deep-page-notice.tsx';
import { hasResults } from './found-builds.ts';
import { NoResults } from './no-results.tsx';
import { Pagination } from './pagination.tsx';
import { ResultsStatus } from './results-status.tsx';
import { useSearch } from './search-context.tsx';
import { SearchFailure, useFailure } from './search-failure.tsx';
import { SearchState } from './search-state.ts';
import { SortSelect } from './sort-select.tsx';

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
