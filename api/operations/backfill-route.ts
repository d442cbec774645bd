import { Readable } from 'node:stream';
import { z } from 'zod';
import { pruneKeyLists, storeKeyList } from '../../operations/key-lists.ts';
import { startBackfill } from '../../temporal/start-backfill.ts';
import type { ApiRoute } from '../openapi/api-route.ts';
import { HttpProblem } from '../openapi/http-problem.ts';
import { concurrency, perSecond, s3Address, text } from './body-members.ts';
import type { OperationsContext } from './operations-context.ts';
import { writingRoute } from './writing-route.ts';

const body = z.object({
  bucket: text.optional().describe('S3_BUCKET by default'),
  prefix: z.string().max(1_024).default('').describe('Only keys that begin with this'),
  keys: z.array(z.string()).min(1).optional().describe('Only these keys, in place of listing the bucket'),
  inventory: s3Address
    .optional()
    .describe('The manifest.json of an S3 Inventory in CSV, in place of listing the bucket'),
  dry_run: z.boolean().default(false).describe('Write nothing, and report what would be done'),
  validate: z
    .boolean()
    .default(false)
    .describe('With `dry_run`: also read what is new or changed, and report what is invalid'),
  per_second: perSecond.optional().describe('Objects read per second at most'),
  concurrency: concurrency.default(4).describe('Ranges of keys worked through at the same time'),
  downloads: concurrency.default(12).describe('Downloads at the same time in each range'),
  expected_keys: z.int().positive().optional().describe('About how many keys there are, for a percentage'),
});

/** `/api/operations/backfills`: starts one. */
export function backfillRoute(context: OperationsContext): ApiRoute {
  const { temporal, database, config } = context;
  return writingRoute(
    context,
    {
      path: '/api/operations/backfills',
      operationId: 'startBackfill',
      summary: 'Start a backfill, or a dry run of it',
      description:
        'What is in the bucket and not in the table, or there with another ETag, is read, validated, inserted and indexed. `/api/operations/runs` tells how far it is.',
      action: 'backfill.start',
      body,
      example: { prefix: 'pub/firefox/candidates/', dry_run: true, who: 'me' },
      recorded: ({ keys, ...rest }) => (keys ? { ...rest, keys: `${keys.length} keys` } : rest),
    },
    async ({ bucket = config.S3_BUCKET, prefix, keys, inventory, ...options }, operator) => {
      if (keys && inventory) throw new HttpProblem(400, 'Give `keys` or `inventory`, not both');
      if (options.validate && !options.dry_run)
        throw new HttpProblem(400, '`validate` goes with `dry_run`: what is no dry run validates anyway');
      const { per_second: rateLimit, expected_keys: expectedKeys } = options;
      const input = {
        bucket,
        source: keys
          ? ({ kind: 'key-list', prefix, list: await store(keys) } as const)
          : inventory
            ? ({ kind: 'inventory', prefix, ...inventory } as const)
            : ({ kind: 'listing', prefix } as const),
        concurrency: options.concurrency,
        downloads: options.downloads,
        ...(options.dry_run && { dryRun: { validate: options.validate } }),
        ...(rateLimit !== undefined && { rateLimit }),
        ...(expectedKeys !== undefined && { expectedKeys }),
      };
      const { workflowId } = await startBackfill(temporal, config.TEMPORAL_TASK_QUEUE, input, operator);
      return { result: options.dry_run ? 'The dry run has begun' : 'The backfill has begun', workflowId };
    },
  );

  async function store(keys: readonly string[]): Promise<string> {
    await pruneKeyLists(database, temporal, config.TEMPORAL_TASK_QUEUE);
    try {
      return (await storeKeyList(database, Readable.from(keys.map((key) => `${key}\n`)))).list;
    } catch (error) {
      if (error instanceof Error && /list of keys/.test(error.message))
        throw new HttpProblem(400, error.message, { cause: error });
      throw error;
    }
  }
}
