import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DropIndexesInput } from '../activities/reindex/drop-indexes.ts';
import { listReports } from '../drizzle/queries/list-reports.ts';
import { builds } from '../drizzle/tables.ts';
import { currentIndex } from '../elasticsearch/build-index.ts';
import { bulkDocuments } from '../elasticsearch/bulk-documents.ts';
import { listBuildIndexes } from '../elasticsearch/list-build-indexes.ts';
import { publish } from '../samples/publish.ts';
import { readBuilds } from '../schema/build/published-build.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { OperationRunningError } from '../temporal/start-alone.ts';
import {
  reindexWorkflowId,
  startDropIndexes,
  startReindex,
  startRollBack,
} from '../temporal/start-reindex.ts';
import type { ReindexInput } from '../workflows/reindex.ts';
import { reindexProgressQuery } from '../workflows/reindex-messages.ts';
import type { ReindexProgress } from '../workflows/reindex-progress.ts';
import type { RollBackInput } from '../workflows/reindex-roll-back.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

/** Small ranges, one at a time: a reindex of some thousand builds then takes seconds, in which things can happen. */
const slowly: ReindexInput = { lanes: 1, rangeSize: 100 };
let sandbox: Sandbox;
let worker: ManagedProcess;
let alias: string;
let seed = 1;

beforeAll(async () => {
  sandbox = await createSandbox();
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  worker = await startBuildhub(['worker'], sandbox.env);
  await storeBuilds(sandbox, someObjects(4_000, 1));
}, 120_000);
afterAll(async () => {
  await worker?.stop();
  await sandbox?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  const handle = sandbox.temporal.workflow.getHandle(reindexWorkflowId(alias));
  await handle.terminate('the test is over').catch(() => undefined);
  if (!worker.running) worker = await startBuildhub(['worker'], sandbox.env);
});

const reindexes = (input: ReindexInput = {}) =>
  startReindex(sandbox.temporal, sandbox.config, input, 'a test');
const rollsBack = (input: RollBackInput = {}) =>
  startRollBack(sandbox.temporal, sandbox.config, input, 'a test');
const drops = (input: DropIndexesInput) =>
  startDropIndexes(sandbox.temporal, sandbox.config, input, 'a test');
const indexes = () => listBuildIndexes(sandbox.elasticsearch, alias);

async function progressOf(): Promise<ReindexProgress> {
  return await sandbox.temporal.workflow.getHandle(reindexWorkflowId(alias)).query(reindexProgressQuery);
}

async function untilFilled(share: number): Promise<ReindexProgress> {
  return await eventually(`${share} of the index`, async () => {
    const progress = await progressOf();
    return progress.phase === 'filling' && progress.done >= progress.total * share ? progress : undefined;
  });
}

/** What is at the bottom of an error: the failure that an activity or the workflow itself has thrown. */
function deepest(error: unknown): unknown {
  return error instanceof Error && error.cause ? deepest(error.cause) : error;
}

/** Every row is marked as indexed and has its one document, and there is no other. */
async function expectComplete(): Promise<void> {
  const ids = await eventually('every row to be indexed', async () => {
    const rows = await sandbox.postgres.database
      .select({ id: sql<string>`${builds.id}::text`, indexedAt: builds.indexedAt })
      .from(builds);
    return rows.every(({ indexedAt }) => indexedAt) ? rows.map(({ id }) => id) : undefined;
  });
  const found = await documents(sandbox);
  expect(found.size).toBe(ids.length);
  expect([...found.keys()].sort()).toEqual(ids.sort());
}

/** Searches without pause; `stop` tells the fewest hits that any search had. */
function searchAllTheWhile() {
  let least = Number.POSITIVE_INFINITY;
  let searches = 0;
  let isStopped = false;
  const looking = (async () => {
    while (!isStopped) {
      const { count } = await sandbox.elasticsearch.count({ index: alias });
      least = Math.min(least, count);
      searches += 1;
      await sleep(5);
    }
  })();
  return async () => {
    isStopped = true;
    await looking;
    return { least, searches };
  };
}

