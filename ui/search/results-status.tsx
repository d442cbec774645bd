import { formatBuilds } from '../format/numbers.ts';
import { additionsOf, hasResults } from './found-builds.ts';
import { useSearch } from './search-context.tsx';
import { useFailure } from './search-failure.tsx';

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
