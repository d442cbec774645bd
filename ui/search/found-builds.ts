import type { SearchResults } from 'algoliasearch-helper';
import type { BuildResult } from '../../api/searchkit/build-result.ts';

/** What the API adds to InstantSearch's results. */
export function additionsOf(results: SearchResults): BuildResult {
  const { timeline, search, reachableHits, suggestion } = results as unknown as BuildResult;
  return {
    ...(timeline && { timeline }),
    ...(search && { search }),
    ...(reachableHits !== undefined && { reachableHits }),
    ...(suggestion && { suggestion }),
  };
}

/** Whether there was an answer yet; before it InstantSearch makes one up. */
export function hasResults(results: SearchResults): boolean {
  return !(results as { __isArtificial?: boolean }).__isArtificial;
}
