import { useFilters } from '../facets/use-filters.ts';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf } from './found-builds.ts';
import { useSearch } from './search-context.tsx';

/** What to try when nothing was found. A word that no build has, for which another is offered, needs no other filters. */
export function NoResults() {
  const { query, isFiltered, clear, reset, setQuery } = useFilters();
  const { results } = useSearch();
  const { suggestion } = additionsOf(results);
  return (
    <section className="message" aria-label="No builds found">
      <h2>{query === '' ? 'No builds match these filters' : <>No builds found for “{query}”</>}</h2>
      {suggestion && (
        <p className="suggestion">
          Did you mean{' '}
          <button type="button" className="text-button" onClick={() => setQuery(suggestion.query)}>
            {suggestion.query}
          </button>
          ? <span className="soft">{formatBuilds(suggestion.found)}</span>
        </p>
      )}
      <p className="soft">
        {query === ''
          ? 'Remove a filter, or start again.'
          : 'Each word must match the beginning of a product, version, channel, platform, locale or build id. Select the question mark next to the search box for the full syntax.'}
      </p>
      <p className="actions">
        {query !== '' && isFiltered && !suggestion && (
          <button type="button" className="button primary" onClick={clear}>
            Search for “{query}” without filters
          </button>
        )}
        {query !== '' && isFiltered && (
          <button type="button" className="button" onClick={() => setQuery('')}>
            Keep the filters only
          </button>
        )}
        <button type="button" className="button" onClick={reset}>
          Show all builds
        </button>
      </p>
    </section>
  );
}
