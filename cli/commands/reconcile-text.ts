import type { OperationState } from '../../temporal/read-progress.ts';
import { awaitedText, type ReconcileReport } from '../../workflows/reconcile-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { OperationGroup } from '../operation-group.ts';
import type { OperationText } from '../watch-operation.ts';

/** How a reconciliation is told of. */
export const reconcileText: OperationText<ReconcileReport, ReconcileReport> = {
  line: describeProgress,
  report: describeReport,
  exitCode: (report) => (isRight(report) ? undefined : exitCodes.setApart),
  statusCommand: 'buildhub reconcile status --watch',
  isNamed: true,
};

/** What the commands of a reconciliation are about. */
export const reconcileGroup: OperationGroup<ReconcileReport> = {
  workflowType: 'reconcile',
  noun: 'reconciliation',
  command: 'buildhub reconcile',
  text: reconcileText,
  afterCancel: 'Also one that the schedule has started. What it has repaired stays.',
};

function describeProgress({ progress, isStale, status }: OperationState<ReconcileReport>): string {
  if (!progress)
    return isStale ? 'waiting for a worker' : status === 'RUNNING' ? 'starting' : status.toLowerCase();
  const { phase, isPaused, unindexed, index, bucket, seconds } = progress;
  const parts = [
    ...(unindexed ? [`${formatCount(unindexed.found)} not indexed`] : []),
    ...(index ? [`${formatCount(index.rows)} builds compared, ${formatCount(index.missing)} missing`] : []),
    ...(bucket ? [`${formatCount(bucket.listed)} keys listed`] : []),
    ...(bucket?.awaited ? [awaitedText(bucket.awaited)] : []),
  ];
  return `${isStale ? 'no worker answers; last: ' : ''}${phase}${isPaused ? ' (paused)' : ''}: ${[...parts, formatDuration(seconds)].join(', ')}`;
}

function describeReport(report: ReconcileReport): string {
  const { unindexed, index, bucket } = report;
  const rows: [string, number, string][] = [
    ...(unindexed
      ? [
          ['builds not indexed', unindexed.found, repaired(unindexed.repaired, 'indexed')] as [
            string,
            number,
            string,
          ],
        ]
      : []),
    ...(index
      ? ([
          ['builds compared with the index', index.rows, ''],
          [
            'missing in the index',
            index.missing,
            repaired(index.repaired, 'written anew, with those that differ'),
          ],
          ['documents without a build', index.orphans.found, repaired(index.orphans.deleted, 'deleted')],
          ['documents compared by content', index.compared, ''],
          ['documents that differ', index.differing, ''],
        ] as [string, number, string][])
      : []),
    ...(bucket
      ? ([
          [`keys listed (${bucket.extent})`, bucket.listed, ''],
          ['of them buildhub.json', bucket.matched, ''],
          [
            'never seen',
            bucket.unseen,
            repaired(bucket.started, `ingestions started, ${bucket.failed} failed`),
          ],
          ['changed since', bucket.changed, ''],
        ] as [string, number, string][])
      : []),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const verdict = report.agrees ? 'All agrees' : 'Differences were found';
  const state = report.phase === 'done' ? verdict : `${verdict} so far, still comparing,`;
  return [
    `${state} after ${formatDuration(report.seconds)}${report.repair ? '' : ' (nothing is repaired without --repair)'}`,
    ...rows.map(
      ([name, count, note]) =>
        `  ${name.padEnd(width)}  ${formatCount(count).padStart(12)}${note && `  ${note}`}`,
    ),
    ...examples('not indexed', unindexed?.examples),
    ...(unindexed?.refusals ?? []).map(({ id, reason }) => `  build ${id} is refused: ${reason}`),
    ...examples('missing', index?.missingExamples),
    ...examples('without a build', index?.orphans.examples),
    ...examples('differing', index?.differingExamples),
    ...examples('never seen or changed', bucket?.examples),
    ...(bucket?.isTruncated ? ['  There are too many: run "buildhub backfill start" to bring them in'] : []),
    ...(bucket?.problem ? [`  ${bucket.problem}`] : []),
  ].join('\n');
}

function repaired(count: number, what: string): string {
  return count === 0 ? '' : `${formatCount(count)} ${what}`;
}

function examples(what: string, found: readonly string[] = []): string[] {
  return found.length === 0 ? [] : [`  ${what}: ${found.join(', ')}`];
}

/** Whether all agrees now: it did, or all that did not was repaired. */
function isRight({ agrees, repair, unindexed, index, bucket }: ReconcileReport): boolean {
  if (agrees) return true;
  if (!repair || bucket?.problem !== undefined) return false;
  const left =
    (unindexed ? unindexed.found - unindexed.repaired : 0) +
    (index ? index.missing + index.differing - index.repaired : 0) +
    (index ? index.orphans.found - index.orphans.deleted : 0) +
    (bucket ? bucket.unseen + bucket.changed - bucket.ingested : 0);
  return left === 0;
}
