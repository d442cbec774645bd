import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { readBuilds } from '../schema/published-build.ts';
import { readProgress } from '../temporal/read-progress.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import { reindexWorkflowId } from '../temporal/start-reindex.ts';
import { importProgressQuery } from '../workflows/import-messages.ts';
import type { ImportProgress } from '../workflows/import-progress.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { createMainBuild } from './import-main-build.ts';
import { importStage, oldObjects } from './import-stage.ts';

const stage = importStage();

const all = oldObjects.flatMap(({ key, body }) =>
  readBuilds(body).map(({ text, hash }) => ({ key, text, hash })),
);

beforeAll(async () => {
  const { bucket, sandbox, source } = stage();
  const etags = new Map<string, string>();
  for (const { key, body } of oldObjects.slice(0, 100)) {
    const { ETag = '' } = await sandbox.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
    );
    etags.set(key, ETag);
  }
  await createMainBuild(
    source,
    all.map(({ key, text, hash }, index) => ({
      ...{ id: 3_000_000 + index * 3, hash, build: text, metadata: '{}', key },
      createdAt: '2021-05-05 05:05:05.123456+00',
      // As the daemon wrote them, and as the backfill did.
      etag: index % 2 === 0 ? (etags.get(key)?.replaceAll('"', '') ?? 'e') : (etags.get(key) ?? '"e"'),
    })),
  );
});

test('a large table is imported although the worker is killed in the middle, with nothing missing and nothing twice', async () => {
  const { alias, imports, rowsOfTable, sandbox, killWorker, startWorker } = stage();
  const handle = await imports({
    rangeSize: 100,
    maxHistory: 60,
    reindexWorkflowId: reindexWorkflowId(alias),
  });
  const current = sandbox.temporal.workflow.getHandle(handle.workflowId);
  await eventually('a part of it', async () => {
    const { counts } = await current.query(importProgressQuery);
    return counts.rows >= 200 || undefined;
  });
  await killWorker();
  await startWorker();
  const report = await handle.result();
  expect(report.counts).toMatchObject({
    rows: all.length,
    kept: all.length,
    // Also what the killed worker has inserted and not told of.
    inserted: all.length,
    hashEqual: all.length,
    invalid: 0,
  });
  const found = await rowsOfTable();
  expect(found.map(({ id }) => id)).toEqual(all.map((_, index) => String(3_000_000 + index * 3)));
  expect(found.map(({ build_hash }) => build_hash)).toEqual(all.map(({ hash }) => hash));
  expect((await documents(sandbox)).size).toBe(all.length);
});

test('an import leaves a backfill of its bucket nothing to do', async () => {
  const { bucket, sandbox } = stage();
  const input = { bucket, source: { kind: 'listing', prefix: 'pub/' } as const };
  const queue = sandbox.config.TEMPORAL_TASK_QUEUE;
  const { counts } = await (await startBackfill(sandbox.temporal, queue, input, 'a test')).result();
  expect(counts).toMatchObject({ matched: 100, unchanged: 100, new: 0, changed: 0, inserted: 0 });
});

test('an import waits while it is paused, and its time goes on', async () => {
  const { imports, sandbox, killWorker, startWorker } = stage();
  // Without a worker it cannot come to its end before the pause comes to it.
  await killWorker();
  const handle = await imports({ rangeSize: 20 });
  await handle.signal('pause');
  await startWorker();
  await eventually('a pause', async () => (await handle.query(importProgressQuery)).isPaused || undefined);
  const { counts } = await eventually('rest', async () => {
    const one = await handle.query(importProgressQuery);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const other = await handle.query(importProgressQuery);
    return one.counts.rows === other.counts.rows ? other : undefined;
  });
  expect(counts.rows).toBeLessThan(all.length);
  const secondsNow = async () => {
    const { progress } = await readProgress<ImportProgress>(sandbox.temporal, handle);
    return progress?.seconds ?? Number.NaN;
  };
  const before = await secondsNow();
  await eventually('a later time', async () => (await secondsNow()) > before || undefined);
  await expect(imports()).rejects.toThrow('An import is running');
  await handle.signal('resume');
  expect((await handle.result()).counts).toMatchObject({ rows: all.length, inserted: 0 });
});
