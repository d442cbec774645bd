import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { ImportInput, importBuildhub2 } from '../workflows/import/import-buildhub2.ts';
import { startAlone } from './start-alone.ts';

/** An import has the same id each time, so that only one runs. */
export function importWorkflowId(alias: string): string {
  return `import:${alias}`;
}

/**
 * Starts an import from a Buildhub2, whose address the workers know.
 *
 * @param requestedBy who asked for it, for the memo
 * @throws {OperationRunningError} while another one runs
 */
export async function startImport(
  client: Client,
  {
    ELASTICSEARCH_INDEX: alias,
    TEMPORAL_TASK_QUEUE: taskQueue,
  }: Pick<Config, 'ELASTICSEARCH_INDEX' | 'TEMPORAL_TASK_QUEUE'>,
  input: ImportInput,
  requestedBy: string,
): Promise<WorkflowHandle<typeof importBuildhub2>> {
  const options = { workflowId: importWorkflowId(alias), taskQueue, memo: { requestedBy } };
  return await startAlone('An import', options, (start) =>
    client.workflow.start<typeof importBuildhub2>('importBuildhub2', {
      ...start,
      args: [input],
      staticSummary: `Import from Buildhub2, keys in ${input.bucket}`.slice(0, 200),
    }),
  );
}
