import { and, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { hashOfWorkflowId, type Outcome, s3Objects } from '../tables.ts';

/** Which S3 objects are meant. What is left out does not narrow. */
export interface ObjectFilter {
  readonly outcomes?: readonly Outcome[] | undefined;
  readonly bucket?: string | undefined;
  /** What the key begins with. */
  readonly prefix?: string | undefined;
  /** A part of the reason, in any case. */
  readonly reason?: string | undefined;
  /** A reason as `countByReason` groups it: with `…` for values and `N` for numbers. */
  readonly reasonGroup?: string | undefined;
  readonly workflowId?: string | undefined;
  /** First moment of the last attempt. */
  readonly from?: Date | undefined;
  /** Last millisecond of the last attempt. */
  readonly to?: Date | undefined;
}

/**
 * A validation message is `path: must be ..., not VALUE`, and several are put together with `; `. What is left once
 * values and numbers are gone is the same for every object that breaks the same rules.
 */
export const reasonPattern = sql<string>`left(regexp_replace(regexp_replace(left(${s3Objects.reason}, 2000), ', not [^;]*', ', not …', 'g'), '[0-9]+', 'N', 'g'), 300)`;

/** A filter as SQL; undefined where it narrows nothing. */
export function objectConditions(filter: ObjectFilter): SQL | undefined {
  const { outcomes, bucket, prefix, reason, reasonGroup, workflowId, from, to } = filter;
  return and(
    outcomes?.length ? inArray(s3Objects.outcome, [...outcomes]) : undefined,
    bucket === undefined ? undefined : eq(s3Objects.bucket, bucket),
    prefix === undefined ? undefined : sql`starts_with(${s3Objects.key}, ${prefix})`,
    reason === undefined ? undefined : sql`strpos(lower(${s3Objects.reason}), lower(${reason})) > 0`,
    reasonGroup === undefined ? undefined : sql`${reasonPattern} = ${reasonGroup}`,
    workflowId === undefined
      ? undefined
      : and(
          eq(hashOfWorkflowId(s3Objects.workflowId), hashOfWorkflowId(workflowId)),
          eq(s3Objects.workflowId, workflowId),
        ),
    from && gte(s3Objects.lastAttemptAt, from),
    to && lt(s3Objects.lastAttemptAt, new Date(to.getTime() + 1)),
  );
}
