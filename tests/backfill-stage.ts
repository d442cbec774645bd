import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { generateBuilds } from '../samples/generate-builds.ts';
import { readBuilds } from '../schema/published-build.ts';
import { startBackfill } from '../temporal/start-backfill.ts';
import type { BackfillInput } from '../workflows/backfill.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { createSilentBucket } from './fixture/silent-bucket.ts';

/** Counts of a backfill that found nothing to do. */
export const nothingDone = { new: 0, changed: 0, invalid: 0, missing: 0, denied: 0, inserted: 0, indexed: 0 };

/** The hashes of all builds of objects, in order. */
export function hashesOf(objects: readonly { readonly body: string }[]): string[] {
  return objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
}

type Stage = Awaited<ReturnType<typeof openBackfillStage>>;

/**
 * Opens a stage for backfills before the tests of a file, puts up another silent bucket before each, and closes it after
 * all.
 *
 * @returns the stage with the bucket of the test, which is there while tests run
 */
export function backfillStage() {
  let stage: Stage | undefined;
  let act: Awaited<ReturnType<Stage['nextAct']>> | undefined;
  beforeAll(async () => {
    stage = await openBackfillStage();
  });
  beforeEach(async () => {
    act = await stage?.nextAct();
  });
  afterAll(() => stage?.close());
  return () => {
    if (!act) throw new Error('The stage is there only while tests run');
    return act;
  };
}

/** A sandbox with a worker that only does what it is told. */
async function openBackfillStage() {
  const sandbox = await createSandbox();
  const worker = await startBuildhub(['worker', '--no-poller'], sandbox.env);
  let seed = 1_000;
  return {
    async nextAct() {
      const silent = await createSilentBucket(sandbox);
      seed += 1;
      const seedOfTest = seed;
      return {
        sandbox,
        silent,
        /** Backfills the bucket of the test, by its whole listing unless told otherwise. */
        async run(input: Partial<BackfillInput> = {}) {
          const source = { kind: 'listing', prefix: '' } as const;
          const whole = { bucket: silent.bucket, source, ...input };
          const queue = sandbox.config.TEMPORAL_TASK_QUEUE;
          const handle = await startBackfill(sandbox.temporal, queue, whole, 'a test');
          return { id: handle.workflowId, handle, report: await handle.result() };
        },
        /** Builds that no other test uses. */
        freshBuilds: (count: number) => [
          ...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seedOfTest),
        ],
        async expectSearchable(hashes: readonly string[]): Promise<void> {
          const stored = await silent.builds();
          expect(stored.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
          expect(stored.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
          const indexed = await documents(sandbox);
          for (const { id, build } of stored)
            expect(indexed.get(String(id))).toEqual({ id: Number(id), ...(JSON.parse(build) as object) });
        },
      };
    },
    async close() {
      await worker.stop();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
