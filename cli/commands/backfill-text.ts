import type { OperationState } from '../../temporal/read-progress.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { progressBar } from '../live-line.ts';
import type { OperationGroup } from '../operation-group.ts';

/** How a backfill is told of, and what its commands are about. */
export const backfillGroup: OperationGroup<BackfillProgress> = {
  workflowType: 'backfill',
  noun: 'backfill',
  command: 'buildhub backfill',
  text: {
    line: progressLine,
    report: describeReport,
    exitCode: exitCodeOf,
    statusCommand: 'buildhub backfill status --watch',
    isNamed: true,
  },
  limited: 'objects per second a backfill reads',
  afterCancel:
    'What was ingested stays. Starting the same backfill again goes on where this one ended, since what is known is not\nread again.',
};

function progressLine({ progress, isStale, status }: OperationState<BackfillProgress>): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, counts, ranges, share, keysPerSecond, buildsPerSecond, secondsLeft, objectsPerSecond } =
    progress;
  const left =
    secondsLeft === undefined || phase === 'done' || phase === 'cancelled'
      ? ''
      : `, ${formatDuration(secondsLeft)} left`;
  const limit = objectsPerSecond === undefined ? '' : `, at most ${formatRate(objectsPerSecond)} objects/s`;
  const total = ranges.done + ranges.running + ranges.waiting;
  return (
    `${progressBar(share)}${isStale ? 'no worker answers; last: ' : ''}${phase}: ${formatCount(counts.listed)} keys ` +
    `(${formatRate(keysPerSecond)}/s), ${formatCount(counts.new + counts.changed)} new or changed, ` +
    `${formatCount(counts.inserted)} builds (${formatRate(buildsPerSecond)}/s), ranges ${ranges.done}/${total}${limit}${left}`
  );
}

function describeReport(progress: BackfillProgress, workflowId = 'backfill'): string {
  const { counts, phase, dryRun, seconds } = progress;
  const rows: [string, number][] = [
    ['keys listed', counts.listed],
    ['of them buildhub.json', counts.matched],
    [dryRun ? 'new: would be ingested' : 'new', counts.new],
    [dryRun ? 'changed: would be ingested' : 'changed', counts.changed],
    ['unchanged', counts.unchanged],
    ['known to be invalid, unchanged', counts.setApartBefore],
    ['invalid', counts.invalid],
    ['missing', counts.missing],
    // Of a report that an older version has left there is none.
    ['not handed out by S3', counts.denied ?? 0],
    ...(dryRun
      ? []
      : ([
          ['builds inserted', counts.inserted],
          ['builds indexed', counts.indexed],
        ] as [string, number][])),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${workflowId}: ${phase}${dryRun ? ' (dry run: nothing was written)' : ''} after ${formatDuration(seconds)}`,
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${formatCount(count).padStart(12)}`),
    ...(progress.denied ?? []).map(({ key, reason }) => `  ${key}: ${reason}`),
  ].join('\n');
}

function exitCodeOf({ counts, phase }: BackfillProgress): number | undefined {
  if (phase === 'cancelled') return exitCodes.cancelled;
  return counts.invalid + counts.missing + (counts.denied ?? 0) > 0 ? exitCodes.setApart : undefined;
}
