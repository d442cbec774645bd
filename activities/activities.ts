import { Context } from '@temporalio/activity';
import { saveReport as saveReportQuery } from '../drizzle/queries/operation-reports.ts';
import { makeBackfillRange } from './backfill/backfill-range.ts';
import { makeForgetKeyList } from './backfill/key-list.ts';
import { makePlanBackfill, makeSplitRange } from './backfill/plan-backfill.ts';
import { currentRun } from './current-attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { makeImportRange, makeInspectSource } from './import/import-range.ts';
import { makeDownloadObject } from './ingest/download.ts';
import { makeIndexBuilds } from './ingest/index-builds.ts';
import { makeInsertBuilds } from './ingest/insert.ts';
import { makeReadMessage, nameParts } from './ingest/read-message.ts';
import { makeRecordFailure } from './ingest/record-failure.ts';
import { validateBuild } from './ingest/validate.ts';
import { makeCompareBucket, makeRecheckObjects, makeSampleKeys } from './reconcile/compare-bucket.ts';
import {
  makeCloseIndexSnapshot,
  makeCompareRange,
  makeFindOrphans,
  makeOpenIndexSnapshot,
  makeRepairUnindexed,
  makeRewriteDocuments,
} from './reconcile/compare-index.ts';
import { makeCatchUp } from './reindex/catch-up.ts';
import { makeCheckRange, makeFillRange, makePlanRanges } from './reindex/fill-range.ts';
import {
  makeDiscardIndex,
  makeDropIndexes,
  makeFinishIndex,
  makePrepareFormerIndex,
  makePrepareNewIndex,
} from './reindex/index-lifecycle.ts';
import { makeSwapIndex } from './reindex/swap-index.ts';
import { makeCountFailures, makeFindFailures } from './retry/find-failures.ts';

/** Every activity of Buildhub, bound to its dependencies, as the Temporal worker wants them. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    downloadObject: makeDownloadObject(dependencies),
    validateBuild,
    insertBuilds: makeInsertBuilds(dependencies),
    indexBuilds: makeIndexBuilds(dependencies),
    recordFailure: makeRecordFailure(dependencies),
    readMessage: makeReadMessage(dependencies),
    nameParts,
    planBackfill: makePlanBackfill(dependencies),
    splitBackfillRange: makeSplitRange(dependencies),
    backfillRange: makeBackfillRange(dependencies),
    saveReport: makeSaveReport(dependencies),
    forgetKeyList: makeForgetKeyList(dependencies),
    countFailures: makeCountFailures(dependencies),
    findFailures: makeFindFailures(dependencies),
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
    repairUnindexed: makeRepairUnindexed(dependencies),
    openIndexSnapshot: makeOpenIndexSnapshot(dependencies),
    compareRange: makeCompareRange(dependencies),
    rewriteDocuments: makeRewriteDocuments(dependencies),
    findOrphans: makeFindOrphans(dependencies),
    closeIndexSnapshot: makeCloseIndexSnapshot(dependencies),
    sampleKeys: makeSampleKeys(dependencies),
    compareBucket: makeCompareBucket(dependencies),
    recheckObjects: makeRecheckObjects(dependencies),
    inspectSource: makeInspectSource(dependencies),
    importRange: makeImportRange(dependencies),
  };
}

/** The type that workflows know the activities by. */
export type Activities = ReturnType<typeof createActivities>;

interface SaveReportInput {
  /** Id of the first run, if the workflow has continued as new. */
  readonly runId: string;
  /** When that began, milliseconds since 1970. */
  readonly startedAt: number;
  /** Any JSON. */
  readonly report: object;
}

/** Keeps the report of an operation in PostgreSQL, where it stays after Temporal has forgotten the run. */
function makeSaveReport({ database }: Pick<ActivityDependencies, 'database'>) {
  return async function saveReport({ runId, startedAt, report }: SaveReportInput): Promise<void> {
    await saveReportQuery(database, {
      workflowId: currentRun().workflowId,
      runId,
      kind: Context.current().info.workflowType ?? '',
      startedAt: new Date(startedAt),
      report,
    });
  };
}
