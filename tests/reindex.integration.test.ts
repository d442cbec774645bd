import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { builds } from '../drizzle/tables.ts';
import { currentIndex } from '../elasticsearch/build-index.ts';
import { writeBuilds } from '../elasticsearch/write-builds.ts';
import { readBuilds } from '../schema/published-build.ts';
import { publish } from '../stack/samples/publish.ts';
import { pauseUpdate, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { eventually } from './fixture/eventually.ts';
import { factsOf } from './progress-facts.ts';
import { someObjects } from './reindex-corpus.ts';
import { deepest, reindexStage, slowly } from './reindex-stage.ts';

const stage = reindexStage(600);

describe('a reindex', () => {
  test('fills an index with every row, also with those that were never indexed', async () => {
    const report = await (await stage().reindexes()).result();
    await stage().expectComplete();
    expect(factsOf(report)).toMatchObject({
      ...{ From: `${stage().alias}-000001`, To: `${stage().alias}-000002`, 'Refused by Elasticsearch': 0 },
      ...{ 'Documents written': report.done, 'Searchable before and missing now': 0 },
    });
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(`${stage().alias}-000002`);
    expect((await stage().indexes()).map(({ name, state }) => [name, state])).toEqual([
      [`${stage().alias}-000001`, 'former'],
      [`${stage().alias}-000002`, 'live'],
    ]);
    const to = `${stage().alias}-000002`;
    const settings = await stage().sandbox.elasticsearch.indices.getSettings({ index: to });
    expect(settings[to]?.settings?.index?.refresh_interval).toBe('50ms');
    const [kept] = await listReports(stage().sandbox.postgres.database, 'reindex', 1);
    expect(JSON.parse(kept?.report ?? '')).toEqual({ ...report, requestedBy: 'a test' });
  });

  test('misses nothing of what is ingested meanwhile, and no search ever finds less than before', async () => {
    const { count: before } = await stage().sandbox.elasticsearch.count({ index: stage().alias });
    const stopSearching = stage().searchAllTheWhile();
    const handle = await stage().reindexes(slowly);
    const objects = someObjects(120, stage().nextSeed());
    const publishing = publish(stage().sandbox.s3, stage().sandbox.config.S3_BUCKET, objects);
    await publishing;
    await eventually('one of them to be ingested', async () => {
      const { count } = await stage().sandbox.elasticsearch.count({ index: stage().alias });
      return count > before || undefined;
    });
    await stage().hurry();
    const report = await handle.result();
    const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
    await eventually(
      'all to be ingested',
      async () => {
        const rows = await stage()
          .sandbox.postgres.database.select({ hash: builds.buildHash })
          .from(builds)
          .where(sql`build_hash = any(${sql.param(hashes)}::text[])`);
        return rows.length === hashes.length || undefined;
      },
      60,
    );
    await stage().expectComplete();
    expect(factsOf(report)['Builds that arrived meanwhile']).toBeGreaterThan(0);
    const { least, searches } = await stopSearching();
    expect(searches).toBeGreaterThan(100);
    expect(least).toBeGreaterThanOrEqual(before);
  });

  test('finds a build whose transaction was open all the while, and one that was written but not marked', async () => {
    const client = await stage().sandbox.postgres.pool.connect();
    try {
      const insert = (hash: string) =>
        client.query<{ id: string }>(
          `insert into builds (build_hash, build) select $1, build from builds order by id limit 1 returning id::text`,
          [hash],
        );
      await client.query('begin');
      const late = await insert('v1:late');
      const handle = await stage().reindexes(slowly);
      await stage().untilFilled(0.2);
      await handle.executeUpdate(pauseUpdate);
      await client.query('commit');
      const id = late.rows[0]?.id ?? '';
      await stage().sandbox.elasticsearch.index({ index: stage().alias, id, document: { id: Number(id) } });
      const marked = await insert('v1:marked');
      await client.query('update builds set indexed_at = clock_timestamp() where build_hash = $1', [
        'v1:marked',
      ]);
      await stage().hurry();
      await handle.executeUpdate(resumeUpdate);
      const to = String(factsOf(await handle.result()).To);
      await stage().expectComplete();
      for (const each of [id, marked.rows[0]?.id ?? '']) {
        const { _source } = await stage().sandbox.elasticsearch.get({ index: to, id: each });
        expect(_source).toHaveProperty('source.product');
      }
    } finally {
      client.release();
    }
  });

  test('is resumed after kill -9 of the worker, with nothing missing and nothing twice', async () => {
    const handle = await stage().reindexes({ ...slowly, rateLimit: 60, rangeSize: 60 });
    await stage().untilFilled(0.3);
    await stage().killWorker();
    await stage().hurry();
    const report = await handle.result();
    await stage().expectComplete();
    expect(factsOf(report)).toMatchObject({
      ...{ 'Rows compared': report.done, 'Documents compared': report.done },
      'Searchable before and missing now': 0,
    });
  });
});

describe('control of a reindex', () => {
  test('waits while it is paused, runs alone, and continues with its limit over many runs of the workflow', async () => {
    const handle = await stage().reindexes({ ...slowly, rangeSize: 30, maxHistory: 60 });
    const { runId: firstRunId } = await handle.describe();
    const { current } = stage();
    await stage().untilFilled(0.02);
    await current.executeUpdate(pauseUpdate);
    const { done } = await stage().untilPaused();
    await expect(stage().reindexes()).rejects.toThrow('already started');
    await current.executeUpdate(setRateLimitUpdate, { args: [150] });
    expect(await stage().progressOf()).toMatchObject({ phase: 'paused', done, rateLimit: 150 });
    await current.executeUpdate(resumeUpdate);
    await eventually(
      'the next run',
      async () => (await current.describe()).runId !== firstRunId || undefined,
    );
    expect(await stage().progressOf()).toMatchObject({ rateLimit: 150 });
    await stage().hurry();
    const report = await handle.result();
    expect(factsOf(report)).toMatchObject({ 'Documents compared': report.done });
    await stage().expectComplete();
  });

  test('keeps to a limit, and to another one while it runs', async () => {
    const handle = await stage().reindexes({ rateLimit: 100, concurrency: 2 });
    const from = await stage().untilFilled(0.05);
    const began = Date.now();
    await sleep(5_000);
    const to = await eventually('more', async () => {
      const progress = await stage().progressOf();
      return progress.done > from.done ? progress : undefined;
    });
    const seconds = (Date.now() - began) / 1_000;
    // A portion takes two seconds, and timers are good to a second: over five seconds that is three quarters at most.
    expect((to.done - from.done) / seconds).toBeLessThan(100 * 1.8);
    // At this rate the next portion would have to wait for an hour.
    const limit = handle.executeUpdate(setRateLimitUpdate, { args: [0.05] });
    expect(await limit).toMatchObject({ rateLimit: 0.05 });
    await stage().hurry();
    const report = await handle.result();
    expect(factsOf(report)['Documents written']).toBeGreaterThanOrEqual(report.done);
    await stage().expectComplete();
  });

  test('that is cancelled leaves the live index as it was, and no other behind', async () => {
    const before = await stage().indexes();
    const handle = await stage().reindexes(slowly);
    await stage().untilFilled(0.1);
    await stage().current.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await stage().indexes()).map(({ name, state }) => [name, state])).toEqual(
      before.map(({ name, state }) => [name, state]),
    );
    await stage().expectComplete();
  });

  test('that was terminated leaves an unfinished index, which the next one removes', async () => {
    const handle = await stage().reindexes(slowly);
    await stage().untilFilled(0.1);
    await handle.terminate();
    const left = (await stage().indexes())
      .filter(({ state }) => state === 'unfinished')
      .map(({ name }) => name);
    expect(left).toHaveLength(1);
    await (await stage().reindexes()).result();
    expect((await stage().indexes()).map(({ name }) => name)).not.toContain(left[0]);
    await stage().expectComplete();
  });

  test('does not go live without builds that could be searched before, and tells which', async () => {
    const live = await currentIndex(stage().sandbox.elasticsearch, stage().alias);
    const { rows } = await stage().sandbox.postgres.pool.query<{ id: string }>(
      `insert into builds (build_hash, build, indexed_at) values
        ('v1:refused', '{"build": {"date": "no date"}}', clock_timestamp()), ('v1:list', '[]', null) returning id::text`,
    );
    const handle = await stage().reindexes();
    const error = await handle.result().catch(deepest);
    expect(error).toMatchObject({ type: 'IndexDiffers' });
    expect(String(error)).toContain('1 builds that can be searched are missing');
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(live);
    const tolerant = await (await stage().reindexes({ tolerated: 1 })).result();
    expect(factsOf(tolerant)).toMatchObject({
      ...{ 'Refused by Elasticsearch': 2, 'Searchable before and missing now': 1 },
      ...Object.fromEntries(rows.map(({ id }) => [`Build ${id}`, expect.any(String)])),
    });
    expect(tolerant.facts.map(({ value }) => value)).toContainEqual(
      expect.stringContaining(`missing ${rows[0]?.id}`),
    );
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(factsOf(tolerant).To);
    await stage().sandbox.postgres.pool.query(
      `delete from builds where build_hash in ('v1:refused', 'v1:list')`,
    );
  });
});

