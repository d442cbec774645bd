import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

/** An operation of which only one runs at a time is running; the message says which, and what can be done. */
export class OperationRunningError extends Error {
  override readonly name = 'OperationRunningError';
}

/** How such an operation is started. */
export interface StartAlone {
  readonly workflowId: string;
  readonly taskQueue: string;
  readonly memo: { readonly requestedBy: string };
}

/**
 * Starts a workflow whose id is the same each time.
 *
 * @param what the operation, for the message
 * @throws {OperationRunningError} while another one runs
 */
export async function startAlone<T>(
  what: string,
  options: StartAlone,
  start: (options: StartAlone & { memo: Record<string, unknown> }) => Promise<T>,
): Promise<T> {
  try {
    return await start({ ...options, memo: { ...options.memo } });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new OperationRunningError(
      `${what} is running: workflow ${options.workflowId}. Wait for its end, or cancel it.`,
      { cause: error },
    );
  }
}
