import { Command } from 'commander';
import { readProgress } from '../../temporal/read-progress.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { withTemporal } from '../with-temporal.ts';
import { findBackfill } from './backfill-find.ts';
import { describeReport, progressLine, watchBackfill } from './backfill-watch.ts';

/** `buildhub backfill status` */
export const backfillStatusCommand = new Command('status')
  .description('show how far a backfill is, or its report')
  .argument('[id]', 'which one (default: the one that was started last)')
  .option('--watch', 'until it ends')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub backfill status
  $ buildhub backfill status --watch
  $ buildhub backfill status --json | jq .counts`,
  )
  .action((id: string | undefined, { watch, json }: { watch?: boolean; json?: boolean }) =>
    withTemporal(async (deployment) => {
      const handle = await findBackfill(deployment, id, false);
      if (watch) return await watchBackfill(deployment.client, handle, json ?? false);
      const state = await readProgress<BackfillProgress>(deployment.client, handle);
      const { progress, workflowId } = state;
      const text = progress
        ? `${describeReport(workflowId, progress)}\n${progressLine(state)}`
        : `${workflowId}: ${progressLine(state)}`;
      process.stdout.write(`${json ? JSON.stringify(state) : text}\n`);
    }),
  );
