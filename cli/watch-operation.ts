import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { type OperationState, readProgress } from '../temporal/read-progress.ts';
import { exitCodes } from './exit-codes.ts';
import { createLiveLine } from './live-line.ts';

/** Milliseconds between two questions. */
const interval = 1_000;

/** How an operation is told of. */
export interface OperationText<P, R> {
  /** How far it is, in one line. */
  readonly line: (state: OperationState<P>) => string;
  /** What came of it, for people. */
  readonly report: (result: R) => string;
  /** The exit code that goes with it; 0 if undefined. */
  readonly exitCode?: (result: R) => number | undefined;
  /** The command that shows how far it is. */
  readonly statusCommand: string;
}

/**
 * Shows how far an operation is until it ends, then what came of it, and sets the exit code by it. Ctrl-C ends the
 * watching and not the operation.
 *
 * @throws what the operation failed with
 */
export async function watchOperation<P, R>(
  client: Client,
  handle: WorkflowHandle,
  text: OperationText<P, R>,
  asJson: boolean,
): Promise<void> {
  const line = createLiveLine();
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  process.once('SIGINT', onSignal);
  try {
    for (;;) {
      const state = await readProgress<P>(client, handle);
      if (state.status !== 'RUNNING') {
        line.end(text.line(state));
        return await showEnd(state.status, handle, text, asJson);
      }
      line.show(text.line(state));
      await sleep(interval, undefined, { signal: interrupted.signal }).catch(() => undefined);
      if (interrupted.signal.aborted) {
        line.end(text.line(state));
        process.stderr.write(`It goes on without you: ${text.statusCommand}\n`);
        process.exitCode = exitCodes.interrupted;
        return;
      }
    }
  } finally {
    process.off('SIGINT', onSignal);
  }
}

async function showEnd<P, R>(
  status: string,
  handle: WorkflowHandle,
  { report, exitCode }: OperationText<P, R>,
  asJson: boolean,
): Promise<void> {
  if (status === 'CANCELLED') {
    process.stderr.write(`${handle.workflowId} was cancelled\n`);
    process.exitCode = exitCodes.cancelled;
    return;
  }
  // Throws what it failed with, for the command to report.
  const result = (await handle.result()) as R;
  process.stdout.write(`${asJson ? JSON.stringify(result) : report(result)}\n`);
  const code = exitCode?.(result);
  if (code !== undefined) process.exitCode = code;
}
