/** What the Temporal worker bundles: every workflow, by the name that Temporal knows it by. */
export { backfill } from './backfill.ts';
export { ingestMessage } from './ingest-message.ts';
