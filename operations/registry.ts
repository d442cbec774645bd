import { z } from 'zod';
import { keyProblem } from '../schema/s3/object-key.ts';
import { defineOperation, type Operation, type OperationSettings } from './operation.ts';
import { moment, startOf } from './time-input.ts';

/*
 * The operations. Each has a workflow in workflows/; its commands, routes and form are made from its entry here. The
 * command line builds its help from this file, so it loads no client of a service.
 */

/** A text that PostgreSQL and S3 can store. */
export const text = z
  .string()
  .min(1, 'must not be empty')
  .max(2_000, 'must have up to 2000 characters')
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be Unicode without U+0000');

const objectKey = z.string().superRefine((key, context) => {
  const problem = keyProblem(key);
  if (problem !== undefined) context.addIssue(problem);
});

const bucket = text.optional().describe('Name of the bucket; by default S3_BUCKET');

/** How many per second; may be less than one. */
export const perSecond = z
  .number('must be a number')
  .positive('must be above 0')
  .max(1_000_000, 'must be up to 1000000');

const integer = z.int('must be a whole number');
const count = integer.min(0, 'must not be negative');
const parallel = integer.min(1, 'must be 1 to 99').max(99, 'must be 1 to 99');
const flag = z.boolean().default(false);

const extent = z.enum(['none', 'sample', 'whole'], 'must be none, sample or whole');

/** Characters of a prefix that are part of an id or a title. */
const shownPrefix = 100;

