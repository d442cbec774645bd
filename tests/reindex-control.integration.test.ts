import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { currentIndex } from '../elasticsearch/build-index.ts';
import { publish } from '../samples/publish.ts';
import { OperationRunningError } from '../temporal/start-alone.ts';
import { eventually } from './fixture/eventually.ts';
import { someObjects } from './reindex-corpus.ts';
import { deepest, reindexStage, slowly } from './reindex-stage.ts';

const stage = reindexStage(4_000);

describe('a reindex', () => {
  test('waits while it is paused, runs alone, and goes on over many runs of the workflow', async () => {
    const handle = await stage().reindexes({ ...slowly, rangeSize: 60, maxHistory: 100 });
    const { runId: firstRunId } = await handle.describe();
    await stage().untilFilled(0.05);
    const current = stage().sandbox.temporal.workflow.getHandle(handle.workflowId);
    await current.signal('pause');
    const paused = await stage().untilAtRest();
    expect(paused).toMatchObject({ isPaused: true, phase: 'filling' });
    await expect(stage().reindexes()).rejects.toThrow(OperationRunningError);
    await stage().hurry();
    await current.signal('resume');
    const report = await handle.result();
    expect((await current.describe()).runId).not.toBe(firstRunId);
    expect(report.checked).toMatchObject({ documents: report.rows, missing: 0 });
    await stage().expectComplete();
  });

  test('keeps to a limit, and to another one while it runs', async () => {
    const handle = await stage().reindexes({ documentsPerSecond: 100, lanes: 2 });
    await stage().untilFilled(0.05);
    const began = Date.now();
    const from = await stage().progressOf();
    expect(from).toMatchObject({ documentsPerSecond: 100 });
    await sleep(6_000);
    const to = await eventually('more', async () => {
      const progress = await stage().progressOf();
      return progress.done > from.done ? progress : undefined;
    });
    const seconds = (Date.now() - began) / 1_000;
    // A portion takes two seconds, and timers are good to a second: over six seconds that is two thirds at most.
    expect((to.done - from.done) / seconds).toBeLessThan(100 * 1.7);
    // At this pace the next portion would have to wait for an hour.
    await handle.signal('limitRate', 0.05);
    await eventually('the other limit', async () =>
      (await stage().progressOf()).documentsPerSecond === 0.05 ? true : undefined,
    );
    await stage().untilAtRest();
    await stage().hurry();
    const report = await handle.result();
    expect(report.documents).toBeGreaterThanOrEqual(report.rows);
    await stage().expectComplete();
  });

  test('takes its limit along over many runs of the workflow', async () => {
    const handle = await stage().reindexes({
      lanes: 2,
      rangeSize: 50,
      maxHistory: 60,
      documentsPerSecond: 200,
    });
    await handle.signal('limitRate', 150);
    const { runId: firstRunId } = await handle.describe();
    const current = stage().sandbox.temporal.workflow.getHandle(handle.workflowId);
    await eventually('the next run', async () =>
      (await current.describe()).runId === firstRunId ? undefined : true,
    );
    expect(await stage().progressOf()).toMatchObject({ documentsPerSecond: 150 });
    await stage().hurry();
    await handle.result();
    await stage().expectComplete();
  });

  test('that is cancelled leaves the live index as it was, and no other behind', async () => {
    const before = await stage().indexes();
    const handle = await stage().reindexes(slowly);
    await stage().untilFilled(0.1);
    await stage().sandbox.temporal.workflow.getHandle(handle.workflowId).cancel();
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
    expect(error).toMatchObject({ type: 'IndexDiffers', details: [{ checked: { missing: 1 }, refused: 2 }] });
    expect(String(error)).toContain('1 builds that can be searched are missing');
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(live);
    const tolerant = await (await stage().reindexes({ tolerated: 1 })).result();
    expect(tolerant.differences).toMatchObject([{ missing: 1, examples: [rows[0]?.id] }]);
    expect(tolerant.refusals.map(({ id }) => id)).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(tolerant.to);
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
    expect(back).toMatchObject({ from: live, to: former, checked: { missing: 0 } });
    await stage().expectComplete();
    await publish(stage().sandbox.s3, stage().sandbox.config.S3_BUCKET, someObjects(20, stage().nextSeed()));
    const forth = await (await stage().rollsBack({ index: live ?? '', isAtOnce: true })).result();
    expect(forth).toMatchObject({ from: former, to: live });
    await stopSearching();
    await stage().expectComplete();
  });

  test('to an index of which nobody knows what it lacks writes all of it', async () => {
    await stage().sandbox.elasticsearch.indices.create({ index: `${stage().alias}-000900` });
    const report = await (await stage().rollsBack({ index: `${stage().alias}-000900` })).result();
    expect(report.documents).toBeGreaterThanOrEqual(report.rows);
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
  expect(await one.result()).toEqual([former[0]]);
  const rest = await stage().drops({ keep: 1 });
  expect(await rest.result()).toEqual(former.slice(1, -1));
  expect((await stage().indexes()).map(({ name }) => name)).toEqual([former.at(-1), live]);
  await stage().expectComplete();
});
