import { sql } from 'drizzle-orm';
import type { Database } from '../connect.ts';

/** An S3 object that Buildhub2 has ingested. */
export interface ImportedObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string | null;
  readonly hashes: readonly string[];
  /** When its last build was inserted, ISO 8601. */
  readonly seenAt: string;
}

/**
 * Records objects as ingested, as of when Buildhub2 saw them, so that a backfill finds them known. What was seen since
 * then stays as it is. An object that is there with the same ETag has its builds added, as those of a release and its
 * twin may come in two calls; so it may be called again.
 *
 * @param objects no two of the same key
 */
export async function importObjects(
  database: Database,
  bucket: string,
  objects: readonly ImportedObject[],
  run: { readonly workflowId: string; readonly runId: string },
): Promise<void> {
  if (objects.length === 0) return;
  // Always in the same order, so that two transactions with rows in common wait for each other and do not deadlock.
  const rows = [...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
  await database.execute(sql`
    insert into s3_objects
      (bucket, key, etag, outcome, build_hashes, workflow_id, run_id, first_seen_at, last_attempt_at)
    select ${bucket}, key, etag, 'ingested', array(select jsonb_array_elements_text(hashes)),
      ${run.workflowId}, ${run.runId}, "seenAt", "seenAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as object (key text, etag text, hashes jsonb, "seenAt" timestamptz)
    on conflict (bucket, key) do update set
      first_seen_at = least(s3_objects.first_seen_at, excluded.first_seen_at),
      build_hashes = case
        when s3_objects.etag is not distinct from excluded.etag then s3_objects.build_hashes || array(
          select hash from unnest(excluded.build_hashes) as hash where hash <> all (s3_objects.build_hashes))
        when excluded.last_attempt_at > s3_objects.last_attempt_at then excluded.build_hashes
        else s3_objects.build_hashes end,
      ${sql.join(
        ['etag', 'outcome', 'reason', 'workflow_id', 'run_id', 'last_attempt_at'].map((name) => {
          const column = sql.identifier(name);
          return sql`${column} = case when excluded.last_attempt_at > s3_objects.last_attempt_at
            then excluded.${column} else s3_objects.${column} end`;
        }),
        sql`, `,
      )}`);
}
