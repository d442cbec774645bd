import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { BackfillInput, backfill } from '../workflows/backfill/backfill.ts';

/** Characters of a prefix that are part of the id; Temporal's limit is 255 bytes for all of it. */
const maxShownPrefix = 100;

/**
 * Starts a backfill and returns once Temporal has accepted it. Its id is `backfill:BUCKET/PREFIX@TIME`.
 *
 * @param requestedBy who asked for it, for the memo
 */
export async function startBackfill(
  client: Client,
  taskQueue: string,
  input: BackfillInput,
  requestedBy: string,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof backfill>> {
  return await client.workflow.start<typeof backfill>('backfill', {
    workflowId: backfillId(input),
    taskQueue,
    args: [input],
    // Which list of keys it needs, so that those that nobody needs can be told apart: null for none.
    memo: { requestedBy, keyList: input.source.kind === 'key-list' ? input.source.list : null },
    staticSummary: describe(input),
  });
}

function backfillId({ bucket, source }: BackfillInput): string {
  const visible = [...source.prefix]
    .slice(0, maxShownPrefix)
    .join('')
    .replace(/[^\x21-\x7e]/g, '_');
  return `backfill:${bucket}/${visible}@${new Date().toISOString()}`;
}

/** The line under the workflow's name in the Temporal UI, which takes up to 400 bytes. */
function describe({ bucket, source, dryRun }: BackfillInput): string {
  const place = `s3://${bucket}/${[...source.prefix].slice(0, maxShownPrefix).join('')}*`;
  const of = {
    listing: place,
    'key-list': `a list of keys of ${place}`,
    inventory: `an inventory of ${place}`,
  };
  return `${dryRun ? 'Dry run: backfill' : 'Backfill'} of ${of[source.kind]}`;
}
