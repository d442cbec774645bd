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

/**
 * Records what came of an S3 object. The row keeps the latest outcome, counts attempts, and remembers the first.
 * The same run recording again (an activity that was retried) is not another attempt.
 */
export async function recordObject(database: Database, outcome: ObjectOutcome): Promise<void> {
  const row = {
    bucket: outcome.bucket,
    key: outcome.key,
    etag: outcome.etag ?? null,
    outcome: outcome.outcome,
    reason: outcome.reason === undefined ? null : storableText(outcome.reason),
    buildHashes: [...(outcome.buildHashes ?? [])],
    workflowId: outcome.workflowId,
    runId: outcome.runId,
  };
  await database
    .insert(s3Objects)
    .values(row)
    .onConflictDoUpdate({
      target: [s3Objects.bucket, s3Objects.key],
      set: {
        ...row,
        lastAttemptAt: sql`clock_timestamp()`,
        attempts: sql`${s3Objects.attempts} + (${s3Objects.runId} <> excluded.run_id)::int`,
      },
    });
}
