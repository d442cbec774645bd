import { useInstantSearch } from 'react-instantsearch';
import { formatBuilds } from '../format/count.ts';
import { hasResults } from './has-results.ts';

/** How many builds were found, which assistive technology reads out as it changes. */
export function ResultsStatus() {
  const { results, status } = useInstantSearch();
  const isReady = hasResults(results);
  return (
    <div className="results-status">
      <p role="status">
        {status === 'error'
          ? 'The search did not succeed'
          : isReady
            ? `${formatBuilds(results.nbHits)} found`
            : 'Searching…'}
      </p>
      {isReady && status !== 'error' && <span className="soft"> in {results.processingTimeMS} ms</span>}
    </div>
  );
}
