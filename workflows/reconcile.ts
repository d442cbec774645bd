import { setCurrentDetails, setHandler, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { Unindexed } from '../activities/reconcile/repair-unindexed.ts';
import { compareBucket } from './reconcile-bucket.ts';
import { type CompareIndexInput, compareIndex } from './reconcile-index.ts';
import { reconcileProgressQuery } from './reconcile-messages.ts';
import {
  agrees,
  type BucketComparison,
  describeReconcile,
  type IndexComparison,
  type ReconcileReport,
} from './reconcile-report.ts';
import { longSteps, shortSteps } from './reindex-steps.ts';

/** What a reconciliation can be told. */
export interface ReconcileInput extends CompareIndexInput {
  /** How much of the bucket is listed: each page costs a request to S3. */
  readonly extent: 'none' | 'sample' | 'whole';
  readonly bucket: string;
  /** Seconds after which what has arrived must be in its place: what is younger may be on its way. */
  readonly graceSeconds?: number;
}

/**
 * Compares what must agree: builds that Elasticsearch has acknowledged, the documents that it has, and the objects in
 * the bucket. Repairs the differences, or only reports them. The report is kept in PostgreSQL too.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileReport> {
  const { repair, contents, extent, bucket, graceSeconds = 60 } = input;
  const startedAt = Date.now();
  let parts: { unindexed?: Unindexed; index?: IndexComparison; bucket?: BucketComparison } = {};
  let phase: ReconcileReport['phase'] = 'unindexed';
  const report = (): ReconcileReport => ({
    phase,
    repair,
    ...parts,
    agrees: agrees({ phase, repair, ...parts }),
    seconds: (Date.now() - startedAt) / 1_000,
  });
  const show = () => setCurrentDetails(describeReconcile(report()));
  setHandler(reconcileProgressQuery, report);
  show();
  parts = { unindexed: await longSteps.repairUnindexed({ repair, graceSeconds }) };
  phase = 'index';
  const keep = (part: typeof parts) => {
    parts = { ...parts, ...part };
    show();
  };
  keep({ index: await compareIndex({ repair, contents }, (index) => keep({ index })) });
  if (extent !== 'none') {
    phase = 'bucket';
    const settings = { bucket, extent, repair, graceSeconds };
    keep({ bucket: await compareBucket(settings, (sum) => keep({ bucket: sum })) });
  }
  phase = 'done';
  show();
  upsertMemo({ progress: report() });
  const { runId } = workflowInfo();
  const result = report();
  await shortSteps.saveReport({ runId, startedAt, report: result });
  return result;
}
