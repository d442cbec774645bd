import type { Timeline } from './timeline.ts';

/** What a result with hits has beyond InstantSearch's own members. */
export interface BuildResult {
  /** Builds over time, by the date that the hits are in order of; absent without builds. */
  readonly timeline?: Timeline;
  /** The body that finds the same by `POST /api/search`. */
  readonly search?: { readonly query?: object; readonly sort?: object };
  /** How many of the hits can be paged through. */
  readonly reachableHits?: number;
  /** If nothing was found: the nearest spelling that finds something, and how many builds that are. */
  readonly suggestion?: { readonly query: string; readonly found: number };
  /** If nothing was found: set if the index has no build at all. */
  readonly isIndexEmpty?: true;
}
