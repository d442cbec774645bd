import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { currentIndex, listBuildIndexes } from '../elasticsearch/build-index.ts';
import { kill } from '../stack/testing/faults.ts';
import type { Progress } from '../workflows/progress.ts';
import type { ReindexInput } from '../workflows/reindex/reindex.ts';
import { pauseUpdate, progressQuery, resumeUpdate, setRateLimitUpdate } from '../workflows/run-control.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { startFailingProxy } from './fixture/failing-proxy.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { operationId, startWorkflow } from './fixture/start-operations.ts';
import { runWorkerHere } from './fixture/worker-here.ts';
import { factsOf } from './progress-facts.ts';
import {
  ingestBuild,
  insertBuild,
  someBuild,
  someObjects,
  storeBuilds,
  withOtherTable,
} from './reindex-corpus.ts';

/** At this rate a reindex takes longer than what a test does meanwhile. {@link hurry} lets it finish. */
const slowly: ReindexInput = { concurrency: 1, rangeSize: 50, rateLimit: 40 };

const sandbox = forAllTests(createSandbox);
/** Between the worker and Elasticsearch. */
const proxy = forAllTests(() => startFailingProxy(sandbox.config.ELASTICSEARCH_URL));
let alias: string;
let worker: AsyncDisposable;
/** The reindex or roll-back, whichever of its runs is open. */
let current: WorkflowHandle;
/** A build as text, of which tests make others. */
let template: string;

/** In the beginning no build was ever indexed. */
beforeAll(async () => {
  alias = sandbox.config.ELASTICSEARCH_INDEX;
  await startWorker();
  current = sandbox.temporal.workflow.getHandle(operationId('reindex', sandbox.config));
  await storeBuilds(sandbox, someObjects(600, 1));
  template = await someBuild(sandbox);
});
afterEach(async () => {
  proxy.fail(undefined);
  await current.terminate('the test is over').catch(() => undefined);
});
afterAll(() => worker?.[Symbol.asyncDispose]());

async function startWorker(): Promise<void> {
  worker = await runWorkerHere(sandbox, { ELASTICSEARCH_URL: proxy.url });
}

function start(name: string, input: object = {}) {
  return startWorkflow(sandbox.temporal, name, sandbox.config, input);
}

async function run(name: string, input: object = {}) {
  const report = await (await start(name, input)).result();
  return { report, facts: factsOf(report) };
}

function progressOf(): Promise<Progress> {
  return current.query(progressQuery);
}

/** Lifts the limit of the reindex that runs. */
function hurry() {
  return current.executeUpdate(setRateLimitUpdate, { args: [null] });
}

async function untilFilled(share: number): Promise<Progress> {
  return await eventually(`${share} of the index`, async () => {
    const progress = await progressOf();
    const isFilled = progress.phase === 'filling' && progress.done >= (progress.total ?? 0) * share;
    return isFilled ? progress : undefined;
  });
}

async function indexes() {
  const found = await listBuildIndexes(sandbox.elasticsearch, alias);
  return found.map(({ name, state }) => [name, state] as const);
}

/** The one that was live last at the end. */
async function former(): Promise<string[]> {
  const found = await listBuildIndexes(sandbox.elasticsearch, alias);
  return found
    .filter(({ state }) => state === 'former')
    .sort((a, b) => ((a.retiredAt ?? '') < (b.retiredAt ?? '') ? -1 : 1))
    .map(({ name }) => name);
}

async function live(): Promise<string> {
  return (await currentIndex(sandbox.elasticsearch, alias)) ?? '';
}

function ingest(hash: string, pause?: () => Promise<unknown>): Promise<string> {
  return ingestBuild(sandbox, hash, template, pause);
}

/** Every row is marked as indexed and has its one document, and there is no other. */
async function expectComplete(): Promise<void> {
  const { rows } = await sandbox.postgres.pool.query<{ id: string; isIndexed: boolean }>(
    'select id::text, indexed_at is not null as "isIndexed" from builds order by id::text collate "C"',
  );
  expect(rows.filter(({ isIndexed }) => !isIndexed)).toEqual([]);
  const found = [...(await documents(sandbox)).keys()].sort();
  expect(found).toEqual(rows.map(({ id }) => id));
}

