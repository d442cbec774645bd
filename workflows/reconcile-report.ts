import type { ComparedBucket } from '../activities/reconcile/compare-bucket.ts';
import type { ComparedRange } from '../activities/reconcile/compare-range.ts';
import type { Orphans } from '../activities/reconcile/find-orphans.ts';
import type { Unindexed } from '../activities/reconcile/repair-unindexed.ts';

/** Ids and keys that a report names of each kind. */
export const maxExamples = 10;

/** How the table and the index compare. */
export interface IndexComparison {
  readonly rows: number;
  /** In the index, and of these the ones that belong to a row. */
  readonly documents: number;
  readonly matched: number;
  /** Builds that Elasticsearch has acknowledged and does not have. */
  readonly missing: number;
  readonly missingExamples: readonly string[];
  /** Documents that were compared by content, and those that are not what their build says. */
  readonly compared: number;
  readonly differing: number;
  readonly differingExamples: readonly string[];
  /** Documents without a row. */
  readonly orphans: Orphans;
  /** Documents that were written anew. */
  readonly repaired: number;
}

/** How the bucket and the table of objects compare. */
export interface BucketComparison {
  readonly bucket: string;
  readonly extent: 'sample' | 'whole';
  readonly listed: number;
  /** Of these, those that are a buildhub.json. */
  readonly matched: number;
  /** Objects that were never seen; objects with another content than was seen. */
  readonly unseen: number;
  readonly changed: number;
  /** Where there are so many that a backfill has to bring them in: those beyond a thousand are only counted. */
  readonly isTruncated: boolean;
  readonly examples: readonly string[];
  /** While it waits for those that may be on their way: how many it will look at again. */
  readonly awaited?: number;
  /** Objects whose ingestion was started, and what came of them so far. */
  readonly started: number;
  readonly ingested: number;
  readonly failed: number;
  /** Why the bucket could not be compared. */
  readonly problem?: string;
}

/** What a reconciliation has found and changed: its result, its query `progress`, and its report in PostgreSQL. */
export interface ReconcileReport {
  readonly phase: 'unindexed' | 'index' | 'bucket' | 'done';
  readonly isPaused?: boolean;
  readonly repair: boolean;
  readonly unindexed?: Unindexed;
  readonly index?: IndexComparison;
  readonly bucket?: BucketComparison;
  /** Whether all that was compared agreed, before anything was repaired. */
  readonly agrees: boolean;
  /** ISO 8601; only while it runs. */
  readonly startedAt?: string;
  /** Since the start, pauses included. */
  readonly seconds: number;
}

/** How a comparison that takes long is kept going. */
export interface Course {
  /** Waits while the workflow is paused. */
  readonly untilResumed: () => Promise<void>;
  /** Whether the history is long enough to continue as new. */
  readonly isLong: () => boolean;
}

/** Nothing compared yet. */
export const noComparison: IndexComparison = {
  rows: 0,
  documents: 0,
  matched: 0,
  missing: 0,
  missingExamples: [],
  compared: 0,
  differing: 0,
  differingExamples: [],
  orphans: { found: 0, deleted: 0, examples: [] },
  repaired: 0,
};

/**
 * What a comparison has found, for another one that goes on where this one was broken off: its rows and documents are
 * counted again, and what it has repaired is right by then.
 */
export function foundOf(comparison: IndexComparison): IndexComparison {
  const { missing, missingExamples, differing, differingExamples, repaired } = comparison;
  return { ...noComparison, missing, missingExamples, differing, differingExamples, repaired };
}

/** A comparison with a range added. */
export function addRange(sum: IndexComparison, range: ComparedRange): IndexComparison {
  return {
    ...sum,
    rows: sum.rows + range.rows,
    matched: sum.matched + range.documents,
    missing: sum.missing + range.missing.length,
    missingExamples: [...sum.missingExamples, ...range.missing].slice(0, maxExamples),
    compared: sum.compared + range.compared,
    differing: sum.differing + range.differing.length,
    differingExamples: [...sum.differingExamples, ...range.differing].slice(0, maxExamples),
    repaired: sum.repaired + range.repaired,
  };
}

/** A comparison with a part of the bucket added; whether anything has changed is told at the end. */
export function addListed(sum: BucketComparison, part: ComparedBucket): BucketComparison {
  return { ...sum, listed: sum.listed + part.listed, matched: sum.matched + part.matched };
}

/** Whether the parts of a report found nothing to repair. */
export function agrees({ unindexed, index, bucket }: Omit<ReconcileReport, 'agrees' | 'seconds'>): boolean {
  const differences = [
    unindexed?.found,
    index?.missing,
    index?.differing,
    index?.orphans.found,
    bucket?.unseen,
    bucket?.changed,
  ];
  return bucket?.problem === undefined && differences.every((count) => !count);
}

/** Markdown for the Temporal UI. */
export function describeReconcile({
  phase,
  isPaused,
  repair,
  unindexed,
  index,
  bucket,
  ...report
}: ReconcileReport): string {
  const mode = repair ? 'repairs' : 'only reports';
  const state =
    phase !== 'done' ? `comparing: ${phase}` : report.agrees ? 'all agrees' : 'differences were found';
  return [
    `**${state}** (${mode})${isPaused ? ', paused' : ''}`,
    ...(unindexed
      ? [
          `${unindexed.found} builds were not indexed, ${unindexed.repaired} are now, ${unindexed.refused} refused`,
        ]
      : []),
    ...(index
      ? [
          `${index.rows} rows, ${index.documents} documents: ${index.missing} missing, ${index.orphans.found} orphans, ` +
            `${index.differing} of ${index.compared} compared differ; ${index.repaired} written anew, ` +
            `${index.orphans.deleted} deleted`,
        ]
      : []),
    ...(bucket
      ? [
          `s3://${bucket.bucket} (${bucket.extent}): ${bucket.listed} keys, ${bucket.matched} of them a buildhub.json: ` +
            `${bucket.unseen} never seen, ${bucket.changed} changed; ${bucket.started} ingestions started` +
            `${bucket.problem ? `. ${bucket.problem}` : ''}${bucket.awaited ? `. ${awaitedText(bucket.awaited)}` : ''}`,
        ]
      : []),
  ].join('\n\n');
}

/** Why nothing seems to happen while a comparison waits. */
export function awaitedText(awaited: number): string {
  return awaited === 1
    ? '1 object was not seen yet: it is given a minute to arrive'
    : `${awaited} objects were not seen yet: they are given a minute to arrive`;
}
