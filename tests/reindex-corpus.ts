import { insertBuildsOfObjects } from '../drizzle/queries/insert-builds.ts';
import { readBuilds } from '../schema/published-build.ts';
import { generateBuilds, type SampleObject } from '../stack/samples/generate-builds.ts';
import type { Sandbox } from './fixture/sandbox.ts';

/** Generated objects: builds of their own for each seed. */
export function someObjects(count: number, seed: number): SampleObject[] {
  return [...generateBuilds(count, new Date('2026-01-01T00:00:00Z'), seed)];
}

/**
 * Puts builds straight into PostgreSQL, as if they had been ingested and not yet indexed.
 *
 * @returns how many builds that makes, beta twins included
 */
export async function storeBuilds(
  { postgres, config }: Pick<Sandbox, 'postgres' | 'config'>,
  objects: Iterable<SampleObject>,
  pageSize = 500,
): Promise<number> {
  let total = 0;
  let page: SampleObject[] = [];
  const flush = async () => {
    const stored = await insertBuildsOfObjects(
      postgres.database,
      page.map(({ key, body }) => ({
        bucket: config.S3_BUCKET,
        key,
        etag: 'e',
        workflowId: 'corpus',
        runId: 'corpus',
        builds: readBuilds(body),
      })),
      '{}',
    );
    total += stored.flat().filter(({ created }) => created).length;
    page = [];
  };
  for (const object of objects) {
    page.push(object);
    if (page.length === pageSize) await flush();
  }
  await flush();
  return total;
}