/** Deletes some documents of an index, as a crash may. */
async function forget(index: string, count: number): Promise<void> {
  await sandbox.elasticsearch.indices.refresh({ index });
  const { hits } = await sandbox.elasticsearch.search({ index, size: count, _source: false });
  const operations = hits.hits.map(({ _id }) => ({ delete: { _id } }));
  expect(operations).toHaveLength(count);
  await sandbox.elasticsearch.bulk({ index, operations, refresh: true });
}

/** What is at the bottom of an error: the failure that an activity or the workflow itself has thrown. */
function deepest(error: unknown): unknown {
  return error instanceof Error && error.cause ? deepest(error.cause) : error;
}

describe('a reindex', () => {
  test('fills an index with every row, also with those that were never indexed', async () => {
    // Requests while the live index is blocked, which must not look for each of them.
    const blocked: string[] = [];
    const watch = (line: string) => {
      if (/_block\/write/.test(line) || (blocked.length > 0 && !/_settings/.test(blocked.at(-1) ?? '')))
        blocked.push(line);
      return false;
    };
    proxy.fail(503, { test: watch });
    const { report, facts } = await run('reindex');
    expect(blocked).toContainEqual(expect.stringMatching(/_aliases/));
    expect(blocked).not.toContainEqual(expect.stringMatching(/filling\/_search/));
    await expectComplete();
    expect(facts).toMatchObject({
      ...{ From: `${alias}-000001`, To: `${alias}-000002`, 'Rejected by Elasticsearch': 0 },
      ...{ 'Documents written': report.done, 'Searchable before and missing now': 0 },
    });
    expect(await live()).toBe(`${alias}-000002`);
    expect(await indexes()).toEqual([
      [`${alias}-000001`, 'former'],
      [`${alias}-000002`, 'live'],
    ]);
    const settings = await sandbox.elasticsearch.indices.getSettings({ index: alias });
    expect(settings[await live()]?.settings?.index?.refresh_interval).toBe('50ms');
    const [kept] = await listReports(sandbox.postgres.database, 'reindex', 1);
    expect(JSON.parse(kept?.report ?? '')).toEqual({ ...report, requestedBy: 'a test' });
  });

  test('finds a build whose transaction was open all the while, and one that was written but not marked', async () => {
    const client = await sandbox.postgres.pool.connect();
    try {
      await client.query('begin');
      const late = await client.query<{ id: string }>(
        `insert into builds (build_hash, build) values ('v1:late', $1) returning id::text`,
        [template],
      );
      const handle = await start('reindex', slowly);
      await untilFilled(0.2);
      await handle.executeUpdate(pauseUpdate);
      await client.query('commit');
      const id = late.rows[0]?.id ?? '';
      await sandbox.elasticsearch.index({ index: alias, id, document: { id: Number(id) } });
      const marked = await insertBuild(sandbox, 'v1:marked', template);
      await client.query('update builds set indexed_at = clock_timestamp() where id = $1', [marked]);
      await hurry();
      await handle.executeUpdate(resumeUpdate);
      const to = String(factsOf(await handle.result()).To);
      await expectComplete();
      for (const each of [id, marked]) {
        const { _source } = await sandbox.elasticsearch.get({ index: to, id: each });
        expect(_source).toHaveProperty('source.product');
      }
    } finally {
      client.release();
    }
  });

  test('continues after kill -9 of the worker, with nothing missing and nothing twice', async () => {
    await worker[Symbol.asyncDispose]();
    const process = await startBuildhub(['worker', '--no-poller'], sandbox.env);
    const handle = await start('reindex', { ...slowly, rateLimit: 60, rangeSize: 60 });
    await untilFilled(0.3);
    await kill(process);
    await startWorker();
    await hurry();
    const report = await handle.result();
    await expectComplete();
    expect(factsOf(report)).toMatchObject({
      ...{ 'Rows compared': report.done, 'Documents compared': report.done },
      'Searchable before and missing now': 0,
    });
  });

  test('writes again what is missing when it compares', async () => {
    const handle = await start('reindex', slowly);
    await untilFilled(0.1);
    await handle.executeUpdate(pauseUpdate);
    const { name = '' } = (await listBuildIndexes(sandbox.elasticsearch, alias)).at(-1) ?? {};
    await eventually('the pause', async () => (await progressOf()).phase === 'paused');
    await forget(name, 5);
    await handle.executeUpdate(resumeUpdate);
    await hurry();
    const report = await handle.result();
    expect(factsOf(report)).toMatchObject({ 'Documents compared': report.done });
    await expectComplete();
  });
});

