import { Command } from 'commander';
import { controlRun } from '../../operations/control-run.ts';
import { findOperation } from '../find-operation.ts';
import { withTemporal } from '../with-temporal.ts';

const reconciliation = { workflowType: 'reconcile', noun: 'reconciliation' };

/** `buildhub reconcile cancel` */
export const reconcileCancelCommand = new Command('cancel')
  .description('end the reconciliation that runs, also one of the schedule: what it has repaired stays')
  .argument('[id]', 'which one (default: the only one that runs)')
  .addHelpText('after', '\nExample:\n  $ buildhub reconcile cancel')
  .action((id?: string) =>
    withTemporal(async (deployment) => {
      const { workflowId } = await findOperation(deployment, reconciliation, id, true);
      const { client, config } = deployment;
      const told = await controlRun(client, config.TEMPORAL_TASK_QUEUE, workflowId, 'cancel');
      process.stdout.write(`${workflowId}: ${told}\n`);
    }),
  );
