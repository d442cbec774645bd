import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { operationPriority } from '../workflows/priorities.ts';
import { prepareContext } from './key-lists.ts';
import { ConflictError, type Operation, type OperationContext } from './operation.ts';

/** Characters of an input that is kept in the memo, which Temporal Cloud limits to 40 kB; a list of keys may be longer. */
const maxInput = 8_000;

/** Characters of the line under a workflow's name in the Temporal UI, which takes 400 bytes. */
const maxSummary = 100;

/**
 * Starts an operation and returns once Temporal has accepted it.
 *
 * @param input valid by the operation's schema
 * @param requestedBy the operator, for its memo
 * @throws {ConflictError} if the operation runs one at a time and another one is running
 */
export async function startOperation(
  operation: Operation,
  input: Readonly<Record<string, unknown>>,
  context: OperationContext,
  requestedBy: string,
): Promise<WorkflowHandle> {
  const { temporal, config } = context;
  const workflowId = operation.workflowId(input, config);
  const title = operation.summary(input, config);
  const prepared = await operation.prepare(input, prepareContext(context));
  const isShort = JSON.stringify(input).length <= maxInput;
  try {
    return await temporal.workflow.start(operation.workflowType, {
      workflowId,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      args: [prepared.input],
      priority: operationPriority,
      // With the input, a reader of the report of a dry run can start the real one.
      memo: { requestedBy, title, ...(isShort && { input }), ...prepared.memo },
      staticSummary: [...title].slice(0, maxSummary).join(''),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new ConflictError(
      `Workflow ${workflowId} is already running. Wait until it has finished, or cancel it.`,
      { cause: error },
    );
  }
}
