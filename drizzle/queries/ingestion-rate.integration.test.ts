import { expect, it } from 'vitest';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { insertBuilds } from '../../tests/fixture/insert-builds.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { markIndexed } from './builds.ts';
import { ingestionRate } from './ingestion-rate.ts';
import { readStoreState } from './store-state.ts';

const sandbox = forAllTests(createSandbox);

/** One object with one build, written to S3 so many seconds ago; without an event for undefined. */
async function insert(key: string, secondsAgo: number | undefined, eventTime?: string): Promise<string[]> {
  const event =
    secondsAgo === undefined ? eventTime : new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const attempt = { bucket: 'b', key, workflowId: 'w', runId: 'r', eventTime: event };
  const stored = await insertBuilds(sandbox.postgres.database, attempt, [{ text: '{}', hash: key }], '{}');
  return stored.map(({ id }) => id);
}

it('counts builds, and the lag of the objects of messages that are searchable', async () => {
  const { database } = sandbox.postgres;
  for (const seconds of [10, 20, 30, 40, 1_000])
    await markIndexed(database, await insert(`${seconds}`, seconds));
  for (const time of [undefined, 'yesterday', '-000001-01-01T00:00:00Z'])
    await markIndexed(database, await insert(`without event: ${time}`, undefined, time));
  await insert('not indexed', 5_000);
  const hour = await ingestionRate(database, 3_600, 24);
  expect(hour).toHaveLength(24);
  // All in the last bucket, unless the hour has just changed.
  const filled = hour.filter((bucket) => bucket.builds > 0);
  expect(filled.reduce((sum, bucket) => sum + bucket.builds, 0)).toBe(9);
  const [last] = filled.slice(-1);
  expect(last?.lagP50).toBeCloseTo(30, -1);
  expect(last?.lagP95).toBeCloseTo(808, -1);
  expect(hour[0]).toMatchObject({ builds: 0, lagP50: null, lagP95: null });

  const { newestEventAt } = await readStoreState(database);
  expect(newestEventAt?.getTime()).toBeCloseTo(Date.now() - 5_000_000, -4);
});
