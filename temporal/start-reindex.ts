import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import type { DropIndexesInput } from '../activities/reindex/drop-indexes.ts';
import type { Config } from '../config/config.ts';
import type { ReindexInput, reindex } from '../workflows/reindex.ts';
import type { dropIndexes } from '../workflows/reindex-drop.ts';
import type { RollBackInput, rollBack } from '../workflows/reindex-roll-back.ts';

type Settings = Pick<Config, 'ELASTICSEARCH_INDEX' | 'TEMPORAL_TASK_QUEUE'>;

/** Another operation has to end first; the message says which. */
export class OperationRunningError extends Error {
  override readonly name = 'OperationRunningError';
}

/** Reindex, roll-back and drop share one id, so that only one of them changes the indexes of an alias at a time. */
export function reindexWorkflowId(alias: string): string {
  return `reindex:${alias}`;
}

/**
 * Starts a reindex.
 *
 * @throws {OperationRunningError} while another one, a roll-back or a drop runs
 */
export async function startReindex(
  client: Client,
  settings: Settings,
  input: ReindexInput = {},
): Promise<WorkflowHandle<typeof reindex>> {
  return await exclusively(settings, (options) =>
    client.workflow.start<typeof reindex>('reindex', {
      ...options,
      args: [input],
      staticSummary: `Reindex ${settings.ELASTICSEARCH_INDEX}`,
    }),
  );
}

/** Starts the return to a former index. Throws as {@link startReindex} does. */
export async function startRollBack(
  client: Client,
  settings: Settings,
  input: RollBackInput = {},
): Promise<WorkflowHandle<typeof rollBack>> {
  return await exclusively(settings, (options) =>
    client.workflow.start<typeof rollBack>('rollBack', {
      ...options,
      args: [input],
      staticSummary: `Return ${settings.ELASTICSEARCH_INDEX} to ${input.index ?? 'its former index'}`,
    }),
  );
}

/** Starts to drop indexes that are not live. Throws as {@link startReindex} does. */
export async function startDropIndexes(
  client: Client,
  settings: Settings,
  input: DropIndexesInput,
): Promise<WorkflowHandle<typeof dropIndexes>> {
  return await exclusively(settings, (options) =>
    client.workflow.start<typeof dropIndexes>('dropIndexes', {
      ...options,
      args: [input],
      staticSummary: `Drop ${input.names?.join(', ') ?? 'old indexes'}`.slice(0, 200),
    }),
  );
}

async function exclusively<T>(
  { ELASTICSEARCH_INDEX: alias, TEMPORAL_TASK_QUEUE: taskQueue }: Settings,
  start: (options: { workflowId: string; taskQueue: string }) => Promise<T>,
): Promise<T> {
  const workflowId = reindexWorkflowId(alias);
  try {
    return await start({ workflowId, taskQueue });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new OperationRunningError(
      `A reindex, roll-back or drop of ${alias} is running (workflow ${workflowId}). Wait for its end, or cancel it.`,
      { cause: error },
    );
  }
}
