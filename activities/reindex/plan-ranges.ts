import { divideBuilds, type IdRange } from '../../drizzle/queries/build-ids.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface PlanRangesInput extends IdRange {
  /** Rows of one range. */
  readonly size: number;
  /** Ranges at most. */
  readonly count: number;
}

/** A part of the table and how many rows it has. */
export interface PlannedRange extends IdRange {
  readonly rows: number;
}

/** Divides the next part of the table into ranges of as many rows each; none where nothing is left. */
export function makePlanRanges({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function planRanges({ size, count, ...part }: PlanRangesInput): Promise<PlannedRange[]> {
    return await divideBuilds(database, part, size, count);
  };
}
