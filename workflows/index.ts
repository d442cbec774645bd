/** What the Temporal worker bundles: every workflow, by the name that Temporal knows it by. */
export { backfill } from './backfill.ts';
export { importBuildhub2 } from './import-buildhub2.ts';
export { ingestMessage } from './ingest-message.ts';
export { reconcile } from './reconcile.ts';
export { reindex } from './reindex.ts';
export { dropIndexes } from './reindex-drop.ts';
export { rollBack } from './reindex-roll-back.ts';
export { retryFailed } from './retry-failed.ts';