describe('a reindex', () => {
  test('fills an index with every row, also with those that were never indexed', async () => {
    const report = await (await reindexes()).result();
    await expectComplete();
    expect(report).toMatchObject({
      refused: 0,
      checked: { missing: 0 },
      differences: [],
      from: `${alias}-000001`,
    });
    expect(report.documents).toBe(report.rows);
    expect(await currentIndex(sandbox.elasticsearch, alias)).toBe(`${alias}-000002`);
    expect((await indexes()).map(({ name, state }) => [name, state])).toEqual([
      [`${alias}-000001`, 'former'],
      [`${alias}-000002`, 'live'],
    ]);
    const settings = await sandbox.elasticsearch.indices.getSettings({ index: report.to });
    expect(settings[report.to]?.settings?.index?.refresh_interval).toBe('50ms');
    const [kept] = await listReports(sandbox.postgres.database, 'reindex', 1);
    expect(JSON.parse(kept?.report ?? '')).toEqual(report);
  });

  test('misses nothing of what is ingested meanwhile, and no search ever finds less than before', async () => {
    const { count: before } = await sandbox.elasticsearch.count({ index: alias });
    const stopSearching = searchAllTheWhile();
    const handle = await reindexes(slowly);
    const objects = someObjects(250, ++seed);
    const publishing = publish(sandbox.s3, sandbox.config.S3_BUCKET, objects);
    const report = await handle.result();
    await publishing;
    const hashes = objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
    await eventually(
      'all to be ingested',
      async () => {
        const rows = await sandbox.postgres.database
          .select({ hash: builds.buildHash })
          .from(builds)
          .where(sql`build_hash = any(${sql.param(hashes)}::text[])`);
        return rows.length === hashes.length || undefined;
      },
      60,
    );
    await expectComplete();
    expect(report.arrived).toBeGreaterThan(0);
    const { least, searches } = await stopSearching();
    expect(searches).toBeGreaterThan(100);
    expect(least).toBeGreaterThanOrEqual(before);
  });

  test('finds a build whose transaction was open all the while, and one that was written but not marked', async () => {
    const client = await sandbox.postgres.pool.connect();
    try {
      const insert = (hash: string) =>
        client.query<{ id: string }>(
          `insert into builds (build_hash, build) select $1, build from builds order by id limit 1 returning id::text`,
          [hash],
        );
      await client.query('begin');
      const late = await insert('v1:late');
      const handle = await reindexes(slowly);
      await untilFilled(0.9);
      await sandbox.temporal.workflow.getHandle(handle.workflowId).signal('pause');
      await client.query('commit');
      const id = late.rows[0]?.id ?? '';
      await sandbox.elasticsearch.index({ index: alias, id, document: { id: Number(id) } });
      const marked = await insert('v1:marked');
      await client.query('update builds set indexed_at = clock_timestamp() where build_hash = $1', [
        'v1:marked',
      ]);
      await sandbox.temporal.workflow.getHandle(handle.workflowId).signal('resume');
      const { to } = await handle.result();
      await expectComplete();
      for (const each of [id, marked.rows[0]?.id ?? '']) {
        const { _source } = await sandbox.elasticsearch.get({ index: to, id: each });
        expect(_source).toHaveProperty('source.product');
      }
    } finally {
      client.release();
    }
  });

  test('misses nothing of many writers, whatever their transactions and requests overlap with', async () => {
    const { elasticsearch, postgres } = sandbox;
    const template = await postgres.pool.query<{ build: string }>(
      'select build::text from builds order by id limit 1',
    );
    const document = template.rows[0]?.build.slice(1) ?? '';
    let isOver = false;
    let written = 0;
    const pause = () => sleep(Math.random() * 30);
    /** As an ingestion: insert, commit, write to the alias, mark; with time between each. */
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
          await bulkDocuments(elasticsearch, alias, [{ id, document: `{"id":${id},${document}` }]);
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
        await (await reindexes({ rangeSize: 1_000 })).result();
        await (await rollsBack({ isAtOnce: round === 1 })).result();
      }
    } finally {
      isOver = true;
      await writers;
    }
    expect(written).toBeGreaterThan(100);
    await expectComplete();
  }, 120_000);

  test('is resumed after kill -9 of the worker, with nothing missing and nothing twice', async () => {
    const handle = await reindexes({ ...slowly, rangeSize: 400 });
    await untilFilled(0.3);
    await worker.kill();
    worker = await startBuildhub(['worker'], sandbox.env);
    const report = await handle.result();
    await expectComplete();
    expect(report.checked).toMatchObject({ rows: report.rows, documents: report.rows, missing: 0 });
  });

  test('waits while it is paused, runs alone, and goes on over many runs of the workflow', async () => {
    const handle = await reindexes({ ...slowly, rangeSize: 60, maxHistory: 100 });
    const { runId: firstRunId } = await handle.describe();
    await untilFilled(0.05);
    const current = sandbox.temporal.workflow.getHandle(handle.workflowId);
    await current.signal('pause');
    await sleep(500);
    const paused = await progressOf();
    await sleep(500);
    expect(await progressOf()).toMatchObject({ isPaused: true, done: paused.done, phase: 'filling' });
    await expect(reindexes()).rejects.toThrow(OperationRunningError);
    await current.signal('resume');
    const report = await handle.result();
    expect((await current.describe()).runId).not.toBe(firstRunId);
    expect(report.checked).toMatchObject({ documents: report.rows, missing: 0 });
    await expectComplete();
  });

  test('that is cancelled leaves the live index as it was, and no other behind', async () => {
    const before = await indexes();
    const handle = await reindexes(slowly);
    await untilFilled(0.2);
    await sandbox.temporal.workflow.getHandle(handle.workflowId).cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await indexes()).map(({ name, state }) => [name, state])).toEqual(
      before.map(({ name, state }) => [name, state]),
    );
    await expectComplete();
  });

  test('that was terminated leaves an unfinished index, which the next one removes', async () => {
    const handle = await reindexes(slowly);
    await untilFilled(0.2);
    await handle.terminate();
    const left = (await indexes()).filter(({ state }) => state === 'unfinished').map(({ name }) => name);
    expect(left).toHaveLength(1);
    await (await reindexes()).result();
    expect((await indexes()).map(({ name }) => name)).not.toContain(left[0]);
    await expectComplete();
  });

  test('does not go live without builds that could be searched before, and tells which', async () => {
    const live = await currentIndex(sandbox.elasticsearch, alias);
    const { rows } = await sandbox.postgres.pool.query<{ id: string }>(
      `insert into builds (build_hash, build, indexed_at) values
        ('v1:refused', '{"build": {"date": "no date"}}', clock_timestamp()), ('v1:list', '[]', null) returning id::text`,
    );
    const handle = await reindexes();
    const error = await handle.result().catch(deepest);
    expect(error).toMatchObject({ type: 'IndexDiffers', details: [{ checked: { missing: 1 }, refused: 2 }] });
    expect(String(error)).toContain('1 builds that can be searched are missing');
    expect(await currentIndex(sandbox.elasticsearch, alias)).toBe(live);
    const tolerant = await (await reindexes({ tolerated: 1 })).result();
    expect(tolerant.differences).toMatchObject([{ missing: 1, examples: [rows[0]?.id] }]);
    expect(tolerant.refusals.map(({ id }) => id)).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
    expect(await currentIndex(sandbox.elasticsearch, alias)).toBe(tolerant.to);
    await sandbox.postgres.pool.query(`delete from builds where build_hash in ('v1:refused', 'v1:list')`);
  });
});

