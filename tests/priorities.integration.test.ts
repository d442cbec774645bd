import { expect, test } from 'vitest';
import { s3Objects } from '../drizzle/tables.ts';
import { startIngestion } from '../worker/start-ingestion.ts';
import { operationPriority } from '../workflows/priorities.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { runWorkerHere } from './fixture/worker-here.ts';

const sandbox = forAllTests(createSandbox);

test('new messages are ingested before retries that have waited longer', async () => {
  const { temporal, config } = sandbox;
  const { TEMPORAL_TASK_QUEUE: taskQueue, S3_BUCKET: bucket } = config;
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}/${i}`);
  const inputOf = (key: string) => ({ messageId: key, objects: [{ bucket, key }] });
  for (const key of names('retry', 60))
    await temporal.workflow.start('ingestMessage', {
      ...{ workflowId: `${bucket}/${key}`, taskQueue, args: [inputOf(key)] },
      priority: operationPriority,
    });
  const starter = { client: temporal, taskQueue, eager: false };
  for (const key of names('live', 10)) {
    const plan = {
      kind: 'ingestion',
      workflowId: `${bucket}/${key}`,
      input: inputOf(key),
      ignored: [],
    } as const;
    await startIngestion(starter, plan);
  }
  await using _worker = await runWorkerHere(sandbox, { WORKER_CONCURRENCY: 1 });
  const rows = await eventually('an outcome of each', async () => {
    const found = await sandbox.postgres.database.select().from(s3Objects).orderBy(s3Objects.lastAttemptAt);
    return found.length === 70 ? found : undefined;
  });
  const last = rows.findLastIndex(({ key }) => key.startsWith('live/'));
  // Without priorities it would be the very last. Those that a worker had already, or that another partition of the task queue returned, may come in between.
  expect(last).toBeLessThan(50);
});
