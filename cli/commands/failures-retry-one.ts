import { findMessageRetry, findObjectRetry } from '../../operations/find-retry.ts';
import { isWell, outcomeOfRetry } from '../../operations/outcome-of-retry.ts';
import { startRetry } from '../../temporal/start-retry.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';
import type { Deployment } from '../with-temporal.ts';

/** Tries one object or message again, waits for what comes of it, and says so. */
export async function retryOne(
  { config, client, operator }: Deployment,
  name: string,
  options: { readonly bucket?: string; readonly message?: boolean; readonly json?: boolean },
): Promise<void> {
  const retry = await withDatabase((database) =>
    options.message
      ? findMessageRetry(database, name)
      : findObjectRetry(database, { bucket: options.bucket ?? config.S3_BUCKET, key: name }),
  );
  if (!retry) throw new Error(`No unreadable message has the id ${name}.`);
  const handle = await startRetry(client, config.TEMPORAL_TASK_QUEUE, retry, operator);
  process.stderr.write(`Started ${handle.workflowId}\n`);
  const ended = await outcomeOfRetry(handle);
  if (!isWell(ended)) process.exitCode = exitCodes.setApart;
  const { outcome, reason } = ended;
  const told = options.json
    ? JSON.stringify({ name, workflowId: handle.workflowId, outcome, reason })
    : `${name}: ${outcome}${reason === undefined ? '' : `: ${reason}`}`;
  process.stdout.write(`${told}\n`);
}
