import { type Client, type WorkflowExecutionInfo, WorkflowFailedError } from '@temporalio/client';

/** Runs whose end is remembered: it never changes. */
const maxRemembered = 500;

const remembered = new Map<string, string>();

/** Why a run that has ended did not succeed, for people. */
export async function whyFailed(client: Client, run: WorkflowExecutionInfo): Promise<string> {
  const known = remembered.get(run.runId);
  if (known !== undefined) return known;
  const reason = await read(client, run);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(run.runId, reason);
  return reason;
}

async function read(client: Client, { workflowId, runId, status }: WorkflowExecutionInfo): Promise<string> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  try {
    await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) return `Temporal does not say why (${String(error)})`;
    return error.cause?.message ?? error.message;
  }
  return `Temporal calls it ${status.name}`;
}
