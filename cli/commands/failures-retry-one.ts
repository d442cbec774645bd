import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { retryOfMessage, retryOfObject } from '../../activities/retry/find-failures.ts';
import { findObject } from '../../drizzle/queries/find-object.ts';
import { listUnreadableMessages } from '../../drizzle/queries/unreadable-messages.ts';
import { startRetry } from '../../temporal/start-retry.ts';
import type { MessageSummary } from '../../workflows/ingest-message.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';
import type { Deployment } from '../with-temporal.ts';

/** Tries one object or message again, waits for what comes of it, and says so. */
export async function retryOne(
  { config, client, operator }: Deployment,
  name: string,
  options: { readonly bucket?: string; readonly message?: boolean; readonly json?: boolean },
): Promise<void> {
  const retry = options.message
    ? await findMessageRetry(name)
    : await findObjectRetry(options.bucket ?? config.S3_BUCKET, name);
  const handle = await startRetry(client, config.TEMPORAL_TASK_QUEUE, retry, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  let outcome: string;
  let reason: string | undefined;
  try {
    const summary = await handle.result();
    outcome = summary.outcome;
    reason = summary.objects.find((object) => object.outcome === 'missing')?.reason;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { cause = error } = error;
    const [summary] = (cause instanceof ApplicationFailure ? (cause.details ?? []) : []) as MessageSummary[];
    outcome = summary?.outcome ?? 'failed';
    reason = cause.message;
  }
  const isWell = outcome === 'ingested' || outcome === 'unchanged';
  if (!isWell) process.exitCode = exitCodes.setApart;
  const told = options.json
    ? JSON.stringify({ name, workflowId: handle.workflowId, outcome, reason })
    : `${name}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`;
  process.stdout.write(`${told}\n`);
}

/** An object that was never seen can be ingested like this too. */
async function findObjectRetry(bucket: string, key: string) {
  const row = await withDatabase((database) => findObject(database, { bucket, key }));
  return retryOfObject({ bucket, key, attempts: row?.attempts ?? 0 });
}

async function findMessageRetry(messageId: string) {
  const [row] = await withDatabase((database) =>
    listUnreadableMessages(database, { messageId }, 'infinity', 1),
  );
  if (!row) throw new Error(`No unreadable message has the id ${messageId}.`);
  return retryOfMessage(row);
}
