import type { WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { importWorkflowId } from '../../temporal/start-import.ts';
import { pauseImportSignal, resumeImportSignal } from '../../workflows/import-messages.ts';
import { unlessUnknown } from '../unless-unknown.ts';
import { withTemporal } from '../with-temporal.ts';

/** Tells the import that runs something. */
async function tell(what: (handle: WorkflowHandle) => Promise<unknown>, told: string): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const handle = client.workflow.getHandle(importWorkflowId(config.ELASTICSEARCH_INDEX));
    const description = await unlessUnknown(handle.describe());
    if (description?.status.name !== 'RUNNING') throw new Error('No import is running.');
    await what(handle);
    process.stdout.write(`${handle.workflowId}: ${told}\n`);
  });
}

/** `buildhub import pause` */
export const importPauseCommand = new Command('pause')
  .description('let it finish the range it has begun, in seconds, and begin nothing more until it is resumed')
  .addHelpText('after', '\nExamples:\n  $ buildhub import pause\n  $ buildhub import resume')
  .action(() => tell((handle) => handle.signal(pauseImportSignal), 'pausing'));

/** `buildhub import resume` */
export const importResumeCommand = new Command('resume')
  .description('let one that is paused go on')
  .addHelpText('after', '\nExample:\n  $ buildhub import resume')
  .action(() => tell((handle) => handle.signal(resumeImportSignal), 'going on'));

/** `buildhub import cancel` */
export const importCancelCommand = new Command('cancel')
  .description('end it: what it has brought in stays, and another import goes on from there')
  .addHelpText('after', '\nExample:\n  $ buildhub import cancel')
  .action(() => tell((handle) => handle.cancel(), 'being cancelled'));
