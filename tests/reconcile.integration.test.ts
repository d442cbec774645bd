import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/list-reports.ts';
import { s3Objects } from '../drizzle/tables.ts';
import { publish } from '../samples/publish.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import {
  describeReconcileSchedule,
  scheduleReconcile,
  unscheduleReconcile,
} from '../temporal/schedule-reconcile.ts';
import { reconcileWorkflowId, startReconcile } from '../temporal/start-reconcile.ts';
import { reindexWorkflowId, startReindex } from '../temporal/start-reindex.ts';
import type { ReconcileInput } from '../workflows/reconcile.ts';
import type { ReconcileReport } from '../workflows/reconcile-report.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { runBuildhub } from './fixture/run-buildhub.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

let sandbox: Sandbox;
let worker: ManagedProcess;
let alias: string;
/** A bucket that tells nobody of what is put into it. */
let silentBucket: string;

beforeAll(async () => {
  sandbox = await createSandbox();
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  silentBucket = `${alias}-silent`;
  worker = await startBuildhub(['worker'], sandbox.env);
  await storeBuilds(sandbox, someObjects(1_000, 1));
  await (await startReindex(sandbox.temporal, sandbox.config, {}, 'a test')).result();
  await sandbox.s3.send(
    new CreateBucketCommand({
      Bucket: silentBucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
}, 120_000);
afterAll(async () => {
  await unscheduleReconcile(sandbox.temporal, sandbox.config);
  await worker?.stop();
  await sandbox?.[Symbol.asyncDispose]();
});

async function reconciles(input: Partial<ReconcileInput> = {}): Promise<ReconcileReport> {
  const all: ReconcileInput = {
    repair: false,
    contents: 'whole',
    extent: 'none',
    bucket: silentBucket,
    graceSeconds: 0,
    ...input,
  };
  return await (await startReconcile(sandbox.temporal, sandbox.config, all, 'a test')).result();
}

async function ids(count: number): Promise<string[]> {
  const { rows } = await sandbox.postgres.pool.query<{ id: string }>(
    'select id::text from builds order by builds.id limit $1',
    [count],
  );
  return rows.map(({ id }) => id);
}

describe('where all agrees', () => {
  test('a reconciliation says so, and its report is kept', async () => {
    const report = await reconciles();
    expect(report).toMatchObject({
      agrees: true,
      unindexed: { found: 0 },
      index: { missing: 0, differing: 0, orphans: { found: 0 } },
    });
    expect(report.index?.rows).toBeGreaterThanOrEqual(1_000);
    expect(report.index).toMatchObject({
      documents: report.index?.rows,
      matched: report.index?.rows,
      compared: report.index?.rows,
    });
    const [kept] = await listReports(sandbox.postgres.database, 'reconcile', 1);
    expect(kept).toMatchObject({ workflowId: reconcileWorkflowId(alias) });
    expect(JSON.parse(kept?.report ?? '')).toEqual(report);
  });

  test('what is ingested meanwhile is no difference', async () => {
    const publishing = publish(sandbox.s3, sandbox.config.S3_BUCKET, someObjects(40, 2));
    for (let round = 0; round < 5; round++) {
      expect(await reconciles({ graceSeconds: 60 })).toMatchObject({ agrees: true });
    }
    await publishing;
  });

  test('numbers and empty objects that JavaScript and the index change are no difference', async () => {
    await sandbox.postgres.pool.query(
      `insert into builds (build_hash, build) values
        ('v1:numbers', '{"build": {"number": 9007199254740993}, "download": {"size": 1.0}, "source": {}}'),
        ('v1:exponent', '{"build": {}, "download": {"size": 1e18}}')`,
    );
    expect(await reconciles({ repair: true })).toMatchObject({
      agrees: false,
      unindexed: { found: 2, repaired: 2 },
      index: { differing: 0 },
    });
    expect(await reconciles()).toMatchObject({ agrees: true });
  });
});

test('drift of every kind is found, and repaired where that is wished', async () => {
  const [missing = '', differing = '', precise = ''] = await ids(3);
  const { elasticsearch, postgres } = sandbox;
  await elasticsearch.delete({ index: alias, id: missing });
  await elasticsearch.update({ index: alias, id: differing, doc: { source: { product: 'other' } } });
  await elasticsearch.update({ index: alias, id: precise, doc: { download: { size: 7 } } });
  for (const id of ['900000001', 'no-number', '0']) {
    await elasticsearch.index({ index: alias, id, document: { id: 1, build: { id: 'orphan' } } });
  }
  await postgres.pool.query(
    `insert into builds (build_hash, build, created_at)
     select 'v1:' || n, build, now() - interval '2 minutes' from builds, generate_series(1, 3) n where id = $1`,
    [missing],
  );
  await postgres.pool.query(
    `insert into builds (build_hash, build) values ('v1:young', '{"build": {"id": "young"}}'), ('v1:no-date', '{"build": {"date": "no date"}}')`,
  );
  await postgres.pool.query(
    `update builds set created_at = now() - interval '1 hour' where build_hash = 'v1:no-date'`,
  );
  const before = await documents(sandbox);

  const found = await reconciles({ graceSeconds: 60 });
  expect(found).toMatchObject({
    agrees: false,
    unindexed: { found: 4, repaired: 0 },
    index: {
      missing: 1,
      missingExamples: [missing],
      differing: 2,
      differingExamples: [differing, precise],
      orphans: { found: 3, deleted: 0 },
      repaired: 0,
    },
  });
  expect(await documents(sandbox)).toEqual(before);

  const repaired = await reconciles({ repair: true, graceSeconds: 60 });
  expect(repaired).toMatchObject({
    agrees: false,
    unindexed: { found: 4, repaired: 3, refused: 1 },
    index: { missing: 1, differing: 2, orphans: { found: 3, deleted: 3 }, repaired: 3 },
  });
  expect(repaired.unindexed?.refusals[0]?.reason).toContain('no date');
  await postgres.pool.query(`delete from builds where build_hash = 'v1:no-date'`);

  expect(await reconciles({ repair: true })).toMatchObject({ unindexed: { found: 1, repaired: 1 } });
  expect(await reconciles()).toMatchObject({ agrees: true });
  const after = await documents(sandbox);
  expect(after.get(differing)).not.toHaveProperty('source.product', 'other');
  expect(after.has('no-number')).toBe(false);
});

test('contents are not compared where that is not wished', async () => {
  const [id = ''] = await ids(1);
  await sandbox.elasticsearch.update({ index: alias, id, doc: { source: { product: 'other' } } });
  expect(await reconciles({ contents: 'none' })).toMatchObject({ agrees: true, index: { compared: 0 } });
  expect(await reconciles({ repair: true })).toMatchObject({ index: { differing: 1, repaired: 1 } });
});

test('goes on over many runs of the workflow, and its report is that of one', async () => {
  const { elasticsearch, temporal, s3 } = sandbox;
  const bucket = `${alias}-large`;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
  const [build] = someObjects(1, 5);
  const keys = Array.from({ length: 2_500 }, (_, at) => `${String(at).padStart(4, '0')}.txt`);
  const matched = ['0100/buildhub.json', '1500/buildhub.json', '2400/buildhub.json'];
  await pMap(
    [...keys, ...matched],
    (Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: build?.body ?? '' })),
    { concurrency: 20 },
  );
  const [missing = '', differing = ''] = await ids(2);
  await elasticsearch.delete({ index: alias, id: missing });
  await elasticsearch.update({ index: alias, id: differing, doc: { source: { product: 'other' } } });
  await elasticsearch.index({ index: alias, id: '900000002', document: { id: 1 } });
  const input = { extent: 'whole' as const, bucket, rangeSize: 100, pagesAtOnce: 1 };
  const { seconds: _, ...whole } = await reconciles(input);
  expect(whole).toMatchObject({
    index: { missing: 1, differing: 1, orphans: { found: 1 } },
    bucket: { listed: 2_503, matched: 3, unseen: 3, examples: matched },
  });

  const small: ReconcileInput = {
    ...input,
    repair: false,
    contents: 'whole',
    graceSeconds: 0,
    maxHistory: 12,
  };
  const handle = await startReconcile(temporal, sandbox.config, small, 'a test');
  const { seconds, ...continued } = await handle.result();
  expect(continued).toEqual(whole);
  expect(seconds).toBeGreaterThan(0);
  const first = temporal.workflow.getHandle(handle.workflowId, handle.firstExecutionRunId, {
    followRuns: false,
  });
  expect((await first.describe()).status.name).toBe('CONTINUED_AS_NEW');
  const { historyLength } = await temporal.workflow.getHandle(handle.workflowId).describe();
  expect(historyLength).toBeLessThan(60);
  const [kept] = await listReports(sandbox.postgres.database, 'reconcile', 1);
  expect(kept).toMatchObject({ runId: handle.firstExecutionRunId });

  const repaired = await reconciles({ ...input, repair: true, maxHistory: 12 });
  expect(repaired).toMatchObject({
    index: { repaired: 2, orphans: { deleted: 1 } },
    bucket: { started: 3, ingested: 3 },
  });
  expect(await reconciles(input)).toMatchObject({ agrees: true });
}, 120_000);

test('is paused, resumed and cancelled, also from the command line', async () => {
  const { temporal, config, env } = sandbox;
  const command = (...args: string[]) => runBuildhub(['reconcile', ...args], env);
  const slow: ReconcileInput = {
    ...{ repair: false, contents: 'whole', extent: 'none', bucket: silentBucket, graceSeconds: 0 },
    ...{ rangeSize: 2, maxHistory: 200 },
  };
  const handle = await startReconcile(temporal, config, slow, 'a test');
  const progress = () => temporal.workflow.getHandle(handle.workflowId).query<ReconcileReport>('progress');
  const compared = async () => (await progress()).index?.rows ?? 0;
  await eventually('some ranges', async () => ((await compared()) > 10 ? true : undefined));
  expect(await command('pause')).toMatchObject({ code: 0, stdout: expect.stringContaining('pausing') });
  const shown = await command('status');
  expect(shown.stdout).toContain('still comparing');
  expect(shown.stdout).toContain('index (paused): ');
  const paused = await eventually('the end of what was begun', async () => {
    const before = await compared();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return (await compared()) === before ? before : undefined;
  });
  expect(await command('resume', handle.workflowId)).toMatchObject({ code: 0 });
  await eventually('more ranges', async () => ((await compared()) > paused ? true : undefined));
  expect(await command('cancel')).toMatchObject({ code: 0 });
  expect(await command('status', '--watch')).toMatchObject({ code: 4 });
}, 60_000);

describe('the bucket', () => {
  const objects = someObjects(30, 3);
  const put = (Key: string, Body: string) =>
    sandbox.s3.send(new PutObjectCommand({ Bucket: silentBucket, Key, Body }));

  test.each(['whole', 'sample'] as const)(
    'is compared, here the %s, and what was never seen is ingested',
    async (extent) => {
      const mine = extent === 'whole' ? objects.slice(0, 20) : objects.slice(20);
      for (const { key, body } of mine) await put(key, body);
      await put('pub/firefox/some.txt', 'not of interest');
      await put(`invalid-${extent}/buildhub.json`, '{}');
      const found = await reconciles({ extent });
      expect(found).toMatchObject({
        agrees: false,
        bucket: { unseen: mine.length + 1, changed: 0, started: 0, isTruncated: false },
      });
      const repaired = await reconciles({ extent, repair: true });
      expect(repaired.bucket).toMatchObject({ started: mine.length + 1, ingested: mine.length, failed: 1 });
      const hashes = mine.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
      const { rows } = await sandbox.postgres.pool.query(
        'select id from builds where build_hash = any($1) and indexed_at is not null',
        [hashes],
      );
      expect(rows).toHaveLength(hashes.length);
      expect(await reconciles({ extent })).toMatchObject({ agrees: true, bucket: { unseen: 0, changed: 0 } });
    },
  );

  test('an object that has changed since it was seen is found', async () => {
    const [first, second] = objects;
    await put(first?.key ?? '', second?.body ?? '');
    const found = await reconciles({ extent: 'whole' });
    expect(found.bucket).toMatchObject({ unseen: 0, changed: 1, examples: [first?.key] });
    await reconciles({ extent: 'whole', repair: true });
    const [row] = await sandbox.postgres.database.select().from(s3Objects).where(sql`key = ${first?.key}`);
    expect(row?.outcome).toBe('unchanged');
    expect(await reconciles({ extent: 'whole' })).toMatchObject({ agrees: true });
  });

  test('that does not exist is told, and the rest of the report is there', async () => {
    const report = await reconciles({ extent: 'whole', bucket: 'no-such-bucket' });
    expect(report).toMatchObject({ agrees: false, index: { missing: 0 } });
    expect(report.bucket?.problem).toContain('There is no bucket no-such-bucket');
  });
});

test('a schedule reconciles by itself, can be changed, and is gone when it is taken away', async () => {
  const input: ReconcileInput = { repair: true, contents: 'none', extent: 'none', bucket: silentBucket };
  const { temporal, config, postgres } = sandbox;
  expect(await scheduleReconcile(temporal, config, { every: '2 hours', input })).toBe(true);
  expect(await scheduleReconcile(temporal, config, { every: '3 hours', input })).toBe(false);
  expect(await describeReconcileSchedule(temporal, config)).toMatchObject({ every: 10_800_000, input });
  await temporal.schedule.getHandle(reconcileWorkflowId(alias)).trigger();
  const report = await eventually('the report of the scheduled run', async () => {
    const reports = await listReports(postgres.database, 'reconcile', 5);
    return reports.find(({ workflowId }) => workflowId.startsWith(`${reconcileWorkflowId(alias)}-`));
  });
  expect(JSON.parse(report.report)).toMatchObject({ repair: true, agrees: true });
  await unscheduleReconcile(temporal, config);
  expect(await describeReconcileSchedule(temporal, config)).toBeUndefined();
  await unscheduleReconcile(temporal, config);
});

test('compares with the index that is live, also after a reindex', async () => {
  await (await startReindex(sandbox.temporal, sandbox.config, {}, 'a test')).result();
  expect((await sandbox.temporal.workflow.getHandle(reindexWorkflowId(alias)).describe()).status.name).toBe(
    'COMPLETED',
  );
  expect(await reconciles()).toMatchObject({ agrees: true });
});
