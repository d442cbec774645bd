import type { OperationState } from '../../temporal/read-progress.ts';
import type { ReindexProgress, ReindexReport } from '../../workflows/reindex-progress.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { progressBar } from '../live-line.ts';
import type { OperationText } from '../watch-operation.ts';

/** Phases of which it is known how much there is to do. */
const countable: readonly ReindexProgress['phase'][] = ['filling', 'checking'];

/** How a reindex and a roll-back are told of. */
export const reindexText: OperationText<ReindexProgress, ReindexReport> = {
  line: describeProgress,
  report: describeReport,
  exitCode: ({ refused, checked }) => (refused + checked.missing > 0 ? exitCodes.setApart : undefined),
  statusCommand: 'buildhub reindex status --watch',
};

function describeProgress({ progress, isStale, status }: OperationState<ReindexProgress>): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, isPaused, to, done, total, perSecond, secondsLeft, seconds, documentsPerSecond } = progress;
  const isCountable = countable.includes(phase) && total > 0;
  const bar = progressBar(phase === 'done' ? 1 : isCountable ? done / total : undefined);
  const rows = isCountable
    ? ` ${formatCount(done)} of ${formatCount(total)} builds (${formatRate(perSecond)}/s)`
    : '';
  const limit = documentsPerSecond === undefined ? '' : `, at most ${formatRate(documentsPerSecond)}/s`;
  const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`;
  return (
    `${bar}${isStale ? 'no worker answers; last: ' : ''}${phase}${isPaused ? ' (paused)' : ''}${rows}` +
    `${to ? ` into ${to}` : ''}, ${formatDuration(seconds)}${limit}${left}`
  );
}

function describeReport(report: ReindexReport): string {
  const { from, to, checked, refusals, differences, documentsPerSecond } = report;
  const rows: [string, number][] = [
    ['builds in the table at the start', report.rows],
    ['documents written', report.documents],
    ['of them arrived meanwhile', report.arrived],
    ['documents before the swap', report.documentsBefore ?? 0],
    ['documents after it', report.documentsAfter ?? 0],
    ['searchable before and missing now', checked.missing],
    ['refused by Elasticsearch', report.refused],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const rate = documentsPerSecond ? `, ${formatRate(documentsPerSecond)} documents/s` : '';
  return [
    `${to} is live after ${formatDuration(report.seconds)}${rate}`,
    ...rows.map(([name, count]) => `  ${name.padEnd(width)}  ${formatCount(count).padStart(12)}`),
    ...refusals.map(({ id, reason }) => `  build ${id}: ${reason}`),
    ...differences.map(
      ({ after, upTo, rows: count, documents, examples }) =>
        `  ids above ${after} up to ${upTo}: ${count} rows, ${documents} documents; missing ${examples.join(', ')}`,
    ),
    ...(from
      ? [
          `${from} is kept: "buildhub reindex roll-back" returns to it, "buildhub reindex drop ${from}" deletes it`,
        ]
      : []),
  ].join('\n');
}
