import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/operation-reports.ts';
import { listOperations } from '../../temporal/list-operations.ts';
import { progressByNow } from '../../temporal/progress-by-now.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { formatDuration, formatTable } from '../format.ts';
import { parseCount } from '../parse-options.ts';
import { withDatabase } from '../with-database.ts';
import { type Deployment, withTemporal } from '../with-temporal.ts';

/** `buildhub backfill list` */
export const backfillListCommand = new Command('list')
  .description('list backfills: those that run, and those that have ended, whatever Temporal has forgotten')
  .option('-n, --limit <number>', 'how many that have ended', parseCount, 10)
  .option('--json', 'one JSON object a line')
  .addHelpText(
    'after',
    '\nExamples:\n  $ buildhub backfill list\n  $ buildhub backfill list --json | jq .counts',
  )
  .action(({ limit, json }: { limit: number; json?: boolean }) =>
    withTemporal(async (deployment) => {
      const all = [...(await readOpen(deployment)), ...(await readEnded(limit))];
      if (json) for (const one of all) process.stdout.write(`${JSON.stringify(one)}\n`);
      else process.stdout.write(`${all.length === 0 ? 'There was no backfill yet.' : describe(all)}\n`);
    }),
  );

type Listed = { readonly workflowId: string } & Partial<BackfillProgress>;

async function readOpen({ client, config }: Deployment): Promise<Listed[]> {
  const open = await listOperations(client, config.TEMPORAL_TASK_QUEUE, 'backfill', { onlyOpen: true });
  return open.map(({ workflowId, memo }) => ({
    workflowId,
    ...progressByNow((memo as { progress?: BackfillProgress } | undefined)?.progress, Date.now()),
  }));
}

async function readEnded(limit: number): Promise<Listed[]> {
  const reports = await withDatabase((database) => listReports(database, 'backfill', limit));
  return reports.map(({ workflowId, report }) => ({
    workflowId,
    ...(JSON.parse(report) as BackfillProgress),
  }));
}

function describe(all: readonly Listed[]): string {
  return formatTable(
    ['phase', 'started', 'took', 'keys', 'new', 'changed', 'invalid', 'builds', 'id'],
    all.map(({ workflowId, phase = 'planning', dryRun, startedAt = '', seconds = 0, counts }) => [
      dryRun ? `${phase} (dry run)` : phase,
      startedAt.slice(0, 16).replace('T', ' '),
      formatDuration(seconds),
      counts?.listed ?? 0,
      counts?.new ?? 0,
      counts?.changed ?? 0,
      counts?.invalid ?? 0,
      counts?.inserted ?? 0,
      workflowId,
    ]),
  );
}
