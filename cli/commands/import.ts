import type { WorkflowHandle } from '@temporalio/client';
import { Command } from 'commander';
import { importWorkflowId } from '../../temporal/start-import.ts';
import { pauseUpdate, resumeUpdate } from '../../workflows/run-control.ts';
import { unlessUnknown } from '../find-operation.ts';
import { withTemporal } from '../with-temporal.ts';
import { importStartCommand } from './import-start.ts';
import { importStatusCommand } from './import-status.ts';

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
const importPauseCommand = new Command('pause')
  .description('let it finish the range it has begun, in seconds, and begin nothing more until it is resumed')
  .addHelpText('after', '\nExamples:\n  $ buildhub import pause\n  $ buildhub import resume')
  .action(() => tell((handle) => handle.executeUpdate(pauseUpdate), 'pausing'));

/** `buildhub import resume` */
const importResumeCommand = new Command('resume')
  .description('let one that is paused go on')
  .addHelpText('after', '\nExample:\n  $ buildhub import resume')
  .action(() => tell((handle) => handle.executeUpdate(resumeUpdate), 'going on'));

/** `buildhub import cancel` */
const importCancelCommand = new Command('cancel')
  .description('end it: what it has brought in stays, and another import goes on from there')
  .addHelpText('after', '\nExample:\n  $ buildhub import cancel')
  .action(() => tell((handle) => handle.cancel(), 'being cancelled'));

/** `buildhub import`: brings in the builds of a Buildhub2. */
export const importCommand = new Command('import')
  .description('bring in the builds of a Buildhub2 from its database, with ids and hashes kept')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub import start --bucket net-mozaws-prod-delivery-firefox
  $ buildhub import status --watch`,
  );

for (const command of [
  importStartCommand,
  importStatusCommand,
  importPauseCommand,
  importResumeCommand,
  importCancelCommand,
]) {
  importCommand.addCommand(command);
}