const backfill = defineOperation({
  name: 'backfill',
  workflowType: 'backfill',
  title: 'Backfill',
  description:
    'Ingest objects that are missing from the database or have changed. It lists the bucket, compares it with the ' +
    'database, and reads only what is new or changed, so repeating it costs little. Invalid objects are quarantined.',
  commands: ['pause', 'resume', 'cancel', 'limit'],
  input: z
    .strictObject({
      bucket,
      prefix: z.string().max(1_024).default('').describe('Only keys with this prefix'),
      keys: z
        .array(objectKey)
        .min(1, 'must have at least one key')
        .optional()
        .describe('Only these keys, instead of listing the bucket')
        .meta({ fromFile: true }),
      inventory: z
        .string()
        .regex(/^s3:\/\/[^/]+\/.+$/, 'must be an address such as s3://BUCKET/KEY')
        .optional()
        .describe('Address of the manifest.json of an S3 Inventory in CSV, instead of listing the bucket'),
      dry_run: flag.describe('Write nothing; report what would be done'),
      validate: flag.describe(
        'In a dry run, also read new and changed objects, and report which are invalid',
      ),
      rate_limit: perSecond.optional().describe('Maximum number of objects to read per second'),
      concurrency: parallel.default(4).describe('Ranges of keys processed in parallel'),
      downloads: parallel.default(12).describe('Parallel downloads in each range'),
      expected_keys: count.optional().describe('Approximate number of keys, to show a percentage'),
    })
    .refine(({ keys, inventory }) => !keys || !inventory, 'keys and inventory cannot be used together')
    .refine((input) => !input.validate || input.dry_run, 'validate requires dry_run'),
  examples: [
    { input: { dry_run: true }, about: 'report what a backfill of the whole bucket would do' },
    { input: { prefix: 'pub/firefox/candidates/', rate_limit: 50 }, about: 'part of the bucket, slowly' },
    { input: { keys: ['pub/firefox/nightly/buildhub.json'] }, about: 'only these objects' },
    {
      input: { inventory: 's3://inventories/delivery/2026-01-31T01-00Z/manifest.json' },
      about: 'keys from an S3 Inventory',
    },
  ],
  workflowId({ prefix, bucket }, { S3_BUCKET }) {
    const visible = prefix.slice(0, shownPrefix).replace(/[^\x21-\x7e]/g, '_');
    return `backfill:${bucket ?? S3_BUCKET}/${visible}@${new Date().toISOString()}`;
  },
  summary({ prefix, bucket, keys, inventory, dry_run }, { S3_BUCKET }) {
    const place = `s3://${bucket ?? S3_BUCKET}/${prefix.slice(0, shownPrefix).toWellFormed()}*`;
    const source = keys ? `${keys.length} keys of ` : inventory ? 'an inventory of ' : '';
    return `${dry_run ? 'Dry run: backfill' : 'Backfill'} of ${source}${place}`;
  },
  async prepare({ prefix, keys, inventory, dry_run, validate, ...input }, context) {
    const { rate_limit, expected_keys, concurrency, downloads, bucket } = input;
    const [, inventoryBucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(inventory ?? '') ?? [];
    const list = keys && (await context.storeKeys(keys));
    const source =
      list !== undefined
        ? { kind: 'key-list', prefix, list }
        : inventory
          ? { kind: 'inventory', prefix, bucket: inventoryBucket, key }
          : { kind: 'listing', prefix };
    return {
      input: {
        bucket: bucket ?? context.config.S3_BUCKET,
        source,
        dryRun: dry_run ? { validate } : undefined,
        rateLimit: rate_limit,
        expectedKeys: expected_keys,
        concurrency,
        downloads,
      },
      // Tells the lists that a backfill needs from those that can be deleted.
      memo: { keyList: list ?? null },
    };
  },
});

/** Reindex, roll-back and drop share one id, so that only one of them changes the indexes of an alias at a time. */
function indexWorkflowId(_: unknown, { ELASTICSEARCH_INDEX: alias }: OperationSettings): string {
  return `reindex:${alias}`;
}

const reindex = defineOperation({
  name: 'reindex',
  workflowType: 'reindex',
  title: 'Reindex',
  description:
    'Rebuild the search index from PostgreSQL beside the live one, compare both, and swap them. Search and ingestion ' +
    'continue, and the former index is kept for a roll-back. If it fails or is cancelled, the live index is untouched.',
  commands: ['pause', 'resume', 'cancel', 'limit'],
  input: z.strictObject({
    rate_limit: perSecond
      .optional()
      .describe('Maximum number of documents to write per second while the index is filled'),
    concurrency: parallel.default(3).describe('Ranges of rows written in parallel'),
    segments: integer
      .min(1, 'must be 1 to 1000')
      .max(1_000, 'must be 1 to 1000')
      .optional()
      .describe(
        'Merge the new index into this many segments before it goes live: slower now, faster searches',
      ),
    tolerated: count
      .default(0)
      .describe('Go live even if up to this many builds that are searchable now would be missing'),
  }),
  examples: [
    { input: {}, about: 'rebuild the index' },
    { input: { rate_limit: 2_000 }, about: 'slowly, so that searches stay fast' },
    { input: { concurrency: 8, segments: 5 }, about: 'on a large cluster' },
  ],
  workflowId: indexWorkflowId,
  summary: (_, { ELASTICSEARCH_INDEX: alias }) => `Reindex of ${alias}`,
  prepare: ({ rate_limit, ...input }) => ({ input: { ...input, rateLimit: rate_limit } }),
});

const rollBack = defineOperation({
  name: 'roll-back',
  workflowType: 'rollBack',
  title: 'Roll back',
  description:
    'Return to a former index after it has caught up with newer builds. The index that was live is kept, so a roll-back ' +
    'can be undone.',
  commands: ['pause', 'resume', 'cancel', 'limit'],
  input: z.strictObject({
    index: text.optional().describe('Name of the index; by default the one that was live most recently'),
    at_once: flag.describe('Swap first and catch up afterwards'),
  }),
  examples: [
    { input: {}, about: 'return to the index that was live most recently' },
    { input: { at_once: true }, about: 'if the live index is unusable' },
    { input: { index: 'buildhub2-000007' }, about: 'return to this index' },
  ],
  workflowId: indexWorkflowId,
  summary: ({ index }, { ELASTICSEARCH_INDEX: alias }) =>
    `Roll-back of ${alias} to ${index ?? 'its former index'}`,
  prepare: ({ index, at_once }) => ({ input: { index, isAtOnce: at_once } }),
});

const dropIndexes = defineOperation({
  name: 'drop-indexes',
  workflowType: 'dropIndexes',
  title: 'Drop indexes',
  description: 'Delete indexes that are not live. The live index cannot be dropped.',
  commands: ['cancel'],
  input: z
    .strictObject({
      names: z.array(text).min(1, 'must have at least one name').optional().describe('Names of the indexes'),
      keep: count
        .optional()
        .describe('Drop all indexes that are not live, except this many that were live last'),
    })
    .refine(({ names, keep }) => (names === undefined) !== (keep === undefined), 'give either names or keep'),
  examples: [
    { input: { names: ['buildhub2-000001'] }, about: 'one index' },
    { input: { keep: 1 }, about: 'all that a roll-back does not need' },
  ],
  workflowId: indexWorkflowId,
  summary: ({ names }) => `Drop of ${names?.join(', ') ?? 'old indexes'}`,
  prepare: (input) => ({ input }),
});

const retry = defineOperation({
  name: 'retry',
  workflowType: 'retryFailed',
  title: 'Retry',
  description:
    'Ingest failures again: objects that were invalid or missing, and messages that could not be read. Filters narrow ' +
    'what is retried. Fix the cause first: the file in S3, the schema, the code.',
  commands: ['pause', 'resume', 'cancel', 'limit'],
  input: z
    .strictObject({
      scope: z
        .enum(['objects', 'messages', 'all'], 'must be objects, messages or all')
        .describe('Failed objects, unreadable messages, or both'),
      outcome: z
        .enum(['invalid', 'missing'], 'must be invalid or missing')
        .optional()
        .describe('Only objects with this outcome'),
      bucket: text.optional().describe('Only objects in this bucket'),
      prefix: text.optional().describe('Only objects whose keys have this prefix'),
      reason: text.optional().describe('Only failures whose reason contains this text (case-insensitive)'),
      reason_group: text
        .optional()
        .describe('Only objects in this group of reasons, as `/api/ingestions/counts` returns it'),
      since: moment
        .optional()
        .describe(
          'Only failures last attempted since this time: 2026-01-31, 2026-01-31T12:00:00Z, 90m, 24h, 7d',
        ),
      rate_limit: perSecond.optional().describe('Maximum number of retries to start per second'),
      concurrency: parallel.default(10).describe('Retries in flight at the same time'),
    })
    .refine(
      ({ scope, outcome, bucket, prefix, reason_group }) =>
        scope === 'objects' ||
        [outcome, bucket, prefix, reason_group].every((filter) => filter === undefined),
      'outcome, bucket, prefix and reason_group require the scope "objects"',
    ),
  examples: [
    { input: { scope: 'objects', reason: 'is not one of', since: '7d' }, about: 'some failed objects' },
    { input: { scope: 'objects', outcome: 'missing', rate_limit: 5 }, about: 'missing objects, slowly' },
    { input: { scope: 'all' }, about: 'everything that has failed' },
  ],
  workflowId: () => `retry-failed@${new Date().toISOString()}`,
  summary({ scope, reason, reason_group }) {
    const what = { objects: 'failed objects', messages: 'unreadable messages', all: 'all failures' }[scope];
    const narrowed = reason ?? reason_group;
    return `Retry of ${what}${narrowed === undefined ? '' : `: ${narrowed.slice(0, shownPrefix).toWellFormed()}`}`;
  },
  prepare({ scope, outcome, bucket, prefix, reason, reason_group, since, rate_limit, concurrency }) {
    const common = { reason, since: since && startOf(since).toISOString() };
    const objects = {
      ...common,
      outcomes: outcome && [outcome],
      bucket,
      prefix,
      reasonGroup: reason_group,
    };
    const selection = {
      objects: scope === 'messages' ? undefined : objects,
      messages: scope === 'objects' ? undefined : common,
    };
    return { input: { selection, rateLimit: rate_limit, concurrency } };
  },
});

const reconcile = defineOperation({
  name: 'reconcile',
  workflowType: 'reconcile',
  title: 'Reconcile',
  description:
    'Compare the database, the search index and the bucket, and report or repair differences. Differences are builds ' +
    'that were never indexed, missing, orphaned or differing documents, and objects that were never ingested.',
  commands: ['pause', 'resume', 'cancel'],
  input: z.strictObject({
    repair: flag.describe('Repair differences instead of only reporting them'),
    contents: extent.default('sample').describe('How many documents to compare by content, not only by id'),
    extent: extent
      .default('sample')
      .describe('How much of the bucket to list, with one request per 1,000 keys; a sample has up to 51,000'),
    bucket,
    sample: count
      .max(2_147_483_647, 'must be up to 2147483647')
      .optional()
      .describe(
        'Sample number from a report, to compare the same sample again; by default a new one each time',
      ),
    allow_mass_deletion: flag.describe('Repair even if it deletes or overwrites a large part of the index'),
  }),
  examples: [
    { input: {}, about: 'report differences' },
    { input: { repair: true }, about: 'repair them' },
    { input: { contents: 'whole', extent: 'whole' }, about: 'compare everything' },
  ],
  workflowId: (_, { ELASTICSEARCH_INDEX: alias }) => `reconcile:${alias}`,
  summary({ repair, contents, extent, bucket }, { ELASTICSEARCH_INDEX: alias, S3_BUCKET }) {
    const parts = [
      `index ${alias}`,
      ...(contents === 'none' ? [] : [`contents (${contents})`]),
      ...(extent === 'none' ? [] : [`s3://${bucket ?? S3_BUCKET} (${extent})`]),
    ];
    return `${repair ? 'Repair' : 'Comparison'} of ${parts.join(', ')}`;
  },
  prepare: ({ bucket, allow_mass_deletion, ...input }, { config }) => ({
    input: { ...input, allowMassDeletion: allow_mass_deletion, bucket: bucket ?? config.S3_BUCKET },
  }),
});

/** Input of a scheduled reconciliation. No person reviews it, so it cannot permit a mass deletion. */
export const scheduledReconcileInput = reconcile.input.omit({ sample: true, allow_mass_deletion: true });

const importBuildhub2 = defineOperation({
  name: 'import',
  workflowType: 'importBuildhub2',
  title: 'Import from Buildhub2',
  description:
    'Import all builds of a Buildhub2 database with their ids and hashes, verify them, and reindex. The workers read the ' +
    'database from BUILDHUB2_DATABASE_URL. Existing builds are kept, so it can be repeated.',
  commands: ['pause', 'resume', 'cancel'],
  input: z.strictObject({
    bucket: text
      .optional()
      .describe('Bucket of the objects, which Buildhub2 did not store; by default S3_BUCKET'),
    after: z
      .string()
      .regex(/^\d{1,18}$/, 'must be digits')
      .default('0')
      .describe('Only rows with a higher id, such as those added since the last import'),
    reindex: z.boolean().default(true).describe('Reindex at the end'),
  }),
  examples: [
    { input: { bucket: 'net-mozaws-prod-delivery-firefox' }, about: 'import everything' },
    { input: { after: '1234567' }, about: 'again, just before the old system is switched off' },
    { input: { reindex: false }, about: 'leave the index to a later reindex' },
  ],
  workflowId: (_, { ELASTICSEARCH_INDEX: alias }) => `import:${alias}`,
  summary: ({ bucket }, { S3_BUCKET }) => `Import from Buildhub2, keys in ${bucket ?? S3_BUCKET}`,
  prepare: ({ bucket, after, reindex }, { config }) => ({
    input: {
      bucket: bucket ?? config.S3_BUCKET,
      after,
      reindexWorkflowId: reindex ? indexWorkflowId(undefined, config) : undefined,
    },
  }),
});

export const operations: readonly Operation[] = [
  backfill,
  reindex,
  rollBack,
  dropIndexes,
  retry,
  reconcile,
  importBuildhub2,
];

/** The operation with a name. @throws if it does not exist, which is a mistake in the code */
export function operationNamed(name: string): Operation {
  const operation = operations.find((each) => each.name === name);
  if (!operation) throw new Error(`There is no operation ${name}`);
  return operation;
}

/** The operation of a workflow's type; undefined for any other workflow, such as an ingestion. */
export function operationOfType(workflowType: string): Operation | undefined {
  return operations.find((each) => each.workflowType === workflowType);
}
