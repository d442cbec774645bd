import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';
import { storableText } from '../storable-text.ts';
import type { Outcome } from '../tables.ts';

/** An attempt to ingest an S3 object, and the workflow run that made it. */
export interface ObjectAttempt {
  readonly bucket: string;
  readonly key: string;
  /** ETag of the content that was read, without quotes. */
  readonly etag?: string | undefined;
  /** Time of the S3 event, ISO 8601. */
  readonly eventTime?: string | undefined;
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
  const column = (read: (outcome: ObjectOutcome) => string | null) => sql.param(outcomes.map(read));
  // The hashes as JSON: PostgreSQL's arrays of arrays are rectangles, and objects differ in how many builds they have.
  // Always in the same order, so that two transactions with rows in common wait for each other and do not deadlock.
  await database.execute(sql`
    insert into s3_objects (bucket, key, etag, outcome, reason, build_hashes, workflow_id, run_id, event_at)
    select row.bucket, row.key, row.etag, row.outcome, row.reason,
      array(select jsonb_array_elements_text(row.hashes)), row.workflow_id, row.run_id, row.event_at
    from unnest(
      ${column(({ bucket }) => bucket)}::text[], ${column(({ key }) => key)}::text[],
      ${column(({ etag }) => etag ?? null)}::text[], ${column(({ outcome }) => outcome)}::text[],
      ${column(({ reason }) => (reason === undefined ? null : storableText(reason)))}::text[],
      ${column(({ buildHashes = [] }) => JSON.stringify(buildHashes))}::jsonb[],
      ${column(({ workflowId }) => workflowId)}::text[], ${column(({ runId }) => runId)}::text[],
      ${column(({ eventTime }) => storableMoment(eventTime))}::timestamptz[]
    ) as row (bucket, key, etag, outcome, reason, hashes, workflow_id, run_id, event_at)
    order by row.bucket, row.key
    on conflict (bucket, key) do update set
      etag = excluded.etag, outcome = excluded.outcome, reason = excluded.reason,
      build_hashes = excluded.build_hashes, workflow_id = excluded.workflow_id, run_id = excluded.run_id,
      last_attempt_at = clock_timestamp(), event_at = excluded.event_at,
      attempts = s3_objects.attempts + (s3_objects.run_id <> excluded.run_id)::int`);
}

/** An event's time is whatever its sender wrote: null for what PostgreSQL might refuse. */
function storableMoment(time: string | undefined): string | null {
  const moment = new Date(time ?? '');
  const year = moment.getUTCFullYear();
  return year >= 2000 && year < 10_000 ? moment.toISOString() : null;
}
