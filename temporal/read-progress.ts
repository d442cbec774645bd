import {
  type Client,
  isGrpcDeadlineError,
  isGrpcServiceError,
  QueryNotRegisteredError,
  type WorkflowHandle,
} from '@temporalio/client';
import { type Progress, progressAt } from '../workflows/progress.ts';
import { progressQuery } from '../workflows/run-control.ts';

/** Milliseconds that a worker may take for an answer. */
const queryTimeout = 5_000;

/** gRPC status of a request that found nobody to answer it. */
const UNAVAILABLE = 14;

/**
 * gRPC statuses of requests that may be answered when they are made again: cancelled (its worker was killed while it had
 * the query), unknown, deadline exceeded, resource exhausted (the workflow is busy), failed precondition (no worker has
 * asked for work in the last twenty seconds), aborted, internal, unavailable.
 */
const passing = [1, 2, 4, 8, 9, 10, 13, UNAVAILABLE];

/** How far a long operation is. */
export interface OperationState {
  readonly workflowId: string;
  /** Temporal's name of it: `RUNNING`, `COMPLETED`, `FAILED`, `TERMINATED`, ... */
  readonly status: string;
  readonly startedAt: Date;
  readonly requestedBy: string | undefined;
  /** As of now, while it runs; undefined where it has told nothing yet. */
  readonly progress: Progress | undefined;
  /** Whether it runs and no worker was there to answer, so that `progress` is what it told last. */
  readonly isStale: boolean;
}

/**
 * Asks a workflow that answers the query `progress`, and keeps its answer in its memo, how far it is. Without a worker,
 * and after its end, the memo answers.
 *
 * @throws {WorkflowNotFoundError} where Temporal does not know it, or not any more
 */
export async function readProgress(client: Client, handle: WorkflowHandle): Promise<OperationState> {
  const { status, startTime, memo, workflowId } = await handle.describe();
  const kept = memo as { progress?: Progress; requestedBy?: string } | undefined;
  const state = { workflowId, status: status.name, startedAt: startTime, requestedBy: kept?.requestedBy };
  if (status.name !== 'RUNNING') return { ...state, progress: kept?.progress, isStale: false };
  try {
    const progress = await client.withDeadline(Date.now() + queryTimeout, () => handle.query(progressQuery));
    return { ...state, progress: progressAt(progress, Date.now()), isStale: false };
  } catch (error) {
    // Not registered before the first task has run. Without Temporal there is no answer at all.
    const isUnanswered =
      error instanceof QueryNotRegisteredError || (isPassing(error) && statusOf(error) !== UNAVAILABLE);
    if (!isUnanswered) throw error;
    return { ...state, progress: kept?.progress && progressAt(kept.progress, Date.now()), isStale: true };
  }
}

/**
 * The same for those who watch: undefined where Temporal does not answer for the moment.
 */
export async function watchProgress(
  client: Client,
  handle: WorkflowHandle,
): Promise<OperationState | undefined> {
  try {
    return await readProgress(client, handle);
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return isGrpcDeadlineError(error) || (status !== undefined && passing.includes(status));
}

/** The gRPC status behind an error of the client; undefined where there is none. */
function statusOf(error: unknown): number | undefined {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}
