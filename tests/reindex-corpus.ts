import { setTimeout as sleep } from 'node:timers/promises';
import { insertBuildsOfObjects } from '../drizzle/queries/insert-builds.ts';
import { writeBuilds } from '../elasticsearch/write-builds.ts';
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

/** The text of a build that is stored, of which tests make others. */
export async function someBuild({ postgres }: Sandbox): Promise<string> {
  const { rows } = await postgres.pool.query<{ text: string }>(
    'select build::text as text from builds limit 1',
  );
  return rows[0]?.text ?? '';
}

/** Inserts a build under a hash, and does not index it. Returns its id. */
export async function insertBuild({ postgres }: Sandbox, hash: string, text: string): Promise<string> {
  const { rows } = await postgres.pool.query<{ id: string }>(
    'insert into builds (build_hash, build) values ($1, $2) returning id::text',
    [hash, text],
  );
  return rows[0]?.id ?? '';
}

/** Inserts, indexes and marks a build as an ingestion does, with a pause between. Returns its id. */
export async function ingestBuild(
  sandbox: Sandbox,
  hash: string,
  text: string,
  pause: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string> {
  const { config, elasticsearch, postgres } = sandbox;
  const id = await insertBuild(sandbox, hash, text);
  await pause();
  for (let isWritten = false; !isWritten; ) {
    // An ingestion retries, too.
    isWritten = await writeBuilds(elasticsearch, config.ELASTICSEARCH_INDEX, [{ id, text }]).then(
      () => true,
      () => sleep(20, false),
    );
  }
  await pause();
  await postgres.pool.query('update builds set indexed_at = clock_timestamp() where id = $1', [id]);
  return id;
}

/** Runs something while workers see another table of builds, which is empty; the usual one is `builds_before` then. */
export async function withOtherTable({ postgres }: Sandbox, run: () => Promise<void>): Promise<void> {
  const { pool } = postgres;
  await pool.query('alter table builds rename to builds_before');
  await pool.query('create table builds (like builds_before including all)');
  try {
    await run();
  } finally {
    await pool.query('drop table builds');
    await pool.query('alter table builds_before rename to builds');
  }
}
