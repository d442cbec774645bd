import type { ActivityDependencies } from '../dependencies.ts';
import { makeCompareBucket, makeRecheckObjects, makeSampleKeys } from './compare-bucket.ts';
import { makeCompareRange } from './compare-range.ts';
import { makeFindOrphans } from './find-orphans.ts';
import { makeCloseIndexSnapshot, makeOpenIndexSnapshot } from './index-snapshot.ts';
import { makeRepairUnindexed } from './repair-unindexed.ts';

/** The activities of a reconciliation. */
export function makeReconcileActivities(dependencies: ActivityDependencies) {
  return {
    repairUnindexed: makeRepairUnindexed(dependencies),
    openIndexSnapshot: makeOpenIndexSnapshot(dependencies),
    compareRange: makeCompareRange(dependencies),
    findOrphans: makeFindOrphans(dependencies),
    closeIndexSnapshot: makeCloseIndexSnapshot(dependencies),
    sampleKeys: makeSampleKeys(dependencies),
    compareBucket: makeCompareBucket(dependencies),
    recheckObjects: makeRecheckObjects(dependencies),
  };
}
