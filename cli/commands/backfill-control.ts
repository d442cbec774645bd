import type { WorkflowHandle } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { limitRateSignal, pauseSignal, resumeSignal } from '../../workflows/backfill-messages.ts';
import { parseRate } from '../parse-options.ts';
import { withTemporal } from '../with-temporal.ts';
import { findBackfill } from './backfill-find.ts';

/** Tells an open backfill something, and the operator that it was told. */
async function tell(
  id: string | undefined,
  what: (handle: WorkflowHandle) => Promise<unknown>,
  told: string,
): Promise<void> {
  await withTemporal(async (deployment) => {
    const handle = await findBackfill(deployment, id, true);
    await what(handle);
    process.stdout.write(`${handle.workflowId}: ${told}\n`);
  });
}

const whichOne = 'which one (default: the only one that runs)';

/** `buildhub backfill pause` */
export const backfillPauseCommand = new Command('pause')
  .description(
    'let a backfill finish what it has begun, in seconds, and begin nothing more until it is resumed',
  )
  .argument('[id]', whichOne)
  .addHelpText('after', '\nExamples:\n  $ buildhub backfill pause\n  $ buildhub backfill resume')
  .action((id?: string) => tell(id, (handle) => handle.signal(pauseSignal), 'pausing'));

/** `buildhub backfill resume` */
export const backfillResumeCommand = new Command('resume')
  .description('let a backfill that is paused go on')
  .argument('[id]', whichOne)
  .addHelpText('after', '\nExample:\n  $ buildhub backfill resume')
  .action((id?: string) => tell(id, (handle) => handle.signal(resumeSignal), 'going on'));

/** `buildhub backfill cancel` */
export const backfillCancelCommand = new Command('cancel')
  .description('end a backfill: it finishes what it has begun and reports what it has done')
  .argument('[id]', whichOne)
  .addHelpText(
    'after',
    `
What was ingested stays. Starting the same backfill again goes on where this one ended, since what is known is not
read again.

Example:
  $ buildhub backfill cancel`,
  )
  .action((id?: string) => tell(id, (handle) => handle.cancel(), 'being cancelled'));

/** `buildhub backfill limit` */
export const backfillLimitCommand = new Command('limit')
  .description('change how many objects per second a running backfill reads at most')
  .argument('<rate>', 'objects per second, or "none"', (text: string) => {
    if (text === 'none') return null;
    try {
      return parseRate(text);
    } catch {
      throw new InvalidArgumentError('It must be a number above 0, or "none".');
    }
  })
  .argument('[id]', whichOne)
  .addHelpText('after', '\nExamples:\n  $ buildhub backfill limit 20\n  $ buildhub backfill limit none')
  .action((rate: number | null, id?: string) =>
    tell(id, (handle) => handle.signal(limitRateSignal, rate), `limit ${rate ?? 'lifted'}`),
  );
