import { beforeEach, expect } from 'vitest';
import { readBuilds } from '../schema/published-build.ts';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import type { BackfillInput } from '../workflows/backfill/backfill.ts';
import { eventually } from './fixture/eventually.ts';
import { forAllTests } from './fixture/for-all-tests.ts';
import { documents } from './fixture/messages.ts';
import { createSandbox, type Sandbox } from './fixture/sandbox.ts';
import { createSilentBucket, type SilentBucket } from './fixture/silent-bucket.ts';
import { startWorkflow } from './fixture/start-operations.ts';

/** Facts of a backfill that found nothing to do. */
export const nothingDone = {
  ...{ New: 0, Changed: 0, Invalid: 0, Missing: 0, 'Access denied by S3': 0 },
  ...{ 'Builds inserted': 0, 'Builds indexed': 0 },
};

/** The hashes of all builds of objects, in order. */
export function hashesOf(objects: readonly { readonly body: string }[]): string[] {
  return objects.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash)).sort();
}

type Act = ReturnType<typeof actOf>;

/**
 * Makes a sandbox before the tests of a file, and another silent bucket before each.
 *
 * @param open starts what works in the sandbox
 * @returns what the test works with, which is there while tests run
 */
export function backfillStage(open: (sandbox: Sandbox) => Promise<AsyncDisposable>): () => Act {
  const sandbox = forAllTests(createSandbox);
  forAllTests(() => open(sandbox));
  let act: Act | undefined;
  let seed = 1_000;
  beforeEach(async () => {
    seed += 1;
    act = actOf(sandbox, await createSilentBucket(sandbox), seed);
  });
  return () => {
    if (!act) throw new Error('The stage is there only while tests run');
    return act;
  };
}

function actOf(sandbox: Sandbox, silent: SilentBucket, seed: number) {
  /** Backfills the bucket of the test, by its whole listing unless the input says otherwise. */
  const start = (input: Partial<BackfillInput> = {}) => {
    const source = { kind: 'listing', prefix: '' } as const;
    const whole = { bucket: silent.bucket, source, ...input };
    return startWorkflow(sandbox.temporal, 'backfill', sandbox.config, whole);
  };
  return {
    sandbox,
    silent,
    start,
    async run(input: Partial<BackfillInput> = {}) {
      const handle = await start(input);
      return { id: handle.workflowId, handle, report: await handle.result() };
    },
    /** Builds that no other test uses. */
    freshBuilds: (count: number) => [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seed)],
    async objectsSeen(count: number): Promise<void> {
      const what = `${count} objects to be ingested`;
      await eventually(what, async () => (await silent.objects()).length >= count);
    },
    async expectSearchable(hashes: readonly string[]): Promise<void> {
      const stored = await silent.builds();
      expect(stored.map(({ buildHash }) => buildHash).sort()).toEqual(hashes);
      expect(stored.every(({ indexedAt }) => indexedAt !== null)).toBe(true);
      const indexed = await documents(sandbox);
      for (const { id, build } of stored)
        expect(indexed.get(String(id))).toEqual({ id: Number(id), ...(JSON.parse(build) as object) });
    },
  };
}
