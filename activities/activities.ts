import { Context } from '@temporalio/activity';
import { saveReport as saveReportQuery } from '../drizzle/queries/operation-reports.ts';
import { backfillRange } from './backfill/backfill-range.ts';
import { forgetKeyList } from './backfill/key-list.ts';
import { planBackfill, splitBackfillRange } from './backfill/plan-backfill.ts';
import { currentRun } from './current-attempt.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { importRange, inspectSource } from './import/import-range.ts';
import { downloadObject } from './ingest/download.ts';
import { makeIndexBuilds } from './ingest/index-builds.ts';
import { makeInsertBuilds } from './ingest/insert.ts';
import { nameParts, readMessage } from './ingest/read-message.ts';
import { recordFailure } from './ingest/record-failure.ts';
import { validateBuild } from './ingest/validate.ts';
import { compareBucket, recheckObjects, sampleKeys } from './reconcile/compare-bucket.ts';
import {
  closeIndexSnapshot,
  compareRange,
  findOrphans,
  openIndexSnapshot,
  repairUnindexed,
  rewriteDocuments,
} from './reconcile/compare-index.ts';
import { catchUp } from './reindex/catch-up.ts';
import { checkRange, fillRange, planRanges } from './reindex/fill-range.ts';
import {
  chooseIndexes,
  discardIndex,
  dropIndex,
  finishIndex,
  prepareFormerIndex,
  prepareNewIndex,
} from './reindex/index-lifecycle.ts';
import { swapIndex } from './reindex/swap-index.ts';
import { countFailures, findFailures } from './retry/find-failures.ts';

export function createActivities(dependencies: ActivityDependencies) {
  return {
    validateBuild,
    nameParts,
    insertBuilds: makeInsertBuilds(dependencies),
    indexBuilds: makeIndexBuilds(dependencies),
    ...bind(dependencies, {
      downloadObject,
      readMessage,
      recordFailure,
      saveReport,

      planBackfill,
      splitBackfillRange,
      backfillRange,
      forgetKeyList,

      countFailures,
      findFailures,

      prepareNewIndex,
      prepareFormerIndex,
      planRanges,
      fillRange,
      catchUp,
      checkRange,
      finishIndex,
      swapIndex,
      discardIndex,
      chooseIndexes,
      dropIndex,

      repairUnindexed,
      openIndexSnapshot,
      compareRange,
      rewriteDocuments,
      findOrphans,
      closeIndexSnapshot,
      sampleKeys,
      compareBucket,
      recheckObjects,

      inspectSource,
      importRange,
    }),
  };
}

export type Activities = ReturnType<typeof createActivities>;

type Bound<Functions> = {
  [Name in keyof Functions]: Functions[Name] extends (
    dependencies: ActivityDependencies,
    ...input: infer Input
  ) => infer Result
    ? (...input: Input) => Result
    : never;
};

/** The functions without their first parameter. */
function bind<Functions extends object>(dependencies: ActivityDependencies, functions: Functions) {
  const bound = Object.entries(functions).map(([name, run]) => [name, run.bind(undefined, dependencies)]);
  return Object.fromEntries(bound) as Bound<Functions>;
}

/** Keeps the report of an operation in PostgreSQL, where it stays after Temporal has forgotten the run. */
async function saveReport(
  { database }: ActivityDependencies,
  input: {
    /** Id of the first run, if the workflow has continued as new. */
    readonly runId: string;
    /** When that began, milliseconds since 1970. */
    readonly startedAt: number;
    readonly report: object;
  },
): Promise<void> {
  await saveReportQuery(database, {
    ...input,
    workflowId: currentRun().workflowId,
    kind: Context.current().info.workflowType ?? '',
    startedAt: new Date(input.startedAt),
  });
}
