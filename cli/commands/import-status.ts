import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/operation-reports.ts';
import { readProgress } from '../../temporal/read-progress.ts';
import { importWorkflowId } from '../../temporal/start-import.ts';
import type { Progress } from '../../workflows/progress.ts';
import { unlessUnknown } from '../find-operation.ts';
import { watchOperation } from '../watch-operation.ts';
import { withDatabase } from '../with-database.ts';
import { withTemporal } from '../with-temporal.ts';
import { importText } from './operation-texts.ts';

/** `buildhub import status` */
export const importStatusCommand = new Command('status')
  .description('show how far the import is, or what came of the last one')
  .option('--watch', 'until it ends')
  .option('--json', 'as JSON')
  .addHelpText(
    'after',
    `
Examples:
  $ buildhub import status
  $ buildhub import status --watch
  $ buildhub import status --json | jq .progress.facts`,
  )
  .action(({ watch, json = false }: { watch?: boolean; json?: boolean }) =>
    withTemporal(async ({ client, config }) => {
      const handle = client.workflow.getHandle(importWorkflowId(config.ELASTICSEARCH_INDEX));
      if (watch) return await watchOperation(client, handle, importText, json);
      const state = await unlessUnknown(readProgress(client, handle));
      const [last] =
        state?.status === 'RUNNING'
          ? []
          : await withDatabase((database) => listReports(database, 'importBuildhub2', 1));
      const report = last && (JSON.parse(last.report) as Progress);
      const text =
        state?.status === 'RUNNING'
          ? `${state.workflowId}: ${importText.line(state)}`
          : [
              `None is running.${state ? ` The last one: ${state.status}` : ''}`,
              ...(report ? [importText.report(report)] : ['There is no report of one yet.']),
            ].join('\n');
      process.stdout.write(`${json ? JSON.stringify({ ...state, report }) : text}\n`);
    }),
  );
