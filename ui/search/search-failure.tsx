import { ApiError } from '../api/ask-api.ts';
import { useFilters } from '../facets/use-filters.ts';
import { useSearch } from './search-context.tsx';

/** Why the search failed and what to do. */
export function SearchFailure({ error }: { error: Error }) {
  const { refresh } = useSearch();
  const { reset, query, setQuery } = useFilters();
  const isRefused = error instanceof ApiError && error.isRefused;
  return (
    <section className="message failure" role="alert">
      <h2>{isRefused ? 'This search is not valid' : 'Search failed'}</h2>
      <p>{error.message}</p>
      {isRefused && query !== '' && (
        <p>
          Check that parentheses, quotation marks and brackets are closed. Select the question mark next to
          the search box for the syntax.
        </p>
      )}
      <p className="actions">
        {!isRefused && (
          <button type="button" className="button primary" onClick={() => refresh()}>
            Try again
          </button>
        )}
        {isRefused && query !== '' && (
          <button type="button" className="button primary" onClick={() => setQuery('')}>
            Clear the search text
          </button>
        )}
        <button type="button" className="button" onClick={reset}>
          Reset search
        </button>
      </p>
    </section>
  );
}
