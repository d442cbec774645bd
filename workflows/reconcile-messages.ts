import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ReconcileReport } from './reconcile-report.ts';

/** What a reconciliation that runs has found so far. To cancel it, cancel the workflow; what it has repaired stays. */
export const reconcileProgressQuery = defineQuery<ReconcileReport>('progress');

/** Begins nothing more until it is told to go on. Elasticsearch keeps the snapshot of the index for a quarter of an hour. */
export const pauseReconcileSignal = defineSignal('pause');

/** Goes on. */
export const resumeReconcileSignal = defineSignal('resume');
