import { Connection, Client as TemporalClient } from '@temporalio/client';
import type { Hono } from 'hono';
import { beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { recordObject } from '../../drizzle/queries/objects.ts';
import { retryOne, retryResult } from '../../operations/retry-one.ts';
import { eventually } from '../../tests/fixture/eventually.ts';
import { startFailingProxy } from '../../tests/fixture/failing-proxy.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { outcomeOf } from '../../tests/fixture/messages.ts';
import { createWorkingSandbox } from '../../tests/fixture/working-sandbox.ts';
import { sandboxApp } from '../testing/api-sandbox.ts';
import { getValid } from '../testing/get-valid.ts';
import { type Ingestion, ingestion, ingestionPage } from './ingestion-schema.ts';

const proxy = forAllTests(() => startFailingProxy(loadConfig().ELASTICSEARCH_URL));
const sandbox = forAllTests(() => createWorkingSandbox(5, { ELASTICSEARCH_URL: proxy.url }));
let app: Hono;
let bucket: string;

beforeAll(() => {
  bucket = sandbox.config.S3_BUCKET;
  app = sandboxApp(sandbox);
});

const one = (key: string, from = app) => getValid(from, `/api/ingestions/${bucket}/${key}`, ingestion);

it('an object is shown whole once it is ingested, with its run', async () => {
  const key = 'whole/a b/buildhub.json';
  await sandbox.put(key, sandbox.freshBuild());
  await outcomeOf(sandbox, key);
  const found = await eventually('a run that has ended', async () => {
    const found = await one('whole/a%20b/buildhub.json');
    return found.runs?.[0]?.status === 'completed' ? found : undefined;
  });
  expect(found).toMatchObject({
    bucket,
    key,
    ingestion: {
      outcome: 'ingested',
      attempts: 1,
      url: `/api/ingestions/${bucket}/whole/a%20b/buildhub.json`,
    },
    builds: [
      {
        is_current: true,
        product: expect.any(String),
        url: expect.stringMatching(/^\/api\/records\/\d+$/),
      },
    ],
  });
  expect(found.runs).toMatchObject([{ run_id: found.ingestion?.run_id, waiting: [] }]);
  const byQuery = await getValid(
    app,
    `/api/ingestions/object?${new URLSearchParams({ bucket, key })}`,
    ingestion,
  );
  expect(byQuery.ingestion).toEqual(found.ingestion);
});

it('an object that waits for Elasticsearch shows attempts and the last error', async () => {
  const key = 'waits/buildhub.json';
  proxy.fail(503);
  await sandbox.put(key, sandbox.freshBuild());
  const waiting = await eventually('a step that is tried again', async () => {
    const response = await app.request(`/api/ingestions/${bucket}/${key}`);
    if (response.status !== 200) return undefined;
    const found = (await response.json()) as Ingestion;
    return (found.runs?.[0]?.waiting[0]?.attempts ?? 0) > 1 ? found : undefined;
  });
  ingestion.parse(waiting);
  expect(waiting.runs).toMatchObject([
    {
      ...{ status: 'running', ended_at: null },
      waiting: [{ name: 'indexBuilds', error: expect.stringMatching(/503|SlowDown/) }],
    },
  ]);
  proxy.fail(undefined);
  const done = await eventually('the end of the run', async () => {
    const found = await one(key);
    return found.runs?.[0]?.status === 'completed' ? found : undefined;
  });
  expect(done.runs?.[0]?.waiting).toEqual([]);
});

it('an object that is invalid says why, and has its retries among its runs', async () => {
  const key = 'invalid/buildhub.json';
  await sandbox.put(key, '{"build": {}, "source": 7}');
  await outcomeOf(sandbox, key);
  const found = await eventually('a run that has ended', async () => {
    const found = await one(key);
    return found.runs?.[0]?.status === 'failed' ? found : undefined;
  });
  expect(found.ingestion).toMatchObject({
    outcome: 'invalid',
    reason: expect.stringContaining("must have required property 'target'"),
  });
  expect(found.builds).toEqual([]);
  // Its retries are among its runs, and those of no other key.
  const context = { ...sandbox, database: sandbox.postgres.database };
  for (const each of [key, `${key}@more`, key]) {
    if (each !== key) await sandbox.put(each, '[]');
    await retryResult(await retryOne(context, { bucket, key: each }, 'Ada'));
  }
  const runs = await eventually('both retries in Temporal’s list', async () => {
    const { runs } = await one(key);
    return (runs?.length ?? 0) >= 3 ? runs : undefined;
  });
  expect(runs?.map(({ workflow_id }) => workflow_id)).toEqual([
    `retry:${bucket}/${key}@attempt-3`,
    `retry:${bucket}/${key}@attempt-2`,
    expect.stringMatching(/^ingest:/),
  ]);
});

it('an object whose run Temporal has forgotten is shown from the database, also while Temporal is down', async () => {
  await recordObject(sandbox.postgres.database, {
    bucket,
    key: 'old/buildhub.json',
    workflowId: 'ingest:long-ago',
    runId: '01a20c2c-43aa-7941-af88-2ef5656c36ca',
    outcome: 'missing',
    reason: 'it was gone',
  });
  const found = await one('old/buildhub.json');
  expect(found).toMatchObject({ ingestion: { outcome: 'missing', reason: 'it was gone' }, runs: [] });
  const connection = Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 1_000 });
  const down = sandboxApp(sandbox, {}, { temporal: new TemporalClient({ connection }) });
  const without = await one('old/buildhub.json', down);
  expect(without).toMatchObject({ ingestion: { outcome: 'missing' }, runs: null });
});

it('an object that was never seen leads to similar ones', async () => {
  const response = await app.request('/api/ingestions/nowhere/a/b"c/buildhub.json');
  expect(response.status).toBe(404);
  const { error } = (await response.json()) as { error: string };
  expect(error).toContain('No ingestion of s3://nowhere/a/b"c/buildhub.json is recorded');
  const link = error.slice(error.indexOf('/api/ingestions?'));
  expect((await getValid(app, link, ingestionPage)).ingestions).toEqual([]);
});
