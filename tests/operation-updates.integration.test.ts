import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/objects.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

const opened = new AsyncDisposableStack();
let sandbox: Sandbox;
let silent: SilentBucket;

beforeAll(async () => {
  sandbox = opened.use(await createSandbox());
  opened.use(await runWorkerHere(sandbox));
  silent = await createSilentBucket(sandbox);
  await storeBuilds(sandbox, someObjects(400, 1));
  await silent.putAll(someObjects(60, 2));
  const missing = Array.from({ length: 300 }, (_, n) => ({
    ...{ bucket: silent.bucket, key: `gone/${n}/buildhub.json`, outcome: 'missing' as const },
    ...{ reason: 'gone', workflowId: 'w', runId: 'r' },
  }));
  await recordObjects(sandbox.postgres.database, missing);
});
afterAll(() => opened.disposeAsync());

test.each([
  ['reindex', () => ({ rangeSize: 20, concurrency: 1 })],
  ['retry', () => ({ selection: { objects: { prefix: 'gone/' } } })],
  ['backfill', () => ({ bucket: silent.bucket, source: { kind: 'listing', prefix: '' } })],
] as const)(
  '%s: no update that was accepted is lost, however often it continues as new',
  async (name, input) => {
    const { temporal, config } = sandbox;
    const handle = await startWorkflow(temporal, name, config, { ...input(), rateLimit: 20, maxHistory: 25 });
    const current = temporal.workflow.getHandle(handle.workflowId);
    const setRateLimit = (limit: number | null) =>
      current.executeUpdate(setRateLimitUpdate, { args: [limit] });
    const runs = new Set([handle.firstExecutionRunId]);
    for (let round = 1; round <= 30; round++) {
      const rateLimit = 10 + round;
      expect(await setRateLimit(rateLimit)).toMatchObject({ rateLimit });
      expect(await current.query(progressQuery)).toMatchObject({ rateLimit });
      if (round % 5 !== 0) continue;
      await current.executeUpdate(pauseUpdate);
      expect((await current.query(progressQuery)).phase).toMatch(/^paus/);
      await current.executeUpdate(resumeUpdate);
      expect((await current.query(progressQuery)).phase).not.toMatch(/^paus/);
      await expect(setRateLimit(-1)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('above 0') },
      });
      runs.add((await current.describe()).runId);
    }
    expect(runs.size).toBeGreaterThan(2);
    await setRateLimit(null);
    expect(await handle.result()).toMatchObject({ phase: 'done', rateLimit: null });
  },
);
