import type { SearchResults } from 'algoliasearch-helper';

/** Whether there was an answer yet; before it InstantSearch makes one up. */
export function hasResults(results: SearchResults): boolean {
  return !(results as { __isArtificial?: boolean }).__isArtificial;
}
