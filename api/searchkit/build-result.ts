import type { Timeline } from './timeline.ts';

/** What a result has beside what InstantSearch knows; only the one with the hits has it. */
export interface BuildResult {
  /** Builds over time, by the date that the hits are in order of; absent where there is none. */
  readonly timeline?: Timeline;
  /** The body that finds the same by `POST /api/search`. */
  readonly search?: { readonly query?: object; readonly sort?: object };
  /** How many of the hits can be paged through. */
  readonly reachableHits?: number;
  /** Where nothing was found: the nearest spelling that finds something. */
  readonly suggestion?: Suggestion;
  /** Where nothing was found: whether there is no build at all, whatever is searched for. */
  readonly isIndexEmpty?: true;
}

/** A search text that finds something, under the same filters. */
export interface Suggestion {
  readonly query: string;
  /** Builds that it finds. */
  readonly found: number;
}
