import { useFilters } from '../facets/use-filters.ts';

/** What to try when nothing was found. */
export function NoResults() {
  const { query, isFiltered, clear, reset, setQuery } = useFilters();
  return (
    <section className="message" aria-label="No builds found">
      <h2>{query === '' ? 'No builds match these filters' : <>No builds found for “{query}”</>}</h2>
      <p className="soft">
        {query === ''
          ? 'Take one of the filters back, or start again.'
          : 'Every word must be the beginning of a product, version, channel, platform, locale or build id. The question mark beside the search box shows what else can be written.'}
      </p>
      <p className="actions">
        {query !== '' && isFiltered && (
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
