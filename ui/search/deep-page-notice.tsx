import { useFilters } from '../facets/use-filters.ts';
import { readDate } from '../format/date.ts';
import { formatCount } from '../format/numbers.ts';
import { additionsOf, textAt } from './build-hit.ts';
import { useSearch, useSortOrder } from './search-context.tsx';

/**
 * Says where the pages end if there are more builds than pages reach, and continues from there by the date of the last
 * build.
 */
export function DeepPageNotice() {
  const { results, pages } = useSearch();
  const { nbPages: count, refine } = pages;
  // Not the page that is being searched for.
  const current = results.page;
  const { order } = useSortOrder();
  const { rangeOf, setRange } = useFilters();
  const { reachableHits = Number.POSITIVE_INFINITY } = additionsOf(results);
  const isBeyond = current >= count;
  const isLast = current === count - 1 && results.nbHits > reachableHits;
  if (!isBeyond && !isLast) return null;

  const { field, direction } = order;
  const last = readDate(textAt(results.hits.at(-1), field));
  const [end, further] = direction === 'descending' ? ['to', 'older'] : ['from', 'newer'];
  return (
    <div className="notice">
      <p>
        {isBeyond
          ? `Page ${formatCount(current + 1)} does not exist. `
          : `This is the end of the first ${formatCount(reachableHits)} of ${formatCount(results.nbHits)} builds. `}
        {results.nbHits > reachableHits && 'Use filters or dates to find the others.'}
      </p>
      {isBeyond && (
        <button type="button" className="button" onClick={() => refine(count - 1)}>
          Go to page {formatCount(count)}, the last
        </button>
      )}
      {isLast && !Number.isNaN(last) && (
        <button
          type="button"
          className="button"
          onClick={() => setRange(field, { ...rangeOf(field), [end]: last })}
        >
          Continue with {further} builds
        </button>
      )}
    </div>
  );
}