describe('control of a reindex', () => {
  test('that is cancelled leaves the live index as it was, and no other behind', async () => {
    const before = await indexes();
    const handle = await start('reindex', slowly);
    await untilFilled(0.1);
    await current.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(await indexes()).toEqual(before);
    await expectComplete();
  });

  test('that was terminated leaves an unfinished index, which the next one removes', async () => {
    const handle = await start('reindex', slowly);
    await untilFilled(0.1);
    await handle.terminate();
    const left = (await indexes()).filter(([, state]) => state === 'unfinished');
    expect(left).toHaveLength(1);
    // As if it had been terminated in the middle of its swap.
    await sandbox.elasticsearch.indices.addBlock({ index: await live(), block: 'write' });
    await start('reindex', slowly);
    await untilFilled(0.1);
    await ingest('v1:while-it-fills');
    await hurry();
    await current.result();
    expect((await indexes()).map(([name]) => name)).not.toContain(left[0]?.[0]);
    await expectComplete();
  });
});

describe('a swap', () => {
  test('is refused without builds that could be searched before; the report says which', async () => {
    const before = await live();
    const { rows } = await sandbox.postgres.pool.query<{ id: string }>(
      `insert into builds (build_hash, build, indexed_at) values
        ('v1:refused', '{"build": {"date": "no date"}}', clock_timestamp()), ('v1:list', '[]', null) returning id::text`,
    );
    const error = await run('reindex').catch(deepest);
    expect(error).toMatchObject({ type: 'IndexDiffers' });
    expect(String(error)).toContain('1 builds that can be searched are missing');
    expect(await live()).toBe(before);
    const { facts } = await run('reindex', { tolerated: 1 });
    expect(facts).toMatchObject({
      ...{ 'Rejected by Elasticsearch': 2, 'Searchable before and missing now': 1 },
      ...Object.fromEntries(rows.map(({ id }) => [`Build ${id}`, expect.any(String)])),
      'Missing, for example': rows[0]?.id,
    });
    expect(await live()).toBe(facts.To);
    await sandbox.postgres.pool.query(`delete from builds where build_hash in ('v1:refused', 'v1:list')`);
  });

  test.each(['reindex', 'roll-back'])(
    'of a %s is refused if the table is empty or much smaller',
    async (name) => {
      const [before, found] = [await live(), await documents(sandbox)];
      if (name === 'roll-back') {
        // A former index that lacks what only the table could add.
        await forget((await former()).at(-1) ?? '', 400);
      }
      await withOtherTable(sandbox, async () => {
        for (const rows of [0, 300]) {
          const fill = `insert into builds select * from builds_before order by id limit ${rows}`;
          await sandbox.postgres.pool.query(fill);
          const error = await run(name).catch(deepest);
          expect(error).toMatchObject({ type: 'IndexDiffers' });
          expect(String(error)).toContain('is DATABASE_URL right?');
        }
      });
      expect(await live()).toBe(before);
      expect(await documents(sandbox)).toEqual(found);
    },
  );

  test('replaces a live index that has lost its shard', async () => {
    const index = await live();
    await sandbox.elasticsearch.indices.close({ index });
    const settings = { 'index.routing.allocation.require._name': 'no-node' } as object;
    await sandbox.elasticsearch.indices.putSettings({ index, settings });
    await sandbox.elasticsearch.indices.open({ index, wait_for_active_shards: 0 });
    await run('reindex');
    await expectComplete();
    await run('drop-indexes', { names: [index] });
  });

  test('that is late loses nothing that arrived since the last pass', async () => {
    const { count: before } = await sandbox.elasticsearch.count({ index: alias });
    // The note of the index that retires is the first thing that a swap writes, and nothing else writes it.
    proxy.fail(503, /^PUT .*_mapping/);
    const handle = await start('reindex');
    await eventually('the swap to be tried', () => proxy.failures > 0);
    for (let count = 0; count < 40; count++) await ingest(`v1:late-swap-${count}`);
    await sandbox.elasticsearch.indices.refresh({ index: alias });
    proxy.fail(undefined);
    const facts = factsOf(await handle.result());
    expect(facts['Documents before the swap']).toBeGreaterThanOrEqual(before + 40);
    await expectComplete();
  });

  test('hides nothing that a search has shown, and misses nothing of many writers', async () => {
    const { elasticsearch } = sandbox;
    let isOver = false;
    let searches = 0;
    const hidden: string[] = [];
    /** Reads all ids all the time: what one search has found, the next must find. */
    const searcher = async () => {
      let shown: ReadonlySet<string> = new Set();
      while (!isOver) {
        const { hits } = await elasticsearch.search({ index: alias, size: 10_000, _source: false });
        const found = new Set(hits.hits.map(({ _id = '' }) => _id));
        hidden.push(...[...shown].filter((id) => !found.has(id)));
        shown = found;
        searches += 1;
        await sleep(5);
      }
    };
    const ingested: string[] = [];
    const writer = async (name: number) => {
      const pause = () => sleep(Math.random() * 80);
      for (let count = 0; !isOver; count++) {
        ingested.push(await ingest(`v1:writer-${name}-${count}`, pause));
        await pause();
      }
    };
    const others = Promise.all([searcher(), searcher(), ...[1, 2, 3, 4, 5, 6].map(writer)]);
    try {
      for (let round = 0; round < 2; round++) {
        await run('reindex', { rangeSize: 500 });
        await run('roll-back');
      }
    } finally {
      isOver = true;
      await others;
    }
    expect(hidden).toEqual([]);
    expect(searches).toBeGreaterThan(50);
    expect(ingested.length).toBeGreaterThan(50);
    await sandbox.elasticsearch.indices.refresh({ index: alias });
    await expectComplete();
  });
});

