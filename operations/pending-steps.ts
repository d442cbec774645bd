import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { withoutPasswords } from '../config/without-passwords.ts';

/** Characters of an error, which may hold a whole response of a service. */
const maxError = 4_000;

export interface PendingStep {
  /** The activity, for example `indexBuilds`. */
  readonly name: string;
  readonly attempts: number;
  /** Of the last attempt that failed. */
  readonly error: string | null;
}

/** The steps of a run that Temporal is running or will retry. */
export async function pendingSteps(
  temporal: Pick<Client, 'workflow'>,
  workflowId: string,
  runId: string,
): Promise<PendingStep[]> {
  const { raw } = await temporal.workflow.getHandle(workflowId, runId).describe();
  return (raw.pendingActivities ?? []).map(({ activityType, attempt, lastFailure }) => ({
    name: activityType?.name ?? 'unknown',
    attempts: attempt ?? 1,
    error:
      withoutPasswords(lastFailure?.message ?? '')
        .slice(0, maxError)
        .toWellFormed() || null,
  }));
}

/** What is wrong with a run whose step keeps failing, for people; undefined if none does. */
export async function failingStep(
  temporal: Pick<Client, 'workflow'>,
  workflowId: string,
  runId: string,
): Promise<string | undefined> {
  try {
    const steps = await pendingSteps(temporal, workflowId, runId);
    const worst = steps.reduce((a, b) => (b.attempts > a.attempts ? b : a), noStep);
    if (worst.error === null) return undefined;
    return `The step ${worst.name} failed and is being retried (attempt ${worst.attempts}): ${worst.error}`;
  } catch (error) {
    // It has just ended.
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const noStep: PendingStep = { name: '', attempts: 1, error: null };
