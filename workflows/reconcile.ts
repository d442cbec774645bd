import {
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { Unindexed } from '../activities/reconcile/repair-unindexed.ts';
import { type BucketWalk, compareBucket } from './reconcile-bucket.ts';
import { type CompareIndexInput, compareIndex, type IndexWalk } from './reconcile-index.ts';
import { pauseReconcileSignal, reconcileProgressQuery, resumeReconcileSignal } from './reconcile-messages.ts';
import {
  agrees,
  type BucketComparison,
  type Course,
  describeReconcile,
  type IndexComparison,
  type ReconcileReport,
} from './reconcile-report.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';
import { throwIfCancelled } from './throw-if-cancelled.ts';

/** What a reconciliation can be told. */
export interface ReconcileInput extends CompareIndexInput {
  /** How much of the bucket is listed: each page costs a request to S3. */
  readonly extent: 'none' | 'sample' | 'whole';
  readonly bucket: string;
  /** Seconds after which what has arrived must be in its place: what is younger may be on its way. */
  readonly graceSeconds?: number;
  /** Pages of a thousand keys that are listed at once; 50 by default. */
  readonly pagesAtOnce?: number;
  /** Continue as new once the history has this many events; by default where Temporal suggests it. */
  readonly maxHistory?: number;
}

/** Where a reconciliation stands when it continues as new. */
export interface ReconcileState {
  /** Milliseconds since 1970, by Temporal's clock. */
  readonly startedAt: number;
  readonly phase: ReconcileReport['phase'];
  readonly isPaused: boolean;
  readonly parts: {
    readonly unindexed?: Unindexed;
    readonly index?: IndexComparison;
    readonly bucket?: BucketComparison;
  };
  /** What is under way. */
  readonly index?: IndexWalk;
  readonly bucket?: BucketWalk;
}

/**
 * Compares what must agree: builds that Elasticsearch has acknowledged, the documents that it has, and the objects in
 * the bucket. Repairs the differences, or only reports them. The report is kept in PostgreSQL too.
 */
export async function reconcile(input: ReconcileInput, carried?: ReconcileState): Promise<ReconcileReport> {
  const { repair, extent, graceSeconds = 60 } = input;
  const startedAt = carried?.startedAt ?? Date.now();
  let parts = carried?.parts ?? {};
  let phase: ReconcileReport['phase'] = carried?.phase ?? 'unindexed';
  let isPaused = carried?.isPaused ?? false;
  const report = (): ReconcileReport => ({
    phase,
    ...(isPaused && { isPaused }),
    repair,
    ...parts,
    agrees: agrees({ phase, repair, ...parts }),
    seconds: (Date.now() - startedAt) / 1_000,
  });
  const show = () => setCurrentDetails(describeReconcile(report()));
  const keep = (part: typeof parts) => {
    parts = { ...parts, ...part };
    show();
  };
  const setPaused = (wished: boolean) => {
    // A run that was begun by code that never paused would not replay.
    if (!patched('reconcile-pauses')) return;
    isPaused = wished;
    show();
  };
  const course: Course = {
    untilResumed: () => condition(() => !isPaused),
    isLong: () => {
      const isLong = hasLongHistory(input.maxHistory);
      if (isLong) throwIfCancelled();
      return isLong;
    },
  };
  const goOn = (walk: Pick<ReconcileState, 'index' | 'bucket'>) =>
    continueAsNew<typeof reconcile>(input, { startedAt, phase, isPaused, parts, ...walk });
  setHandler(reconcileProgressQuery, () => ({ ...report(), startedAt: new Date(startedAt).toISOString() }));
  setHandler(pauseReconcileSignal, () => setPaused(true));
  setHandler(resumeReconcileSignal, () => setPaused(false));
  show();
  if (phase === 'unindexed') {
    parts = { unindexed: await longSteps.repairUnindexed({ repair, graceSeconds }) };
    phase = 'index';
  }
  if (phase === 'index') {
    const index = await compareIndex(input, carried?.index, (sum) => keep({ index: sum }), course);
    if ('rest' in index) return await goOn({ index: index.rest });
    keep({ index });
  }
  if (extent !== 'none') {
    phase = 'bucket';
    const settings = { ...input, extent, graceSeconds };
    const bucket = await compareBucket(settings, carried?.bucket, (sum) => keep({ bucket: sum }), course);
    if ('rest' in bucket) return await goOn({ bucket: bucket.rest });
    keep({ bucket });
  }
  phase = 'done';
  show();
  upsertMemo({ progress: report() });
  const { firstExecutionRunId: runId } = workflowInfo();
  const result = report();
  await shortSteps.saveReport({ runId, startedAt, report: result });
  return result;
}

/**
 * Whether it is time to continue as new. A run that was begun by code that never did so would not replay, so it goes on
 * to its end.
 */
function hasLongHistory(maxHistory: number | undefined): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  const isLong = continueAsNewSuggested || (maxHistory !== undefined && historyLength > maxHistory);
  return isLong && patched('reconcile-continues-as-new');
}
