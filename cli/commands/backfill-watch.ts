import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { type OperationState, watchProgress } from '../../temporal/read-progress.ts';
import type { BackfillProgress } from '../../workflows/backfill-progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration } from '../format.ts';
import { createLiveLine, progressBar } from '../live-line.ts';

/** Milliseconds between two questions. */
const interval = 1_000;

/**
 * Shows how far a backfill is until it ends, then its report, and sets the exit code by it. Ctrl-C ends the watching
 * and not the backfill.
 */
export async function watchBackfill(client: Client, handle: WorkflowHandle, asJson: boolean): Promise<void> {
  const line = createLiveLine();
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once('SIGINT', onSignal);
  try {
    for (;;) {
      const state = await watchProgress<BackfillProgress>(client, handle);
      if (state && state.status !== 'RUNNING') {
        line.end(progressLine(state));
        return await showEnd(state, handle, asJson);
      }
      const told = state ? progressLine(state) : 'Temporal cannot be reached; what runs goes on';
      line.show(told);
      await sleep(interval, undefined, { signal: interrupted.signal }).catch(() => undefined);
      if (interrupted.signal.aborted) {
        line.end(told);
        process.stderr.write(
          `The backfill goes on: buildhub backfill status ${handle.workflowId}\nIt ends with: buildhub backfill cancel ${handle.workflowId}\n`,
        );
        process.exitCode = exitCodes.interrupted;
        return;
      }
    }
  } finally {
    process.off('SIGINT', onSignal);
  }
}

/** The state of a backfill in one line. */
export function progressLine({ progress, isStale }: OperationState<BackfillProgress>): string {
  if (!progress) return isStale ? 'waiting for a worker' : 'starting';
  const { phase, counts, ranges, share, keysPerSecond, buildsPerSecond, secondsLeft } = progress;
  const left =
    secondsLeft === undefined || phase === 'done' || phase === 'cancelled'
      ? ''
      : `, ${formatDuration(secondsLeft)} left`;
  const total = ranges.done + ranges.running + ranges.waiting;
  return (
    `${progressBar(share)}${isStale ? 'no worker answers; last: ' : ''}${phase}: ${formatCount(counts.listed)} keys ` +
    `(${formatCount(keysPerSecond)}/s), ${formatCount(counts.new + counts.changed)} new or changed, ` +
    `${formatCount(counts.inserted)} builds (${formatCount(buildsPerSecond)}/s), ranges ${ranges.done}/${total}${left}`
  );
}

/** The report of a backfill, for people. */
export function describeReport(workflowId: string, progress: BackfillProgress): string {
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
  ].join('\n');
}

async function showEnd(
  state: OperationState<BackfillProgress>,
  handle: WorkflowHandle,
  asJson: boolean,
): Promise<void> {
  // Throws what it failed with, for the command to report.
  if (state.status !== 'COMPLETED') await handle.result();
  const { progress } = state;
  if (!progress) throw new Error(`${handle.workflowId} has ended without a report`);
  process.stdout.write(
    asJson
      ? `${JSON.stringify({ workflowId: handle.workflowId, ...progress })}\n`
      : `${describeReport(handle.workflowId, progress)}\n`,
  );
  const { counts, phase } = progress;
  if (phase === 'cancelled') process.exitCode = exitCodes.cancelled;
  else if (counts.invalid + counts.missing > 0) process.exitCode = exitCodes.setApart;
}
