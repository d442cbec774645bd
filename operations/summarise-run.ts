import type { BackfillProgress } from '../workflows/backfill-progress.ts';
import type { ImportProgress } from '../workflows/import-progress.ts';
import type { ReconcileReport } from '../workflows/reconcile-report.ts';
import type { ReindexProgress, ReindexReport } from '../workflows/reindex-progress.ts';
import { endedRetries, type RetryProgress } from '../workflows/retry-failed-progress.ts';
import type { RunSummary } from './operation-run.ts';
import { summariseAny } from './summarise-any.ts';
import { summariseReconcile } from './summarise-reconcile.ts';

const nothing: RunSummary = {
  phase: undefined,
  isPaused: false,
  isDryRun: false,
  share: undefined,
  seconds: undefined,
  secondsLeft: undefined,
  limit: undefined,
  speeds: [],
  facts: [],
  problem: undefined,
};

/**
 * Tells any operation's progress or report in the same way.
 *
 * @param workflowType whose progress it is
 * @param told what its query `progress` answers, or the report that it has left; undefined where it has told nothing
 */
export function summariseRun(workflowType: string, told: unknown): RunSummary {
  if (typeof told !== 'object' || told === null) return nothing;
  if (workflowType === 'backfill') return summariseBackfill(told as BackfillProgress);
  if (workflowType === 'retryFailed') return summariseRetry(told as RetryProgress);
  if (workflowType === 'reindex' || workflowType === 'rollBack')
    return 'phase' in told
      ? summariseReindex(told as ReindexProgress)
      : summariseReport(told as ReindexReport);
  if (workflowType === 'reconcile') return { ...nothing, ...summariseReconcile(told as ReconcileReport) };
  const any = { ...nothing, ...summariseAny(told) };
  return workflowType === 'importBuildhub2' ? { ...any, share: shareImported(told) } : any;
}

function summariseBackfill(progress: BackfillProgress): RunSummary {
  const { phase, dryRun, counts, denied, ranges, share, seconds, secondsLeft, objectsPerSecond } = progress;
  const [example] = denied ?? [];
  const would = dryRun ? ', would be ingested' : '';
  const facts: RunSummary['facts'] = [
    { label: 'keys looked at', value: counts.listed },
    { label: 'of them a buildhub.json', value: counts.matched },
    { label: `new${would}`, value: counts.new },
    { label: `changed${would}`, value: counts.changed },
    { label: 'unchanged', value: counts.unchanged },
    { label: 'known to be invalid, unchanged', value: counts.setApartBefore },
    { label: 'invalid', value: counts.invalid },
    { label: 'missing', value: counts.missing },
    ...(denied ? [{ label: 'not handed out by S3', value: counts.denied }] : []),
    ...(dryRun
      ? []
      : [
          { label: 'builds inserted', value: counts.inserted },
          { label: 'builds indexed', value: counts.indexed },
        ]),
    { label: 'ranges done', value: `${ranges.done} of ${ranges.done + ranges.running + ranges.waiting}` },
    ...(objectsPerSecond === undefined
      ? []
      : [{ label: 'limit, objects read per second', value: objectsPerSecond }]),
  ];
  return {
    ...nothing,
    phase,
    isPaused: phase === 'paused' || phase === 'pausing',
    isDryRun: dryRun,
    share,
    seconds,
    secondsLeft,
    limit: { unit: 'objects read', perSecond: objectsPerSecond ?? null },
    speeds: [
      { unit: 'keys', perSecond: progress.keysPerSecond },
      { unit: 'builds', perSecond: progress.buildsPerSecond },
    ],
    facts,
    problem: example && `Not handed out by S3, for example ${example.key}: ${example.reason}`,
  };
}

function summariseRetry(progress: RetryProgress): RunSummary {
  const { phase, total, outcomes, open, seconds, stillFailing, retriesPerSecond } = progress;
  const ended = endedRetries(progress);
  const [example] = stillFailing;
  return {
    ...nothing,
    phase,
    isPaused: phase === 'paused',
    share: total === 0 ? undefined : Math.min(1, ended / total),
    seconds,
    secondsLeft:
      phase === 'running' && ended > 0 ? (seconds / ended) * Math.max(0, total - ended) : undefined,
    limit: { unit: 'retries begun', perSecond: retriesPerSecond ?? null },
    speeds: [{ unit: 'retries', perSecond: seconds > 0 ? ended / seconds : 0 }],
    facts: [
      { label: 'to retry', value: total },
      { label: 'under way', value: open },
      ...Object.entries(outcomes).map(([label, value]) => ({ label, value })),
      ...(retriesPerSecond === undefined
        ? []
        : [{ label: 'limit, retries begun per second', value: retriesPerSecond }]),
    ],
    problem: example && `Fails still, for example: ${example.reason}`,
  };
}

function summariseReindex(progress: ReindexProgress): RunSummary {
  const { phase, isPaused, from, to, done, total, documents, arrived, refused } = progress;
  return {
    ...nothing,
    phase,
    isPaused,
    share: total === 0 ? undefined : Math.min(1, done / total),
    seconds: progress.seconds,
    secondsLeft: progress.secondsLeft,
    limit: { unit: 'documents written', perSecond: progress.documentsPerSecond ?? null },
    speeds: [{ unit: 'rows', perSecond: progress.perSecond }],
    facts: [
      ...(from ? [{ label: 'from', value: from }] : []),
      ...(to ? [{ label: 'to', value: to }] : []),
      { label: 'rows of this phase done', value: done },
      { label: 'rows', value: total },
      { label: 'documents written', value: documents },
      { label: 'builds that arrived meanwhile', value: arrived },
      { label: 'refused by Elasticsearch', value: refused },
    ],
  };
}

function summariseReport(report: ReindexReport): RunSummary {
  const { from, to, rows, documents, arrived, refused, checked, seconds, problem } = report;
  return {
    ...nothing,
    phase: problem === undefined ? 'done' : 'failed',
    seconds,
    speeds:
      report.documentsPerSecond === undefined
        ? []
        : [{ unit: 'documents', perSecond: report.documentsPerSecond }],
    facts: [
      ...(from ? [{ label: 'from', value: from }] : []),
      { label: 'to', value: to },
      { label: 'rows', value: rows },
      { label: 'documents written', value: documents },
      { label: 'builds that arrived meanwhile', value: arrived },
      { label: 'refused by Elasticsearch', value: refused },
      { label: 'rows compared', value: checked.rows },
      { label: 'documents compared', value: checked.documents },
      { label: 'missing', value: checked.missing },
    ],
    problem,
  };
}

function shareImported(told: object): number | undefined {
  if (!('total' in told)) return undefined;
  const { total, counts } = told as ImportProgress;
  return total === 0 ? undefined : Math.min(1, counts.rows / total);
}
