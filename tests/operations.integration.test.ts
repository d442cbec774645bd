import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordObjects } from '../drizzle/queries/objects.ts';
import { readBuilds } from '../schema/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { startBuildhub, urlOf } from './fixture/buildhub-process.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { createMainBuild, oldDatabase } from './import-main-build.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

const opened = new AsyncDisposableStack();
let sandbox: Sandbox;
let silent: SilentBucket;
/** The database of a Buildhub2. */
let source: pg.Client;
let worker: ManagedProcess;

beforeAll(async () => {
  sandbox = opened.use(await createSandbox());
  const url = await oldDatabase(sandbox.config.DATABASE_URL);
  opened.defer(async () => void (await oldDatabase(sandbox.config.DATABASE_URL, 'drop')));
  source = new pg.Client({ connectionString: url });
  await source.connect();
  opened.defer(() => source.end());
  worker = await startBuildhub(['worker', '--no-poller'], { ...sandbox.env, BUILDHUB2_DATABASE_URL: url });
  opened.defer(async () => void (await worker.stop()));
  silent = await createSilentBucket(sandbox);
  await storeBuilds(sandbox, someObjects(400, 1));
  await silent.putAll(someObjects(120, 2));
  const missing = Array.from({ length: 150 }, (_, n) => ({
    ...{ bucket: silent.bucket, key: `gone/${n}/buildhub.json`, outcome: 'missing' as const },
    ...{ reason: 'gone', workflowId: 'w', runId: 'r' },
  }));
  await recordObjects(sandbox.postgres.database, missing);
});
afterAll(() => opened.disposeAsync());

// A retry continues as new after a page of a hundred.
test.each([
  ['reindex', 2, 4, () => ({ rangeSize: 20, concurrency: 1 })],
  ['retry', 20, 2, () => ({ selection: { objects: { prefix: 'gone/' } } })],
  ['backfill', 2, 4, () => ({ bucket: silent.bucket, source: { kind: 'listing', prefix: '' } })],
] as const)(
  '%s: no update that was accepted is lost, however often it continues as new',
  async (name, rate, runs, input) => {
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
      if (round % 5 !== 0) continue;
      await current.executeUpdate(pauseUpdate);
      expect((await current.query(progressQuery)).phase).toMatch(/^paus/);
      await current.executeUpdate(resumeUpdate);
      expect((await current.query(progressQuery)).phase).not.toMatch(/^paus/);
      await expect(setRateLimit(-1)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('above 0') },
      });
    }
    await setRateLimit(null);
    expect(await handle.result()).toMatchObject({ phase: 'done', rateLimit: null });
  },
);

test('the metrics of the worker count what each operation has written', async () => {
  const { temporal, config, postgres, elasticsearch } = sandbox;
  const run = async (name: string, input: object) =>
    (await startWorkflow(temporal, name, config, input)).result();
  const metricsOf = async () => {
    const text = await (await fetch(`${urlOf(worker)}/metrics`)).text();
    return (name: string, label: string) => {
      const line = text
        .split('\n')
        .find((each) => each.startsWith(`${name}{`) && each.includes(`"${label}"`));
      return Number(line?.split(' ').at(-1) ?? 0);
    };
  };
  const { rows } = await postgres.pool.query<{ id: string; text: string; hash: string }>(
    'select id::text, build::text as text, build_hash as hash from builds order by id limit 3',
  );
  const index = config.ELASTICSEARCH_INDEX;
  for (const { id } of rows) await elasticsearch.delete({ index, id });
  await storeBuilds(sandbox, someObjects(4, 3));
  const reconcile = {
    repair: true,
    contents: 'none',
    extent: 'none',
    bucket: silent.bucket,
    graceSeconds: 0,
  };
  const { facts } = await run('reconcile', reconcile);
  const unindexed = facts.find(({ label }) => label === 'Of them indexed now')?.value;
  const [old] = someObjects(1, 4).flatMap(({ body }) => readBuilds(body));
  const { hash = '', text: build = '' } = old ?? {};
  await createMainBuild(source, [
    {
      id: 9_000_000,
      hash,
      build,
      metadata: '{}',
      createdAt: '2020-01-01',
      key: 'old/buildhub.json',
      etag: 'e',
    },
  ]);
  await run('import', { bucket: silent.bucket });

  const { rows: totals } = await postgres.pool.query<{ all: number; silent: number }>(
    'select count(*)::int as all, count(*) filter (where s3_bucket = $1 and id < 9000000)::int as silent from builds',
    [silent.bucket],
  );
  const metric = await metricsOf();
  const inserted = (activity: string) => metric('buildhub_builds_inserted_total', activity);
  const indexed = (activity: string) => metric('buildhub_builds_indexed_total', activity);
  const keys = (state: string) => metric('buildhub_backfill_keys_total', state);
  expect([inserted('backfillRange'), inserted('importRange')]).toEqual([totals[0]?.silent, 1]);
  expect([keys('listed'), keys('new'), keys('invalid')]).toEqual([120, 120, 0]);
  expect(indexed('backfillRange')).toBe(totals[0]?.silent);
  expect(indexed('fillRange')).toBeGreaterThanOrEqual(400);
  expect([indexed('rewriteDocuments'), indexed('repairUnindexed')]).toEqual([3, unindexed]);
});
