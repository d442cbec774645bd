import type { WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { reindexWorkflowId } from '../../temporal/start-reindex.ts';
import { pauseUpdate, resumeUpdate, setRateLimitUpdate } from '../../workflows/run-control.ts';
import { unlessUnknown } from '../find-operation.ts';
import { parseLimit } from '../parse-options.ts';
import { withTemporal } from '../with-temporal.ts';

/** Tells the reindex or roll-back that runs something. */
async function tell(what: (handle: WorkflowHandle) => Promise<unknown>, told: string): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const handle = client.workflow.getHandle(reindexWorkflowId(config.ELASTICSEARCH_INDEX));
    const description = await unlessUnknown(handle.describe());
    if (description?.status.name !== 'RUNNING') throw new Error('No reindex and no roll-back is running.');
    await what(handle);
    process.stdout.write(`${handle.workflowId}: ${told}\n`);
  });
}

/** `buildhub reindex pause` */
export const reindexPauseCommand = new Command('pause')
  .description(
    'let it finish the ranges it has begun, in seconds, and begin nothing more until it is resumed',
  )
  .addHelpText('after', '\nExamples:\n  $ buildhub reindex pause\n  $ buildhub reindex resume')
  .action(() => tell((handle) => handle.executeUpdate(pauseUpdate), 'pausing'));

/** `buildhub reindex resume` */
export const reindexResumeCommand = new Command('resume')
  .description('let one that is paused go on')
  .addHelpText('after', '\nExample:\n  $ buildhub reindex resume')
  .action(() => tell((handle) => handle.executeUpdate(resumeUpdate), 'going on'));

/** `buildhub reindex limit` */
export const reindexLimitCommand = new Command('limit')
  .description('change how many documents per second it writes at most, while it fills the index')
  .argument('<rate>', 'documents per second, or "none"', parseLimit)
  .addHelpText('after', '\nExamples:\n  $ buildhub reindex limit 1000\n  $ buildhub reindex limit none')
  .action((rate: number | null) =>
    tell(
      (handle) => handle.executeUpdate(setRateLimitUpdate, { args: [rate] }),
      rate === null ? 'no limit any more' : `at most ${rate} documents per second from now on`,
    ),
  );

/** `buildhub reindex cancel` */
export const reindexCancelCommand = new Command('cancel')
  .description('end it before the swap: the live index was not touched, and what was filled is removed')
  .addHelpText(
    'after',
    `
Once the swap has begun it is finished; "buildhub reindex roll-back" undoes it.

Example:
  $ buildhub reindex cancel`,
  )
  .action(() => tell((handle) => handle.cancel(), 'being cancelled'));
