import type { OperationState } from '../../temporal/read-progress.ts';
import type { Progress } from '../../workflows/progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { progressBar } from '../live-line.ts';
import type { OperationGroup } from '../operation-group.ts';
import type { OperationText } from '../watch-operation.ts';

/** How far an operation is, in one line. */
function progressLine({ progress, isStale, status }: OperationState): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, done, total, unit, rate, rateLimit, seconds, secondsLeft } = progress;
  const of = total === undefined ? '' : ` of ${formatCount(total)}`;
  const limit = rateLimit ? `, up to ${formatRate(rateLimit)}/s` : '';
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  return (
    `${progressBar(total ? done / total : undefined)}${isStale ? 'no worker answers; last: ' : ''}${phase}: ` +
    `${formatCount(done)}${of} ${unit} (${formatRate(rate)}/s${limit}), ${formatDuration(seconds)}${left}`
  );
}

/** The progress or the report of an operation: every fact in a line. */
function progressReport(progress: Progress, workflowId = ''): string {
  const { phase, dryRun, done, unit, seconds, facts, problem } = progress;
  const rows = [{ label: unit, value: done }, ...facts];
  const width = Math.max(...rows.map(({ label, value }) => (typeof value === 'number' ? label.length : 0)));
  return [
    `${workflowId}: ${phase}${dryRun ? ' (dry run: nothing is written)' : ''} after ${formatDuration(seconds)}`,
    ...rows.map(({ label, value }) =>
      typeof value === 'number'
        ? `  ${label.padEnd(width)}  ${formatCount(value).padStart(12)}`
        : `  ${label}: ${value.replaceAll('\n', '\n    ')}`,
    ),
    ...(problem === undefined ? [] : [problem]),
  ].join('\n');
}

function textOf(statusCommand: string, isNamed: boolean): OperationText {
  return {
    line: progressLine,
    report: progressReport,
    exitCode: ({ problem }) => (problem === undefined ? undefined : exitCodes.setApart),
    ...{ statusCommand, isNamed },
  };
}

export const importText = textOf('buildhub import status --watch', false);

export const reindexText = textOf('buildhub reindex status --watch', false);

export const backfillGroup: OperationGroup = {
  workflowType: 'backfill',
  noun: 'backfill',
  command: 'buildhub backfill',
  text: textOf('buildhub backfill status --watch', true),
  limited: 'objects per second a backfill reads',
  afterCancel:
    'What was ingested stays. Starting the same backfill again goes on where this one ended, since what is known is not\nread again.',
};

export const retryGroup: OperationGroup = {
  workflowType: 'retryFailed',
  noun: 'retry of failures',
  command: 'buildhub failures retry',
  text: textOf('buildhub failures retry status --watch', true),
  limited: 'retries per second a retry of failures begins',
  afterCancel:
    'What was begun goes on by itself, and what it came to is in the list of failures. Starting the same retry again takes\nup what fails still.',
};

export const reconcileGroup: OperationGroup = {
  workflowType: 'reconcile',
  noun: 'reconciliation',
  command: 'buildhub reconcile',
  text: textOf('buildhub reconcile status --watch', true),
  afterCancel: 'Also one that the schedule has started. What it has repaired stays.',
};
