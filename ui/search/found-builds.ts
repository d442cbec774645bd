import type { SearchResults } from 'algoliasearch-helper';
import type { BuildResult } from '../../api/searchkit/build-result.ts';

/** What the API adds to InstantSearch's results: builds over time, and the body that finds the same. */
export function additionsOf(results: SearchResults): BuildResult {
  const { timeline, search, reachableHits } = results as unknown as BuildResult;
  return {
    ...(timeline && { timeline }),
    ...(search && { search }),
    ...(reachableHits !== undefined && { reachableHits }),
  };
}
