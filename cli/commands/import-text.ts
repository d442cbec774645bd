import type { ImportCounts } from '../../activities/import/import-counts.ts';
import type { OperationState } from '../../temporal/read-progress.ts';
import type { ImportProgress, ImportReport } from '../../workflows/import-progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { progressBar } from '../live-line.ts';
import type { OperationText } from '../watch-operation.ts';
import { reindexText } from './reindex-text.ts';

/** How an import is told of. */
export const importText: OperationText<ImportProgress, ImportReport> = {
  line: describeProgress,
  report: describeReport,
  exitCode: ({ counts, reindex }) =>
    counts.otherId + counts.hashDifferent + counts.invalid > 0 || typeof reindex === 'string'
      ? exitCodes.setApart
      : undefined,
  statusCommand: 'buildhub import status --watch',
};

function describeProgress({ progress, isStale, status }: OperationState<ImportProgress>): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, isPaused, total, counts, perSecond, secondsLeft, seconds } = progress;
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  const more = phase === 'reindexing' ? ' (see "buildhub reindex status")' : '';
  return (
    `${progressBar(total > 0 ? counts.rows / total : undefined)}${isStale ? 'no worker answers; last: ' : ''}` +
    `${phase}${isPaused ? ' (paused)' : ''}${more}: ${formatCount(counts.rows)} of ${formatCount(total)} rows ` +
    `(${formatRate(perSecond)}/s), ${formatDuration(seconds)}${left}`
  );
}

function describeReport({ phase, counts, seconds, reindex, bucket }: ImportReport): string {
  const end = phase === 'cancelled' ? 'cancelled after' : 'after';
  return [
    `Imported from Buildhub2, keys in ${bucket}, ${end} ${formatDuration(seconds)}`,
    ...describeCounts(counts),
    ...(typeof reindex === 'string' ? [reindex] : reindex ? [reindexText.report(reindex)] : ['No reindex']),
  ].join('\n');
}

function describeCounts(counts: ImportCounts): string[] {
  const { examples } = counts;
  const rows: [string, number][] = [
    ['rows', counts.rows],
    ['in the table under their own id', counts.kept],
    ['of them new', counts.inserted],
    ['in the table under another id', counts.otherId],
    ['hashes that are equal', counts.hashEqual],
    ['hashes of numbers that jsonb has rewritten', counts.hashRewritten],
    ['hashes that differ otherwise', counts.hashDifferent],
    ['builds that would not be taken in today', counts.invalid],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const listed = {
    'under another id': examples.otherId,
    'hash differs': examples.hashDifferent,
    invalid: examples.invalid,
  };
  return [
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${formatCount(count).padStart(12)}`),
    ...Object.entries(listed).flatMap(([kind, some]) =>
      some.map(({ id, text }) => `  row ${id}, ${kind}: ${text}`),
    ),
  ];
}
