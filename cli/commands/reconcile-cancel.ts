import { Command } from 'commander';
import { reconcileWorkflowId } from '../../temporal/start-reconcile.ts';
import { withTemporal } from '../with-temporal.ts';

/** `buildhub reconcile cancel` */
export const reconcileCancelCommand = new Command('cancel')
  .description('end the reconciliation that was started by "run": what it has repaired stays')
  .addHelpText('after', '\nExample:\n  $ buildhub reconcile cancel')
  .action(() =>
    withTemporal(async ({ client, config }) => {
      const handle = client.workflow.getHandle(reconcileWorkflowId(config.ELASTICSEARCH_INDEX));
      const status = await handle.describe().then(
        (description) => description.status.name,
        () => undefined,
      );
      if (status !== 'RUNNING') throw new Error('No reconciliation is running.');
      await handle.cancel();
      process.stdout.write(`${handle.workflowId}: being cancelled\n`);
    }),
  );
