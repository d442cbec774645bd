import { makeBackfillRange } from './backfill/backfill-range.ts';
import { makeForgetKeyList } from './backfill/key-list.ts';
import { makePlanBackfill } from './backfill/plan-backfill.ts';
import { makeSplitRange } from './backfill/split-range.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { makeDownloadObject } from './download-object.ts';
import { makeImportActivities } from './import/import-activities.ts';
import { makeIndexBuilds } from './index-builds.ts';
import { makeInsertBuilds } from './insert-builds.ts';
import { makeReadMessage } from './read-message.ts';
import { makeReconcileActivities } from './reconcile/reconcile-activities.ts';
import { makeRecordFailure } from './record-failure.ts';
import { makeReindexActivities } from './reindex/reindex-activities.ts';
import { makeSaveReport } from './reindex/save-report.ts';
import { makeCountFailures } from './retry/count-failures.ts';
import { makeFindFailures } from './retry/find-failures.ts';
import { validateBuild } from './validate-build.ts';

/** Every activity of Buildhub, bound to its dependencies, as the Temporal worker wants them. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    downloadObject: makeDownloadObject(dependencies),
    validateBuild,
    insertBuilds: makeInsertBuilds(dependencies),
    indexBuilds: makeIndexBuilds(dependencies),
    recordFailure: makeRecordFailure(dependencies),
    readMessage: makeReadMessage(dependencies),
    planBackfill: makePlanBackfill(dependencies),
    splitBackfillRange: makeSplitRange(dependencies),
    backfillRange: makeBackfillRange(dependencies),
    saveReport: makeSaveReport(dependencies),
    forgetKeyList: makeForgetKeyList(dependencies),
    countFailures: makeCountFailures(dependencies),
    findFailures: makeFindFailures(dependencies),
    ...makeReindexActivities(dependencies),
    ...makeReconcileActivities(dependencies),
    ...makeImportActivities(dependencies),
  };
}

/** The type that workflows know the activities by. */
export type Activities = ReturnType<typeof createActivities>;
