import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countKeyList } from '../drizzle/queries/key-lists.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { runBuildhub } from '../tests/fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from '../tests/fixture/sandbox.ts';
import { pruneKeyLists, storeKeyList } from './key-lists.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  // Without a worker, so that backfills wait with what they were given.
  sandbox = await createSandbox();
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

const prune = () =>
  pruneKeyLists(sandbox.postgres.database, sandbox.temporal, sandbox.config.TEMPORAL_TASK_QUEUE);
const count = (list: string) => countKeyList(sandbox.postgres.database, list);
const age = (list: string) =>
  sandbox.postgres.pool.query(
    `update key_lists set created_at = created_at - interval '25 hours' where list = $1`,
    [list],
  );

async function backfillOf(keys: readonly string[]) {
  const { list } = await storeKeyList(
    sandbox.postgres.database,
    Readable.from(keys.map((key) => `${key}\n`)),
  );
  const { S3_BUCKET: bucket, TEMPORAL_TASK_QUEUE: queue } = sandbox.config;
  const source = { kind: 'key-list', prefix: '', list } as const;
  return { list, handle: await startBackfill(sandbox.temporal, queue, { bucket, source }, 'a test') };
}

/** Waits until Temporal's list of what runs, which is a moment late, has so many. */
async function untilOpen(expected: number): Promise<void> {
  const query = `WorkflowType = 'backfill' and TaskQueue = '${sandbox.config.TEMPORAL_TASK_QUEUE}' and ExecutionStatus = 'Running'`;
  await eventually(`${expected} open backfills`, async () => {
    const { count: open } = await sandbox.temporal.workflow.count(query);
    return open === expected ? true : undefined;
  });
}

it('takes lists away whose backfill was terminated, a day later, and leaves those that are needed', async () => {
  const waiting = await backfillOf(['waiting/buildhub.json']);
  const ended = await backfillOf(Array.from({ length: 2_500 }, (_, at) => `ended/${at}/buildhub.json`));
  const other = await startBackfill(
    sandbox.temporal,
    sandbox.config.TEMPORAL_TASK_QUEUE,
    { bucket: sandbox.config.S3_BUCKET, source: { kind: 'listing', prefix: '' } },
    'a test',
  );
  await ended.handle.terminate();
  await untilOpen(2);
  expect(await prune()).toBe(0);
  for (const { list } of [waiting, ended]) await age(list);
  const { list: fresh } = await storeKeyList(
    sandbox.postgres.database,
    Readable.from(['fresh/buildhub.json\n']),
  );
  expect(await prune()).toBe(1);
  expect(await Promise.all([waiting.list, ended.list, fresh].map(count))).toEqual([1, 0, 1]);

  await waiting.handle.terminate();
  await untilOpen(1);
  const args = ['backfill', 'start', '--keys-file', '-', '--detach'];
  expect(await runBuildhub(args, sandbox.env, 'another/buildhub.json\n')).toMatchObject({ code: 0 });
  expect(await Promise.all([waiting.list, fresh].map(count))).toEqual([0, 1]);
  await other.terminate();
});

it('takes none away while a backfill runs of which nobody knows what it needs', async () => {
  const { list } = await storeKeyList(sandbox.postgres.database, Readable.from(['old/buildhub.json\n']));
  await age(list);
  const old = await sandbox.temporal.workflow.start('backfill', {
    workflowId: `backfill:${list}`,
    taskQueue: sandbox.config.TEMPORAL_TASK_QUEUE,
    args: [{ bucket: 'b', source: { kind: 'key-list', prefix: '', list } }],
    memo: { requestedBy: 'a version before' },
  });
  await untilOpen(2);
  expect(await prune()).toBe(0);
  await old.terminate();
  await untilOpen(1);
  expect(await prune()).toBe(1);
});