describe('a roll-back', () => {
  test('returns to the former index, with what arrived since, and forward again', async () => {
    await (await reindexes()).result();
    const [former, live] = (await indexes()).slice(-2).map(({ name }) => name);
    await publish(sandbox.s3, sandbox.config.S3_BUCKET, someObjects(20, ++seed));
    await eventually('all to be ingested', async () => {
      const { count } = await sandbox.elasticsearch.count({ index: live ?? '' });
      const { count: known } = await sandbox.elasticsearch.count({ index: former ?? '' });
      return count >= known + 20 || undefined;
    });
    const stopSearching = searchAllTheWhile();
    const back = await (await rollsBack()).result();
    expect(back).toMatchObject({ from: live, to: former, checked: { missing: 0 } });
    await expectComplete();
    await publish(sandbox.s3, sandbox.config.S3_BUCKET, someObjects(20, ++seed));
    const forth = await (await rollsBack({ index: live ?? '', isAtOnce: true })).result();
    expect(forth).toMatchObject({ from: former, to: live });
    await stopSearching();
    await expectComplete();
  });

  test('to an index of which nobody knows what it lacks writes all of it', async () => {
    await sandbox.elasticsearch.indices.create({ index: `${alias}-000900` });
    const report = await (await rollsBack({ index: `${alias}-000900` })).result();
    expect(report.documents).toBeGreaterThanOrEqual(report.rows);
    await expectComplete();
    await (await reindexes()).result();
  });

  test('names the indexes there are where there is none to return to', async () => {
    const handle = await rollsBack({ index: `${alias}-000777` });
    const error = await handle.result().catch(deepest);
    expect(error).toMatchObject({ type: 'NoSuchIndex' });
    expect(String(error)).toContain(`${alias}-000901 (live)`);
  });
});

test('old indexes are dropped on request, and the live one never', async () => {
  const live = await currentIndex(sandbox.elasticsearch, alias);
  const refused = await drops({ names: [live ?? ''] });
  const error = await refused.result().catch(deepest);
  expect(String(error)).toContain(`${live} is the live index`);
  const former = (await indexes()).filter(({ state }) => state === 'former').map(({ name }) => name);
  const one = await drops({ names: [former[0] ?? ''] });
  expect(await one.result()).toEqual([former[0]]);
  const rest = await drops({ keep: 1 });
  expect(await rest.result()).toEqual(former.slice(1, -1));
  expect((await indexes()).map(({ name }) => name)).toEqual([former.at(-1), live]);
  await expectComplete();
});
