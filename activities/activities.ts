import type { S3Client } from '@aws-sdk/client-s3';
import type { Client as ElasticsearchClient } from '@elastic/elasticsearch';
import type { Database } from '../drizzle/connect.ts';
import { makeBackfillRange } from './backfill/backfill-range.ts';
import { makeForgetKeyList } from './backfill/key-list.ts';
import { makePlanBackfill } from './backfill/plan-backfill.ts';
import { makeSplitRange } from './backfill/split-range.ts';
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

/** What the activities work with; made once by the worker. */
export interface ActivityDependencies {
  readonly s3: S3Client;
  readonly database: Database;
  /** Where builds are imported from. */
  readonly buildhub2DatabaseUrl?: string | undefined;
  readonly elasticsearch: ElasticsearchClient;
  /** Alias of the index that is written to. */
  readonly indexAlias: string;
  readonly refreshInterval: string;
  /** A larger object is invalid. In bytes, before and after decompression. */
  readonly maxObjectBytes: number;
  /** JSON text about the running code, stored with each build it inserts. */
  readonly metadata: string;
}

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
