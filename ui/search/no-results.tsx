import { useFilters } from '../facets/use-filters.ts';
import { formatBuilds } from '../format/numbers.ts';
import { additionsOf } from './build-hit.ts';
import { useSearch } from './search-context.tsx';

/** What to try when nothing was found. */
export function NoResults() {
  const { query, isFiltered, clear, reset, setQuery } = useFilters();
  const { results } = useSearch();
  const { suggestion, isIndexEmpty } = additionsOf(results);
  if (isIndexEmpty) return <NoBuildsYet />;
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

/** What Buildhub is, and how builds arrive. */
function NoBuildsYet() {
  const { refresh } = useSearch();
  return (
    <section className="message" aria-label="No builds yet">
      <h2>No builds yet</h2>
      <p>
        Buildhub is a searchable index of every build of Firefox, Thunderbird and the other products that
        Mozilla publishes.
      </p>
      <p>
        Builds arrive automatically: the build automation puts a <code>buildhub.json</code> into an S3 bucket
        next to each build, S3 sends a notification, and Buildhub ingests the file within seconds. To ingest
        files that were in the bucket before, start a backfill.
      </p>
      <p className="actions">
        <button type="button" className="button primary" onClick={() => refresh()}>
          Check again
        </button>
        <a className="button" href="/operations">
          Start a backfill
        </a>
        <a className="button" href="/docs">
          Documentation
        </a>
      </p>
    </section>
  );
}
