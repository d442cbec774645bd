import { useFilters } from '../facets/use-filters.ts';
import { readDate } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { textAt } from './build-hit.ts';
import { additionsOf } from './found-builds.ts';
import { usePages } from './pagination.tsx';
import { useSearch } from './search-context.tsx';
import { useSortOrder } from './sort-select.tsx';

/**
 * Says where the pages end when there are more builds than can be paged through, and goes on from there by the date of
 * the last build, which has no end.
 */
export function DeepPageNotice() {
  const { results } = useSearch();
  const { page, count, goTo } = usePages();
  const { order } = useSortOrder();
  const { rangeOf, setRange } = useFilters();
  const { reachableHits = Number.POSITIVE_INFINITY } = additionsOf(results);
  const isBeyond = page > count && results.nbHits > 0;
  const isLast = page === count && results.nbHits > reachableHits;
  if (!isBeyond && !isLast) return null;

  const { field, direction } = order;
  const last = readDate(textAt(results.hits.at(-1), field));
  const continueByDate = () =>
    setRange(field, { ...rangeOf(field), ...(direction === 'descending' ? { to: last } : { from: last }) });
  const further = direction === 'descending' ? 'older' : 'newer';
  return (
    <div className="notice">
      <p>
        {isBeyond
          ? `Page ${formatCount(page)} does not exist. `
          : `This is the end of the first ${formatCount(reachableHits)} of ${formatCount(results.nbHits)} builds. `}
        {results.nbHits > reachableHits && 'Use filters or dates to find the others.'}
      </p>
      {isBeyond && (
        <button type="button" className="button" onClick={() => goTo(count)}>
          Go to page {formatCount(count)}, the last
        </button>
      )}
      {isLast && !Number.isNaN(last) && (
        <button type="button" className="button" onClick={continueByDate}>
          Continue with {further} builds
        </button>
      )}
    </div>
  );
}
