import type { OperationState } from '../../temporal/read-progress.ts';
import { endedRetries, type RetryProgress } from '../../workflows/retry-failed-progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { progressBar } from '../live-line.ts';
import type { OperationGroup } from '../operation-group.ts';

/** How the retrying of failures is told of, and what its commands are about. */
export const retryGroup: OperationGroup<RetryProgress> = {
  workflowType: 'retryFailed',
  noun: 'retry of failures',
  command: 'buildhub failures retry',
  text: {
    line: progressLine,
    report: describeReport,
    exitCode: exitCodeOf,
    statusCommand: 'buildhub failures retry status --watch',
    isNamed: true,
  },
  limited: 'retries per second a retry of failures begins',
  afterCancel:
    'What was begun goes on by itself, and what it came to is in the list of failures. Starting the same retry again takes\nup what fails still.',
};

function progressLine({ progress, isStale, status }: OperationState<RetryProgress>): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, total, open, retriesPerSecond } = progress;
  const ended = endedRetries(progress);
  const limit = retriesPerSecond === undefined ? '' : `, at most ${formatRate(retriesPerSecond)}/s`;
  return (
    `${progressBar(total === 0 ? undefined : ended / total)}${isStale ? 'no worker answers; last: ' : ''}${phase}: ` +
    `${formatCount(ended)} of ${formatCount(total)} retried, ${formatCount(open)} open${limit}`
  );
}

function describeReport(
  { phase, total, outcomes, seconds, stillFailing }: RetryProgress,
  workflowId = 'retry of failures',
): string {
  if (total === 0 && phase === 'done') return `${workflowId}: there was nothing to retry`;
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${formatCount(count)} ${outcome}`);
  return [
    `${workflowId}: ${counts.length === 0 ? 'nothing has ended yet' : counts.join(', ')}, in ${formatDuration(seconds)}`,
    ...(stillFailing.length === 0 ? [] : ['Failing still, for example:']),
    ...stillFailing.flatMap(({ workflowId, reason }) => [
      `  ${workflowId}`,
      // That of a message ends with what it holds.
      ...reason.split('\n').map((line) => `    ${line}`),
    ]),
  ].join('\n');
}

function exitCodeOf({ phase, outcomes }: RetryProgress): number | undefined {
  if (phase === 'cancelled') return exitCodes.cancelled;
  const { ingested = 0, unchanged = 0, running = 0 } = outcomes;
  const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  return total > ingested + unchanged + running ? exitCodes.setApart : undefined;
}
