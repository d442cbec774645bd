import { awaitedText, type ReconcileReport } from '../workflows/reconcile-report.ts';
import type { RunSummary } from './operation-run.ts';

/** What a reconciliation compares at a time. */
const phases = {
  unindexed: 'builds that were never indexed',
  index: 'builds and documents',
  bucket: 'bucket and objects',
  done: 'done',
} as const satisfies Record<ReconcileReport['phase'], string>;

/** A reconciliation: whether all agrees first, then what was compared. */
export function summariseReconcile(report: ReconcileReport): Partial<RunSummary> {
  const { phase, repair, unindexed, index, bucket, agrees, seconds } = report;
  const verdict = agrees ? 'all agrees' : 'there are differences';
  return {
    phase: bucket?.awaited && phase === 'bucket' ? awaitedText(bucket.awaited) : phases[phase],
    isPaused: report.isPaused === true,
    seconds,
    facts: [
      { label: 'verdict', value: phase === 'done' ? verdict : 'still comparing' },
      { label: 'mode', value: repair ? 'repairs' : 'only reports' },
      ...(unindexed
        ? [
            { label: 'builds never indexed', value: unindexed.found },
            { label: 'of them indexed now', value: unindexed.repaired },
          ]
        : []),
      ...(index
        ? [
            { label: 'builds', value: index.rows },
            { label: 'documents', value: index.documents },
            { label: 'builds without document', value: index.missing },
            { label: 'documents without build', value: index.orphans.found },
            { label: 'contents compared', value: index.compared },
            { label: 'contents that differ', value: index.differing },
            { label: 'documents written anew', value: index.repaired },
            { label: 'documents deleted', value: index.orphans.deleted },
          ]
        : []),
      ...(bucket
        ? [
            { label: `keys in the bucket (${bucket.extent})`, value: bucket.listed },
            { label: 'of them a buildhub.json', value: bucket.matched },
            { label: 'objects never seen', value: bucket.unseen },
            { label: 'objects that have changed', value: bucket.changed },
            { label: 'ingestions started', value: bucket.started },
          ]
        : []),
    ],
    problem: bucket?.problem,
  };
}