describe('a roll-back', () => {
  test('returns to the former index, with what arrived since, and forward again', async () => {
    const { From: before, To: after } = (await run('reindex')).facts;
    for (let count = 0; count < 20; count++) await ingest(`v1:since-${count}`);
    // As a reindex leaves it that was terminated in the middle of its swap.
    await sandbox.elasticsearch.indices.addBlock({ index: String(before), block: 'write' });
    const back = await run('roll-back');
    expect(back.facts).toMatchObject({ From: after, To: before, 'Searchable before and missing now': 0 });
    await expectComplete();
    for (let count = 0; count < 20; count++) await ingest(`v1:again-${count}`);
    const forth = await run('roll-back', { index: after, isAtOnce: true });
    expect(forth.facts).toMatchObject({ From: before, To: after });
    await expectComplete();
  });

  test('to an index of which nobody knows what it lacks writes all of it', async () => {
    await sandbox.elasticsearch.indices.create({ index: `${alias}-000900` });
    const { report, facts } = await run('roll-back', { index: `${alias}-000900` });
    expect(facts['Documents written']).toBeGreaterThanOrEqual(report.done);
    await expectComplete();
    await run('reindex');
  });

  test('names the indexes that exist if there is none to return to', async () => {
    const error = await run('roll-back', { index: `${alias}-000777` }).catch(deepest);
    expect(error).toMatchObject({ type: 'NoSuchIndex' });
    expect(String(error)).toContain(`${alias}-000901 (live)`);
  });
});

test('old indexes are dropped on request, and the live one never', async () => {
  const index = await live();
  const error = await run('drop-indexes', { names: [index] }).catch(deepest);
  expect(String(error)).toContain(`${index} is the live index`);
  const before = await former();
  const [shared = ''] = before;
  const ofOthers = { index: shared, name: `of-others-${alias}` };
  await sandbox.elasticsearch.indices.putAlias(ofOthers);
  const refused = await run('drop-indexes', { names: [shared] }).catch(deepest);
  expect(String(refused)).toContain(`${shared} is also the index of of-others-${alias}`);
  await run('drop-indexes', { keep: before.length - 1 });
  expect(await former()).toEqual(before);
  await sandbox.elasticsearch.indices.deleteAlias(ofOthers);
  const one = await run('drop-indexes', { names: [shared] });
  expect(one.report.facts.map(({ value }) => value)).toEqual([shared]);
  // What an attempt has deleted is reported, too, if Elasticsearch fails at the next one.
  const rest = before.slice(1, -1);
  const { failures } = proxy;
  proxy.fail(500, new RegExp(`^DELETE /${rest.at(-1)}`));
  const dropping = await start('drop-indexes', { keep: 1 });
  await eventually('a failure', () => proxy.failures > failures);
  proxy.fail(undefined);
  expect((await dropping.result()).facts.map(({ value }) => value)).toEqual(rest);
  expect((await indexes()).map(([name]) => name)).toEqual([before.at(-1), index]);
  await expectComplete();
});