describe('a roll-back', () => {
  test('returns to the former index, with what arrived since, and forward again', async () => {
    await (await stage().reindexes()).result();
    const [former, live] = (await stage().indexes()).slice(-2).map(({ name }) => name);
    await publish(stage().sandbox.s3, stage().sandbox.config.S3_BUCKET, someObjects(20, stage().nextSeed()));
    await eventually('all to be ingested', async () => {
      const { count } = await stage().sandbox.elasticsearch.count({ index: live ?? '' });
      const { count: known } = await stage().sandbox.elasticsearch.count({ index: former ?? '' });
      return count >= known + 20 || undefined;
    });
    const stopSearching = stage().searchAllTheWhile();
    const back = await (await stage().rollsBack()).result();
    expect(factsOf(back)).toMatchObject({ From: live, To: former, 'Searchable before and missing now': 0 });
    await stage().expectComplete();
    await publish(stage().sandbox.s3, stage().sandbox.config.S3_BUCKET, someObjects(20, stage().nextSeed()));
    const forth = await (await stage().rollsBack({ index: live ?? '', isAtOnce: true })).result();
    expect(factsOf(forth)).toMatchObject({ From: former, To: live });
    await stopSearching();
    await stage().expectComplete();
  });

  test('to an index of which nobody knows what it lacks writes all of it', async () => {
    await stage().sandbox.elasticsearch.indices.create({ index: `${stage().alias}-000900` });
    const report = await (await stage().rollsBack({ index: `${stage().alias}-000900` })).result();
    expect(factsOf(report)['Documents written']).toBeGreaterThanOrEqual(report.done);
    await stage().expectComplete();
    await (await stage().reindexes()).result();
  });

  test('names the indexes there are where there is none to return to', async () => {
    const handle = await stage().rollsBack({ index: `${stage().alias}-000777` });
    const error = await handle.result().catch(deepest);
    expect(error).toMatchObject({ type: 'NoSuchIndex' });
    expect(String(error)).toContain(`${stage().alias}-000901 (live)`);
  });
});

