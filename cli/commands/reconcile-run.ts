import { Command } from 'commander';
import { startReconcile } from '../../temporal/start-reconcile.ts';
import { watchOperation } from '../watch-operation.ts';
import { withTemporal } from '../with-temporal.ts';
import { type ReconcileOptions, reconcileInput, withReconcileOptions } from './reconcile-options.ts';
import { reconcileText } from './reconcile-text.ts';

interface Options extends ReconcileOptions {
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `buildhub reconcile run` */
export const reconcileRunCommand = withReconcileOptions(new Command('run'))
  .description('compare the table, the index and the bucket now')
  .option('--detach', 'return as soon as it has started')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub reconcile run                                          what does not agree?
  $ buildhub reconcile run --repair
  $ buildhub reconcile run --contents whole --objects whole         all of it; takes a request a thousand keys

Exit codes: 0 all agrees, or was repaired; 1 could not be done; 3 differences are left; 4 cancelled; 78 a bad setting in
the environment; 130 interrupted while watching (the reconciliation goes on).`,
  )
  .action(({ detach, json = false, ...options }: Options) =>
    withTemporal(async ({ client, config, operator }) => {
      const handle = await startReconcile(client, config, reconcileInput(options, config), operator);
      process.stderr.write(`Started ${handle.workflowId}\n`);
      if (!detach) return await watchOperation(client, handle, reconcileText, json);
      const { workflowId } = handle;
      process.stdout.write(json ? `${JSON.stringify({ workflowId })}\n` : `${workflowId}\n`);
    }),
  );
