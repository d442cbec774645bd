import { defineQuery } from '@temporalio/workflow';
import type { ReconcileReport } from './reconcile-report.ts';

/** What a reconciliation that runs has found so far. To cancel it, cancel the workflow; what it has repaired stays. */
export const reconcileProgressQuery = defineQuery<ReconcileReport>('progress');
