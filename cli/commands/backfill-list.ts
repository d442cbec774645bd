import { Command } from 'commander';
import { listReports } from '../../drizzle/queries/operation-reports.ts';
import { listOperations } from '../../temporal/list-operations.ts';
import { type Progress, progressAt } from '../../workflows/progress.ts';
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
    '\nExamples:\n  $ buildhub backfill list\n  $ buildhub backfill list --json | jq .progress.facts',
  )
  .action(({ limit, json }: { limit: number; json?: boolean }) =>
    withTemporal(async (deployment) => {
      const all = [...(await readOpen(deployment)), ...(await readEnded(limit))];
      if (json) for (const one of all) process.stdout.write(`${JSON.stringify(one)}\n`);
      else process.stdout.write(`${all.length === 0 ? 'There was no backfill yet.' : describe(all)}\n`);
    }),
  );

interface Listed {
  readonly workflowId: string;
  readonly progress?: Progress | undefined;
}

async function readOpen({ client, config }: Deployment): Promise<Listed[]> {
  const open = await listOperations(client, config.TEMPORAL_TASK_QUEUE, 'backfill', { onlyOpen: true });
  return open.map(({ workflowId, memo }) => {
    const { progress } = (memo ?? {}) as { progress?: Progress };
    return { workflowId, progress: progress && progressAt(progress, Date.now()) };
  });
}

async function readEnded(limit: number): Promise<Listed[]> {
  const reports = await withDatabase((database) => listReports(database, 'backfill', limit));
  return reports.map(({ workflowId, report }) => ({ workflowId, progress: JSON.parse(report) as Progress }));
}

function describe(all: readonly Listed[]): string {
  return formatTable(
    ['phase', 'started', 'took', 'keys', 'new', 'changed', 'invalid', 'builds', 'id'],
    all.map(({ workflowId, progress }) => {
      const { phase = 'planning', dryRun = false, startedAt = '', seconds = 0, done = 0 } = progress ?? {};
      const fact = (name: string) => progress?.facts.find(({ label }) => label === name)?.value ?? 0;
      return [
        dryRun ? `${phase} (dry run)` : phase,
        startedAt.slice(0, 16).replace('T', ' '),
        formatDuration(seconds),
        done,
        ...[fact('New'), fact('Changed'), fact('Invalid'), fact('Builds inserted')],
        workflowId,
      ];
    }),
  );
}
