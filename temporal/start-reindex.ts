import type { Client, WorkflowHandle } from '@temporalio/client';
import type { DropIndexesInput } from '../activities/reindex/index-lifecycle.ts';
import type { Config } from '../config/config.ts';
import type {
  dropIndexes,
  ReindexInput,
  RollBackInput,
  reindex,
  rollBack,
} from '../workflows/reindex/reindex.ts';
import { startAlone } from './start-alone.ts';

type Settings = Pick<Config, 'ELASTICSEARCH_INDEX' | 'TEMPORAL_TASK_QUEUE'>;

const what = 'A reindex, roll-back or drop of indexes';

/** Reindex, roll-back and drop share one id, so that only one of them changes the indexes of an alias at a time. */
export function reindexWorkflowId(alias: string): string {
  return `reindex:${alias}`;
}

/**
 * Starts a reindex.
 *
 * @param requestedBy who asked for it, for the memo
 * @throws {OperationRunningError} while another one, a roll-back or a drop runs
 */
export async function startReindex(
  client: Client,
  settings: Settings,
  input: ReindexInput,
  requestedBy: string,
): Promise<WorkflowHandle<typeof reindex>> {
  return await startAlone(what, options(settings, requestedBy), (start) =>
    client.workflow.start<typeof reindex>('reindex', {
      ...start,
      args: [input],
      staticSummary: `Reindex ${settings.ELASTICSEARCH_INDEX}`,
    }),
  );
}

/** Starts the return to a former index. Throws as {@link startReindex} does. */
export async function startRollBack(
  client: Client,
  settings: Settings,
  input: RollBackInput,
  requestedBy: string,
): Promise<WorkflowHandle<typeof rollBack>> {
  return await startAlone(what, options(settings, requestedBy), (start) =>
    client.workflow.start<typeof rollBack>('rollBack', {
      ...start,
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
  requestedBy: string,
): Promise<WorkflowHandle<typeof dropIndexes>> {
  return await startAlone(what, options(settings, requestedBy), (start) =>
    client.workflow.start<typeof dropIndexes>('dropIndexes', {
      ...start,
      args: [input],
      staticSummary: `Drop ${input.names?.join(', ') ?? 'old indexes'}`.slice(0, 200),
    }),
  );
}

function options(
  { ELASTICSEARCH_INDEX: alias, TEMPORAL_TASK_QUEUE: taskQueue }: Settings,
  requestedBy: string,
) {
  return { workflowId: reindexWorkflowId(alias), taskQueue, memo: { requestedBy } };
}
