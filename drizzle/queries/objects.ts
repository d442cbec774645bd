import { and, asc, desc, eq, getTableColumns, gte, inArray, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import type { S3ObjectWrite } from '../../schema/s3/s3-object-write.ts';
import type { Database } from '../connect.ts';
import { storableText } from '../storable-text.ts';
import { hashOfWorkflowId, type Outcome, s3Objects } from '../tables.ts';

/** Which S3 objects are meant. What is left out does not narrow. */
export interface ObjectFilter {
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly bucket?: string | undefined;
  /** What the key begins with. */
  readonly prefix?: string | undefined;
  /** A part of the reason, in upper or lower case. Only failures have one. */
  readonly reason?: string | undefined;
  /** A reason as `countByReason` groups it: with `…` for values and `N` for numbers. */
  readonly reasonGroup?: string | undefined;
  readonly workflowId?: string | undefined;
  /** First moment of the last attempt. */
  readonly from?: Date | undefined;
  /** Last millisecond of the last attempt. */
  readonly to?: Date | undefined;
}

/**
 * A validation message is `path: must be ..., not VALUE`, and several are put together with `; `. What is left once
 * values and numbers are gone is the same for every object that breaks the same rules.
 */
const reasonPattern = sql<string>`left(regexp_replace(regexp_replace(left(${s3Objects.reason}, 2000), ', not [^;]*', ', not …', 'g'), '[0-9]+', 'N', 'g'), 300)`;

/** Only these have a reason. In these words, so that the indexes of failures can be used. */
const failed = sql`${s3Objects.outcome} in ('invalid', 'missing')`;

/** Conditions that an index, or a row without its reason, can decide. */
function placeConditions({ outcomes, bucket, prefix, workflowId, from, to }: ObjectFilter): SQL | undefined {
  return and(
    outcomes?.length ? inArray(s3Objects.outcome, [...outcomes]) : undefined,
    bucket === undefined ? undefined : eq(s3Objects.bucket, bucket),
    prefix === undefined ? undefined : sql`starts_with(${s3Objects.key}, ${prefix})`,
    workflowId === undefined
      ? undefined
      : and(
          eq(hashOfWorkflowId(s3Objects.workflowId), hashOfWorkflowId(workflowId)),
          eq(s3Objects.workflowId, workflowId),
        ),
    from && gte(s3Objects.lastAttemptAt, from),
    to && lt(s3Objects.lastAttemptAt, new Date(to.getTime() + 1)),
  );
}

/** Conditions that need every reason to be read. */
function reasonConditions({ reason, reasonGroup }: ObjectFilter): SQL | undefined {
  return and(
    reason === undefined ? undefined : sql`strpos(lower(${s3Objects.reason}), lower(${reason})) > 0`,
    reasonGroup === undefined ? undefined : sql`${reasonPattern} = ${reasonGroup}`,
  );
}

/** How many failures are read for their reasons, the newest of those that the rest of a filter selects. */
const maxReasons = 10_000;

/**
 * The rows that a filter selects: all of the table, or the newest {@link maxReasons} failures if it asks for reasons, so
 * that nobody can have a large table read by it.
 */
function selectFrom(
  database: Database,
  filter: ObjectFilter,
  readsReasons = reasonConditions(filter) !== undefined,
) {
  if (!readsReasons) return { table: s3Objects, conditions: placeConditions(filter) };
  const newest = database
    .select()
    .from(s3Objects)
    .where(and(failed, placeConditions(filter)))
    .orderBy(desc(s3Objects.lastAttemptAt))
    .limit(maxReasons)
    .as('s3_objects');
  // Under the table's own name, so that its columns stand for those of the selection.
  return { table: newest as unknown as typeof s3Objects, conditions: reasonConditions(filter) };
}

export type ObjectRow = typeof s3Objects.$inferSelect;

export async function findObject(
  database: Database,
  object: { readonly bucket: string; readonly key: string },
): Promise<ObjectRow | undefined> {
  const [row] = await database
    .select()
    .from(s3Objects)
    .where(and(eq(s3Objects.bucket, object.bucket), eq(s3Objects.key, object.key)));
  return row;
}

export interface ObjectPosition {
  /** Time of the last attempt in microseconds since 1970, as PostgreSQL has it: a Date would lose three digits. */
  readonly micros: string;
  readonly bucket: string;
  readonly key: string;
}

/**
 * A page of S3 objects, last attempt first.
 *
 * @param after position of the last row of the previous page
 */
export async function listObjects(
  database: Database,
  filter: ObjectFilter,
  limit: number,
  after?: ObjectPosition,
): Promise<(ObjectRow & { readonly micros: string })[]> {
  const beyond =
    after &&
    sql`(${s3Objects.lastAttemptAt}, ${s3Objects.bucket}, ${s3Objects.key}) < (timestamptz 'epoch' + ${after.micros}::float8 * interval '1 microsecond', ${after.bucket}, ${after.key})`;
  const { table, conditions } = selectFrom(database, filter);
  return await database
    .select({
      ...getTableColumns(s3Objects),
      micros: sql<string>`(extract(epoch from ${s3Objects.lastAttemptAt}) * 1000000)::bigint::text`,
    })
    .from(table)
    .where(and(conditions, beyond))
    .orderBy(desc(s3Objects.lastAttemptAt), desc(s3Objects.bucket), desc(s3Objects.key))
    .limit(limit);
}

export async function countByOutcome(
  database: Database,
  filter: ObjectFilter,
): Promise<Record<Outcome, number>> {
  const { table, conditions } = selectFrom(database, filter);
  const rows = await database
    .select({ outcome: s3Objects.outcome, total: sql<string>`count(*)` })
    .from(table)
    .where(conditions)
    .groupBy(s3Objects.outcome);
  const counts = { ingested: 0, unchanged: 0, invalid: 0, missing: 0 };
  for (const { outcome, total } of rows) counts[outcome] = Number(total);
  return counts;
}

/**
 * Objects that failed for the same reason, but for the values in it: the commonest reasons first, of the newest
 * {@link maxReasons} failures, with `…` for the value that was wrong and `N` for each number, and the whole reason of one.
 */
export async function countByReason(database: Database, filter: ObjectFilter, limit: number) {
  const { table, conditions } = selectFrom(database, filter, true);
  const rows = await database
    .select({
      outcome: s3Objects.outcome,
      reason: reasonPattern.as('pattern'),
      example: sql<string>`min(${s3Objects.reason})`,
      count: sql<string>`count(*)`.as('total'),
      lastAttemptAt: sql<string>`max(${s3Objects.lastAttemptAt})`,
    })
    .from(table)
    .where(and(conditions, isNotNull(s3Objects.reason)))
    .groupBy(s3Objects.outcome, sql`pattern`)
    .orderBy(desc(sql`total`), sql`pattern`)
    .limit(limit);
  return rows.map(({ count, lastAttemptAt, ...row }) => ({
    ...row,
    count: Number(count),
    lastAttemptAt: new Date(lastAttemptAt),
  }));
}

export interface FailurePosition {
  readonly bucket: string;
  readonly key: string;
  /** As PostgreSQL writes it, to the microsecond. */
  readonly lastAttemptAt: string;
}

/**
 * A page of objects that are invalid or missing, the one that was tried the longest ago first.
 *
 * @param before only those that were tried last before this moment, so that none comes again that was retried
 * meanwhile; as PostgreSQL writes it
 * @param after position of the last row of the previous page
 */
export async function listFailuresToRetry(
  database: Database,
  filter: ObjectFilter,
  before: string,
  limit: number,
  after?: FailurePosition,
) {
  const beyond =
    after &&
    sql`(${s3Objects.lastAttemptAt}, ${s3Objects.bucket}, ${s3Objects.key}) > (${after.lastAttemptAt}::timestamptz, ${after.bucket}, ${after.key})`;
  return await database
    .select({
      bucket: s3Objects.bucket,
      key: s3Objects.key,
      attempts: s3Objects.attempts,
      lastAttemptAt: sql<string>`${s3Objects.lastAttemptAt}::text`,
    })
    .from(s3Objects)
    .where(and(retryConditions(filter, before), beyond))
    .orderBy(asc(s3Objects.lastAttemptAt), asc(s3Objects.bucket), asc(s3Objects.key))
    .limit(limit);
}

/** How many objects {@link listFailuresToRetry} has in all its pages. */
export async function countFailuresToRetry(
  database: Database,
  filter: ObjectFilter,
  before: string,
): Promise<number> {
  return await database.$count(s3Objects, retryConditions(filter, before));
}

function retryConditions(filter: ObjectFilter, before: string): SQL | undefined {
  return and(
    failed,
    placeConditions(filter),
    reasonConditions(filter),
    sql`${s3Objects.lastAttemptAt} < ${before}::timestamptz`,
  );
}

export interface ObjectAttempt
  extends Pick<S3ObjectWrite, 'bucket' | 'key' | 'etag' | 'eventTime' | 'sequencer'> {
  /** When an attempt without an event began to read the object, ISO 8601; else now. */
  readonly readAt?: string | undefined;
  readonly workflowId: string;
  readonly runId: string;
}

export interface ObjectOutcome extends ObjectAttempt {
  readonly outcome: Outcome;
  /** For people: why the object is invalid or missing. */
  readonly reason?: string | undefined;
  readonly buildHashes?: readonly string[];
}

/** Records the outcome of one S3 object, as {@link recordObjects} does. */
export async function recordObject(database: Database, outcome: ObjectOutcome): Promise<void> {
  await recordObjects(database, [outcome]);
}

/** Columns that say what the latest outcome is, and which attempt led to it. */
const latest = sql.raw(
  'etag, outcome, reason, build_hashes, workflow_id, run_id, event_at, event_sequencer, as_of',
);

/**
 * Whether the attempt to record is about an older content than the one in the row: by the sequencers of their events (the
 * shorter is padded with zeros, as S3 documents), or by time if one has none or both have the same.
 */
const isOlder = sql`case when excluded.event_sequencer <> s3_objects.event_sequencer
  then rpad(excluded.event_sequencer, 64, '0') collate "C" < rpad(s3_objects.event_sequencer, 64, '0') collate "C"
  else excluded.as_of < s3_objects.as_of end`;

/**
 * Records the outcomes of S3 objects, in one statement. A row keeps the outcome of the latest content, whichever attempt
 * ends last, counts attempts, and remembers the first. The same run recording again (an activity that was retried) is not
 * another attempt, and what it has ingested stays `ingested`.
 *
 * @param outcomes no two of the same object
 */
export async function recordObjects(database: Database, outcomes: readonly ObjectOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const column = (read: (outcome: ObjectOutcome) => string | null) => sql.param(outcomes.map(read));
  // The hashes as JSON: PostgreSQL's arrays of arrays are rectangles, and objects differ in how many builds they have.
  // Always in the same order, so that two transactions with rows in common wait for each other and do not deadlock.
  // A clock that is ahead must not keep all later outcomes out.
  await database.execute(sql`
    insert into s3_objects (bucket, key, ${latest})
    select row.bucket, row.key, row.etag, row.outcome, row.reason,
      array(select jsonb_array_elements_text(row.hashes)), row.workflow_id, row.run_id, row.event_at, row.sequencer,
      least(coalesce(row.event_at, row.read_at), clock_timestamp())
    from unnest(
      ${column(({ bucket }) => bucket)}::text[], ${column(({ key }) => key)}::text[],
      ${column(({ etag }) => etag ?? null)}::text[], ${column(({ outcome }) => outcome)}::text[],
      ${column(({ reason }) => (reason === undefined ? null : storableText(reason)))}::text[],
      ${column(({ buildHashes = [] }) => JSON.stringify(buildHashes))}::jsonb[],
      ${column(({ workflowId }) => workflowId)}::text[], ${column(({ runId }) => runId)}::text[],
      ${column(({ eventTime }) => storableMoment(eventTime))}::timestamptz[],
      ${column(({ sequencer }) => storableSequencer(sequencer))}::text[],
      ${column(({ readAt }) => storableMoment(readAt))}::timestamptz[]
    ) as row (bucket, key, etag, outcome, reason, hashes, workflow_id, run_id, event_at, sequencer, read_at)
    order by row.bucket, row.key
    on conflict (bucket, key) do update set
      (${latest}) = (
        select (kept).etag, (kept).outcome, (kept).reason, (kept).build_hashes, (kept).workflow_id, (kept).run_id,
          (kept).event_at, (kept).event_sequencer, (kept).as_of
        from (select case when ${isOlder} then s3_objects else excluded end) as choice (kept)
      ),
      last_attempt_at = clock_timestamp(),
      attempts = s3_objects.attempts + (s3_objects.run_id <> excluded.run_id)::int`);
}

/** An event's time is whatever its sender wrote: null for what PostgreSQL might refuse. */
function storableMoment(time: string | undefined): string | null {
  const moment = new Date(time ?? '');
  const year = moment.getUTCFullYear();
  return year >= 2000 && year < 10_000 ? moment.toISOString() : null;
}

/** S3's sequencers are hexadecimal digits; another sender's text orders nothing. */
function storableSequencer(sequencer: string | undefined): string | null {
  return sequencer !== undefined && /^[0-9a-f]{1,64}$/i.test(sequencer) ? sequencer.toUpperCase() : null;
}
