import { makeBackfillRange } from './backfill/backfill-range.ts';
import { makeForgetKeyList } from './backfill/key-list.ts';
import { makePlanBackfill } from './backfill/plan-backfill.ts';
import { makeSplitRange } from './backfill/split-range.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { makeImportActivities } from './import/import-activities.ts';
import { makeDownloadObject } from './ingest/download.ts';
import { makeIndexBuilds } from './ingest/index-builds.ts';
import { makeInsertBuilds } from './ingest/insert.ts';
import { makeReadMessage } from './ingest/read-message.ts';
import { makeRecordFailure } from './ingest/record-failure.ts';
import { validateBuild } from './ingest/validate.ts';
import { makeReconcileActivities } from './reconcile/reconcile-activities.ts';
import { makeReindexActivities } from './reindex/reindex-activities.ts';
import { makeSaveReport } from './reindex/save-report.ts';
import { makeCountFailures } from './retry/count-failures.ts';
import { makeFindFailures } from './retry/find-failures.ts';

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
