import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/objects.ts';
import { controlRun } from '../operations/control.ts';
import { ConflictError } from '../operations/operation.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

const sandbox = forAllTests(createSandbox);
forAllTests(() => runWorkerHere(sandbox));
let silent: SilentBucket;
let builds: number;

beforeAll(async () => {
  silent = await createSilentBucket(sandbox);
  builds = await storeBuilds(sandbox, someObjects(400, 1));
  await silent.putAll(someObjects(120, 2));
  const missing = Array.from({ length: 199 }, (_, n) => ({
    ...{ bucket: silent.bucket, key: `gone/${n}/buildhub.json`, outcome: 'missing' as const },
    ...{ reason: 'gone', workflowId: 'w', runId: 'r' },
  }));
  await recordObjects(sandbox.postgres.database, missing);
});

// A retry continues as new after a page of a hundred.
test.each([
  [
    'reindex',
    { rate: 2, runs: 4, input: () => ({ rangeSize: 20, concurrency: 1 }) },
    () => ({ done: builds, 'Documents compared': builds }),
  ],
  [
    'retry',
    { rate: 10, runs: 2, input: () => ({ selection: { objects: { prefix: 'gone/' } } }) },
    () => ({ done: 199, Missing: 199 }),
  ],
  [
    'backfill',
    {
      ...{ rate: 2, runs: 4 },
      input: () => ({ bucket: silent.bucket, source: { kind: 'listing', prefix: '' } }),
    },
    () => ({ done: 120, New: 120 }),
  ],
] as const)(
  '%s: no update that was accepted is lost and nothing is counted twice, however often it continues as new',
  async (name, { rate, runs, input }, facts) => {
    const { temporal, config } = sandbox;
    const all = { ...input(), rateLimit: rate, maxHistory: 25 };
    const handle = await startWorkflow(temporal, name, config, all);
    const current = temporal.workflow.getHandle(handle.workflowId);
    const setRateLimit = (limit: number | null) =>
      current.executeUpdate(setRateLimitUpdate, { args: [limit] });
    const seen = new Set([handle.firstExecutionRunId]);
    for (let round = 1; seen.size < runs; round++) {
      const rateLimit = rate + (round % 10) / 10;
      expect(await setRateLimit(rateLimit)).toMatchObject({ rateLimit });
      expect(await current.query(progressQuery)).toMatchObject({ rateLimit });
      seen.add((await current.describe()).runId);
      // The last run may be over before it is paused.
      if (round % 5 !== 0 || seen.size === runs) continue;
      await current.executeUpdate(pauseUpdate);
      expect((await current.query(progressQuery)).phase).toMatch(/^paus/);
      await current.executeUpdate(resumeUpdate);
      expect((await current.query(progressQuery)).phase).not.toMatch(/^paus/);
    }
    await setRateLimit(null);
    const report = await handle.result();
    expect(report).toMatchObject({ phase: 'done', rateLimit: null });
    expect(factsOf(report)).toMatchObject(facts());
  },
);

test('a run that ends before it accepts a command is not running', async () => {
  const { temporal } = sandbox;
  const config = { ...sandbox.config, TEMPORAL_TASK_QUEUE: 'a queue without workers' };
  const handle = await startWorkflow(temporal, 'retry', config, { selection: { objects: {} } });
  const paused = controlRun({ temporal, config }, handle.workflowId, 'pause');
  await Promise.all([
    expect(paused).rejects.toThrow(new ConflictError(`${handle.workflowId} is not running (terminated).`)),
    sleep(500).then(() => handle.terminate()),
  ]);
});