test('old indexes are dropped on request, and the live one never', async () => {
  const live = await currentIndex(stage().sandbox.elasticsearch, stage().alias);
  const refused = await stage().drops({ names: [live ?? ''] });
  const error = await refused.result().catch(deepest);
  expect(String(error)).toContain(`${live} is the live index`);
  const former = (await stage().indexes()).filter(({ state }) => state === 'former').map(({ name }) => name);
  const one = await stage().drops({ names: [former[0] ?? ''] });
  expect((await one.result()).facts.map(({ value }) => value)).toEqual([former[0]]);
  const rest = await stage().drops({ keep: 1 });
  expect((await rest.result()).facts.map(({ value }) => value)).toEqual(former.slice(1, -1));
  expect((await stage().indexes()).map(({ name }) => name)).toEqual([former.at(-1), live]);
  await stage().expectComplete();
});

/** The attempt of the swap that was begun last. */
async function swapAttempt(reindex: WorkflowHandle): Promise<number> {
  const { raw } = await reindex.describe();
  const swap = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'swapIndex');
  if (!swap?.attempt) throw new Error('The reindex has no swap under way');
  return swap.attempt;
}

test('what arrives between the last pass of catching up and a swap that is late is found after it', async () => {
  const { proxy, alias, sandbox } = stage();
  await (await stage().reindexes()).result();
  const { count: before } = await sandbox.elasticsearch.count({ index: alias });

  // The note of the index that retires is the first thing that a swap writes, and nothing else writes it.
  proxy.fail(503, /^PUT .*_mapping/);
  const handle = await stage().reindexes();
  await eventually('the swap to be tried', () => proxy.failures > 0 || undefined);
  await publish(sandbox.s3, sandbox.config.S3_BUCKET, someObjects(40, stage().nextSeed()));
  const found = await eventually('what was published to be found', async () => {
    const { count } = await sandbox.elasticsearch.count({ index: alias });
    return count >= before + 40 ? count : undefined;
  });
  // Not the attempt that is under way: it may have caught up before the last of them came.
  const attemptsSoFar = await swapAttempt(handle);
  await eventually('another attempt', async () => (await swapAttempt(handle)) > attemptsSoFar || undefined);
  proxy.fail(undefined);

  const facts = factsOf(await handle.result());
  expect(facts['Documents before the swap']).toBeGreaterThanOrEqual(found);
  expect(facts['Documents after the swap']).toBeGreaterThanOrEqual(found);
});

