import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { childEnvironment } from '../config/config.ts';
import { countKeyList } from '../drizzle/queries/key-lists.ts';
import { eventually } from '../tests/fixture/eventually.ts';
import { forAllTests } from '../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../tests/fixture/sandbox.ts';
import { pruneKeyLists, storeKeyList } from './key-lists.ts';
import { operationNamed } from './registry.ts';
import { listRunningWorkflows } from './runs.ts';
import { startOperation } from './start.ts';

// Without a worker, so that backfills wait with what they were given.
const sandbox = forAllTests(createSandbox);

const context = () => ({ ...sandbox, database: sandbox.postgres.database });
const prune = () => pruneKeyLists(context());
const count = (list: string) => countKeyList(sandbox.postgres.database, list);
const age = (list: string) =>
  sandbox.postgres.pool.query(
    `update key_lists set created_at = created_at - interval '25 hours' where list = $1`,
    [list],
  );

/** Starts a backfill of these keys, or of the whole bucket. */
async function backfillOf(keys?: readonly string[]) {
  const operation = operationNamed('backfill');
  const input = operation.input.parse({ keys });
  const handle = await startOperation(operation, input, context(), 'a test');
  const { memo } = await handle.describe();
  return { list: String(memo?.keyList), handle };
}

/** Waits until Temporal's list of what runs, which is a moment late and which pruning reads, has so many. */
async function untilOpen(expected: number): Promise<void> {
  const open = async () => (await listRunningWorkflows(context(), ['backfill'])).length;
  await eventually(`${expected} open backfills`, async () => (await open()) === expected);
}

it('deletes lists whose backfill was terminated a day ago, and keeps those that are needed', async () => {
  const waiting = await backfillOf(['waiting/buildhub.json']);
  const ended = await backfillOf(Array.from({ length: 2_500 }, (_, at) => `ended/${at}/buildhub.json`));
  const other = await backfillOf();
  await ended.handle.terminate();
  await untilOpen(2);
  expect(await prune()).toBe(0);
  for (const { list } of [waiting, ended]) await age(list);
  const fresh = await storeKeyList(sandbox.postgres.database, ['fresh/buildhub.json']);
  expect(await prune()).toBe(1);
  expect(await Promise.all([waiting.list, ended.list, fresh].map(count))).toEqual([1, 0, 1]);

  await waiting.handle.terminate();
  await untilOpen(1);
  // Storing another list prunes, too.
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  await execa(process.execPath, [main, 'backfill', 'start', '--keys-file', '-', '--detach'], {
    ...{ env: childEnvironment({ ...sandbox.env }), extendEnv: false },
    input: 'another/buildhub.json\n',
  });
  expect(await Promise.all([waiting.list, fresh].map(count))).toEqual([0, 1]);
  await other.handle.terminate();
});
