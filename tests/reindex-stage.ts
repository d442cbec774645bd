import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { DropIndexesInput } from '../activities/reindex/index-lifecycle.ts';
import { builds } from '../drizzle/tables.ts';
import { listBuildIndexes } from '../elasticsearch/build-index.ts';
import type { Progress } from '../workflows/progress.ts';
import type { ReindexInput, RollBackInput } from '../workflows/reindex/reindex.ts';
import { progressQuery, setRateLimitUpdate } from '../workflows/run-control.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { eventually } from './fixture/eventually.ts';
import { startFailingProxy } from './fixture/failing-proxy.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { operationId, startWorkflow } from './fixture/start-operations.ts';
import { someObjects, storeBuilds } from './reindex-corpus.ts';

/**
 * At this rate a reindex takes longer than what a test does meanwhile, however busy the machine is. {@link
 * ReindexStage.hurry} lets it finish.
 */
export const slowly: ReindexInput = { concurrency: 1, rangeSize: 50, rateLimit: 40 };

/** What is at the bottom of an error: the failure that an activity or the workflow itself has thrown. */
export function deepest(error: unknown): unknown {
  return error instanceof Error && error.cause ? deepest(error.cause) : error;
}

export type ReindexStage = Awaited<ReturnType<typeof openReindexStage>>;

/**
 * Opens a stage before the tests of a file, clears it after each, and closes it after all.
 *
 * @param objects how many are generated
 * @returns the stage, which is there while tests run
 */
export function reindexStage(objects: number): () => ReindexStage {
  let stage: ReindexStage | undefined;
  beforeAll(async () => {
    stage = await openReindexStage(objects);
  }, 120_000);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());
  return () => {
    if (!stage) throw new Error('The stage is there only while tests run');
    return stage;
  };
}

/** A sandbox with a worker and builds that were never indexed, and what can be done and seen there. */
async function openReindexStage(objects: number) {
  const sandbox = await createSandbox();
  const { temporal, config, elasticsearch, postgres } = sandbox;
  const alias = config.ELASTICSEARCH_INDEX;
  const workflowId = operationId('reindex', config);
  const proxy = await startFailingProxy(config.ELASTICSEARCH_URL);
  const env = { ...sandbox.env, ELASTICSEARCH_URL: proxy.url };
  let worker = await startBuildhub(['worker'], env);
  let seed = 1;
  await storeBuilds(sandbox, someObjects(objects, seed));

  const current = temporal.workflow.getHandle(workflowId);
  const progressOf = () => current.query(progressQuery);

  return {
    sandbox,
    alias,
    /** Between the worker and Elasticsearch. */
    proxy,
    /** The reindex or roll-back, whichever of its runs is open. */
    current,
    progressOf,
    /** Builds of their own for each. */
    nextSeed: () => ++seed,
    reindexes: (input: ReindexInput = {}) => startWorkflow(temporal, 'reindex', config, input),
    rollsBack: (input: RollBackInput = {}) => startWorkflow(temporal, 'roll-back', config, input),
    drops: (input: DropIndexesInput) => startWorkflow(temporal, 'drop-indexes', config, input),
    indexes: () => listBuildIndexes(elasticsearch, alias),

    /** Lifts the limit of the reindex that runs. */
    hurry: () => current.executeUpdate(setRateLimitUpdate, { args: [null] }),

    async untilFilled(share: number): Promise<Progress> {
      return await eventually(`${share} of the index`, async () => {
        const progress = await progressOf();
        return progress.phase === 'filling' && progress.done >= (progress.total ?? 0) * share
          ? progress
          : undefined;
      });
    },

    /** Waits until a pause has come into effect. */
    async untilPaused(): Promise<Progress> {
      return await eventually('the pause', async () => {
        const progress = await progressOf();
        return progress.phase === 'paused' ? progress : undefined;
      });
    },

    /** Every row is marked as indexed and has its one document, and there is no other. */
    async expectComplete(): Promise<void> {
      const ids = await eventually('every row to be indexed', async () => {
        const rows = await postgres.database
          .select({ id: sql<string>`${builds.id}::text`, indexedAt: builds.indexedAt })
          .from(builds);
        return rows.every(({ indexedAt }) => indexedAt) ? rows.map(({ id }) => id) : undefined;
      });
      const found = await documents(sandbox);
      expect(found.size).toBe(ids.length);
      expect([...found.keys()].sort()).toEqual(ids.sort());
    },

    /** Searches without pause; the function that it returns ends that, and tells the fewest hits of any search. */
    searchAllTheWhile() {
      let least = Number.POSITIVE_INFINITY;
      let searches = 0;
      let isStopped = false;
      const looking = (async () => {
        while (!isStopped) {
          const { count } = await elasticsearch.count({ index: alias });
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
    },

    /** Kills the worker with SIGKILL, and starts another one. */
    async killWorker(): Promise<void> {
      await worker.kill();
      worker = await startBuildhub(['worker'], env);
    },

    /** Ends what a test that has failed has left running. */
    async clear(): Promise<void> {
      proxy.fail(undefined);
      await current.terminate('the test is over').catch(() => undefined);
      if (!worker.running) worker = await startBuildhub(['worker'], env);
    },

    async close(): Promise<void> {
      await worker.stop();
      await proxy[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
