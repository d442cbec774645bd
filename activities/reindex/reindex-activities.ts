import type { ActivityDependencies } from '../dependencies.ts';
import { makeCatchUp } from './catch-up.ts';
import { makeCheckRange } from './check-range.ts';
import { makeDropIndexes } from './drop-indexes.ts';
import { makeFillRange } from './fill-range.ts';
import { makeDiscardIndex, makeFinishIndex } from './finish-index.ts';
import { makePlanRanges } from './plan-ranges.ts';
import { makePrepareFormerIndex, makePrepareNewIndex } from './prepare-index.ts';
import { makeSwapIndex } from './swap-index.ts';

/** The activities of a reindex and of a roll-back. */
export function makeReindexActivities(dependencies: ActivityDependencies) {
  return {
    prepareNewIndex: makePrepareNewIndex(dependencies),
    prepareFormerIndex: makePrepareFormerIndex(dependencies),
    planRanges: makePlanRanges(dependencies),
    fillRange: makeFillRange(dependencies),
    catchUp: makeCatchUp(dependencies),
    checkRange: makeCheckRange(dependencies),
    finishIndex: makeFinishIndex(dependencies),
    swapIndex: makeSwapIndex(dependencies),
    discardIndex: makeDiscardIndex(dependencies),
    dropIndexes: makeDropIndexes(dependencies),
  };
}
