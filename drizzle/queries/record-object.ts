import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableText } from '../storable-text.ts';
import { type Outcome, s3Objects } from '../tables.ts';

/** An attempt to ingest an S3 object, and the workflow run that made it. */
export interface ObjectAttempt {
  readonly bucket: string;
  readonly key: string;
  /** ETag of the content that was read, without quotes. */
  readonly etag?: string | undefined;
  readonly workflowId: string;
  readonly runId: string;
}

/** What came of an attempt. */
export interface ObjectOutcome extends ObjectAttempt {
  readonly outcome: Outcome;
  /** For people: why the object is invalid or missing. */
  readonly reason?: string | undefined;
  readonly buildHashes?: readonly string[];
}

/** Records what came of one S3 object, as {@link recordObjects} does. */
export async function recordObject(database: Database, outcome: ObjectOutcome): Promise<void> {
  await recordObjects(database, [outcome]);
}

/**
 * Records what came of S3 objects, in one statement. A row keeps the latest outcome, counts attempts, and remembers
 * the first. The same run recording again (an activity that was retried) is not another attempt.
 *
 * @param outcomes no two of the same object
 */
export async function recordObjects(database: Database, outcomes: readonly ObjectOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes.map((outcome) => ({
    bucket: outcome.bucket,
    key: outcome.key,
    etag: outcome.etag ?? null,
    outcome: outcome.outcome,
    reason: outcome.reason === undefined ? null : storableText(outcome.reason),
    buildHashes: [...(outcome.buildHashes ?? [])],
    workflowId: outcome.workflowId,
    runId: outcome.runId,
  }));
  // Always in the same order, so that two transactions with rows in common wait for each other and do not deadlock.
  rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  await database
    .insert(s3Objects)
    .values(rows)
    .onConflictDoUpdate({
      target: [s3Objects.bucket, s3Objects.key],
      set: {
        etag: sql`excluded.etag`,
        outcome: sql`excluded.outcome`,
        reason: sql`excluded.reason`,
        buildHashes: sql`excluded.build_hashes`,
        workflowId: sql`excluded.workflow_id`,
        runId: sql`excluded.run_id`,
        lastAttemptAt: sql`clock_timestamp()`,
        attempts: sql`${s3Objects.attempts} + (${s3Objects.runId} <> excluded.run_id)::int`,
      },
    });
}
