import { type SQLWrapper, sql } from 'drizzle-orm';
import {
  bigint,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';

/** jsonb that is written from JSON text and read as JSON text: numbers never become JavaScript numbers. */
const jsonbText = customType<{ data: string; driverData: string }>({ dataType: () => 'jsonb' });

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** A workflow id as it is in the index of S3 objects. */
export const hashOfWorkflowId = (id: SQLWrapper | string) => sql`(md5(${id})::uuid)`;

/** The outcomes of an S3 object. `unchanged`: its builds were known already. */
export const outcomes = ['ingested', 'unchanged', 'invalid', 'missing'] as const;

export type Outcome = (typeof outcomes)[number];

/**
 * Each build once. Rows never change, but for `indexed_at` and the ETag; a changed buildhub.json is a new row beside
 * the old one.
 * `id` is also the `_id` of the document in Elasticsearch.
 */
export const builds = pgTable(
  'builds',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedByDefaultAsIdentity(),
    buildHash: text('build_hash').notNull().unique(),
    build: jsonbText('build').notNull(),
    /** Commit and version of the code that inserted the row. */
    metadata: jsonbText('metadata').notNull().default('{}'),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
    s3Bucket: text('s3_bucket'),
    s3Key: text('s3_key'),
    s3Etag: text('s3_etag'),
    /** When Elasticsearch acknowledged the document; null as long as it has not. */
    indexedAt: moment('indexed_at'),
    /** The run of the import from a Buildhub2 that inserted the row; null for all others. */
    importedBy: text('imported_by'),
  },
  (table) => [
    index('builds_s3_object').on(table.s3Bucket, table.s3Key),
    index('builds_created_at').on(table.createdAt),
    index('builds_not_indexed').on(table.id).where(sql`${table.indexedAt} is null`),
    index('builds_indexed_at').on(table.indexedAt, table.id),
  ],
);

/**
 * Each S3 object that was ever seen, with its latest outcome: the lineage of a build, the quarantine, and what a
 * backfill compares a listing with.
 */
export const s3Objects = pgTable(
  's3_objects',
  {
    bucket: text('bucket').notNull(),
    key: text('key').notNull(),
    /** ETag of the content that was read, without quotes. */
    etag: text('etag'),
    outcome: text('outcome', { enum: outcomes }).notNull(),
    /** Why the object is invalid or missing, for people. */
    reason: text('reason'),
    buildHashes: text('build_hashes').array().notNull().default([]),
    workflowId: text('workflow_id').notNull(),
    runId: text('run_id').notNull(),
    firstSeenAt: moment('first_seen_at').notNull().default(sql`clock_timestamp()`),
    lastAttemptAt: moment('last_attempt_at').notNull().default(sql`clock_timestamp()`),
    attempts: integer('attempts').notNull().default(1),
    /** Time of the S3 event that the last attempt was made for; null if a listing found the object. */
    eventAt: moment('event_at'),
    /** The `sequencer` of that event: orders the events of one key. */
    eventSequencer: text('event_sequencer'),
    /** The moment whose content the outcome is about: of the event, or at which an attempt without one began to read. */
    asOf: moment('as_of').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.key] }),
    // For what a key begins with, in any collation.
    index('s3_objects_key').on(table.key.op('text_pattern_ops')),
    // By a hash, as ids hold whole keys: a fifth of the size. Conditions have to name the same expression.
    index('s3_objects_workflow').on(hashOfWorkflowId(table.workflowId)),
    index('s3_objects_last_attempt').on(table.lastAttemptAt, table.bucket, table.key),
    // For the lag of ingestion: without the objects of backfills, of which there can be millions in an hour.
    index('s3_objects_event').on(table.lastAttemptAt, table.eventAt).where(sql`${table.eventAt} is not null`),
    index('s3_objects_failed')
      .on(table.outcome, table.lastAttemptAt)
      .where(sql`${table.outcome} in ('invalid', 'missing')`),
    // The newest failures of both outcomes, in the order of their page.
    index('s3_objects_newest_failed')
      .on(table.lastAttemptAt, table.bucket, table.key)
      .where(sql`${table.outcome} in ('invalid', 'missing')`),
    // For all keys of a build. An object has one build, or a release and its beta twin.
    index('s3_objects_first_build').using('hash', sql`(${table.buildHashes}[1])`),
    index('s3_objects_second_build').using('hash', sql`(${table.buildHashes}[2])`),
    check(
      's3_objects_outcome',
      sql`${table.outcome} in (${sql.raw(outcomes.map((outcome) => `'${outcome}'`).join(', '))})`,
    ),
  ],
);

/** SQS messages that are not an S3 event. They are kept whole, since SQS deletes its own copy. */
export const unreadableMessages = pgTable('unreadable_messages', {
  messageId: text('message_id').primaryKey(),
  body: text('body').notNull(),
  reason: text('reason').notNull(),
  workflowId: text('workflow_id').notNull(),
  runId: text('run_id').notNull(),
  firstSeenAt: moment('first_seen_at').notNull().default(sql`clock_timestamp()`),
  lastAttemptAt: moment('last_attempt_at').notNull().default(sql`clock_timestamp()`),
  attempts: integer('attempts').notNull().default(1),
});

/**
 * Lists of keys that a backfill works through, a thousand in a row. A list is deleted when the backfill is done, or some
 * time later if it was terminated.
 */
export const keyLists = pgTable(
  'key_lists',
  {
    list: text('list').notNull(),
    part: integer('part').notNull(),
    keys: text('keys').array().notNull(),
    createdAt: moment('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ columns: [table.list, table.part] })],
);

/** What finished operations found and changed. The reports outlive the retention of Temporal's runs. */
export const operationReports = pgTable(
  'operation_reports',
  {
    workflowId: text('workflow_id').notNull(),
    /** Of the first run, if the workflow has continued as new. */
    runId: text('run_id').notNull(),
    /** The workflow's type, such as `reconcile`. */
    kind: text('kind').notNull(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at').notNull().default(sql`clock_timestamp()`),
    report: jsonbText('report').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.workflowId, table.runId] }),
    index('operation_reports_kind').on(table.kind, table.finishedAt),
  ],
);

/** The audit log: what operators did by page, API or command line, and the result. */
export const operatorActions = pgTable(
  'operator_actions',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull().default(sql`clock_timestamp()`),
    /** The name that the operator gave. The token proves only that somebody may. */
    operator: text('operator').notNull(),
    /** `api` or `command line`. */
    via: text('via').notNull(),
    remoteAddress: text('remote_address'),
    /** Such as `backfill.start`. */
    action: text('action').notNull(),
    parameters: jsonbText('parameters').notNull().default('{}'),
    /** `begun` stays if the process died before it could record the outcome; `started`: an operation continues it. */
    outcome: text('outcome', { enum: ['begun', 'started', 'done', 'failed'] })
      .notNull()
      .default('begun'),
    /** The result, or why it failed, for people. */
    result: text('result'),
    /** The workflow that was started or signalled. */
    workflowId: text('workflow_id'),
  },
  (table) => [index('operator_actions_at').on(table.at, table.id)],
);
