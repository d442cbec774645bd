import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { type OperationState, watchProgress } from '../temporal/read-progress.ts';
import type { Progress } from '../workflows/progress.ts';
import { exitCodes } from './exit-codes.ts';
import { createLiveLine } from './live-line.ts';

/** Milliseconds between two questions. */
const interval = 1_000;

/** How an operation is told of. */
export interface OperationText {
  /** How far it is, in one line. */
  readonly line: (state: OperationState) => string;
  /** What came of it, for people. */
  readonly report: (result: Progress, workflowId?: string) => string;
  /** The exit code that goes with it; 0 if undefined. */
  readonly exitCode?: (result: Progress) => number | undefined;
  /** The command that shows how far it is, but for its id where that is needed. */
  readonly statusCommand: string;
  /** Whether that command takes an id, since several can run. */
  readonly isNamed?: boolean;
}

/**
 * Shows how far an operation is until it ends, then what came of it, and sets the exit code by it. Ctrl-C ends the
 * watching and not the operation.
 *
 * @throws what the operation failed with
 */
export async function watchOperation(
  client: Client,
  handle: WorkflowHandle,
  text: OperationText,
  asJson: boolean,
): Promise<void> {
  const line = createLiveLine();
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once('SIGINT', onSignal);
  try {
    for (;;) {
      const state = await watchProgress(client, handle);
      if (state && state.status !== 'RUNNING') {
        line.end(text.line(state));
        return await showEnd(state, handle, text, asJson);
      }
      const told = state ? text.line(state) : 'Temporal does not answer for the moment; what runs goes on';
      line.show(told);
      await sleep(interval, undefined, { signal: interrupted.signal }).catch(() => undefined);
      if (interrupted.signal.aborted) {
        line.end(told);
        const id = text.isNamed ? ` ${handle.workflowId}` : '';
        process.stderr.write(`It goes on without you: ${text.statusCommand}${id}\n`);
        process.exitCode = exitCodes.interrupted;
        return;
      }
    }
  } finally {
    process.off('SIGINT', onSignal);
  }
}

async function showEnd(
  { status, progress }: OperationState,
  handle: WorkflowHandle,
  { report, exitCode }: OperationText,
  asJson: boolean,
): Promise<void> {
  const { workflowId } = handle;
  if (status === 'CANCELLED') {
    process.stderr.write(`${workflowId} was cancelled\n`);
    if (asJson) process.stdout.write(`${JSON.stringify({ workflowId, status, ...progress })}\n`);
    process.exitCode = exitCodes.cancelled;
    return;
  }
  // Throws what it failed with, for the command to report.
  const result = (await handle.result()) as Progress;
  const told = asJson ? JSON.stringify({ workflowId, ...result }) : report(result, workflowId);
  process.stdout.write(`${told}\n`);
  const code = exitCode?.(result);
  if (code !== undefined) process.exitCode = code;
}
