/** What the Temporal worker bundles: every workflow, by the name that Temporal knows it by. */
export { backfill } from './backfill/backfill.ts';
export { importBuildhub2 } from './import/import-buildhub2.ts';
export { ingestMessage } from './ingest-message.ts';
export { reconcile } from './reconcile/reconcile.ts';
export { dropIndexes, reindex, rollBack } from './reindex/reindex.ts';
export { retryFailed } from './retry/retry-failed.ts';