test('a reindex misses nothing of many writers, whatever their transactions and requests overlap with', async () => {
  const { elasticsearch, postgres } = stage().sandbox;
  const template = await postgres.pool.query<{ build: string }>(
    'select build::text from builds order by id limit 1',
  );
  const text = template.rows[0]?.build ?? '';
  let isOver = false;
  let written = 0;
  const pause = () => sleep(Math.random() * 80);
  /** As an ingestion: insert, commit, write to the stage().alias, mark; with time between each. */
  const writer = async (name: number) => {
    const client = await postgres.pool.connect();
    try {
      for (let count = 0; !isOver; count++) {
        await client.query('begin');
        const { rows } = await client.query<{ id: string }>(
          'insert into builds (build_hash, build) values ($1, $2) returning id::text',
          [`v1:writer-${name}-${count}`, template.rows[0]?.build],
        );
        const id = rows[0]?.id ?? '';
        await pause();
        await client.query('commit');
        await writeBuilds(elasticsearch, stage().alias, [{ id, text }]);
        await pause();
        await client.query('begin');
        await client.query('update builds set indexed_at = clock_timestamp() where id = $1', [id]);
        await pause();
        await client.query('commit');
        written += 1;
      }
    } finally {
      client.release();
    }
  };
  const writers = Promise.all([1, 2, 3, 4, 5, 6].map(writer));
  try {
    for (let round = 0; round < 3; round++) {
      await (await stage().reindexes({ rangeSize: 500 })).result();
      await (await stage().rollsBack({ isAtOnce: round === 1 })).result();
    }
  } finally {
    isOver = true;
    await writers;
  }
  expect(written).toBeGreaterThan(100);
  await stage().expectComplete();
});
