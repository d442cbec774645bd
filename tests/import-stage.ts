import { CreateBucketCommand } from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { generateBuilds } from '../stack/samples/generate-builds.ts';
import type { ImportInput } from '../workflows/import/import-buildhub2.ts';
import { startBuildhub } from './fixture/buildhub-process.ts';
import { createSandbox } from './fixture/sandbox.ts';
import { startWorkflow } from './fixture/start-operations.ts';
import { oldDatabase } from './import-main-build.ts';

/** What Buildhub2 has ingested before. */
export const oldObjects = [...generateBuilds(1_200, new Date('2026-01-01T00:00:00Z'), 11)];

type Stage = Awaited<ReturnType<typeof openImportStage>>;

/**
 * Opens a stage for imports before the tests of a file, and closes it after all.
 *
 * @returns the stage, which is there while tests run
 */
export function importStage(): () => Stage {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await openImportStage();
  }, 120_000);
  afterAll(() => stage?.close());
  return () => {
    if (!stage) throw new Error('The stage is there only while tests run');
    return stage;
  };
}

/** A sandbox with a worker, beside it the database of a Buildhub2, and a bucket that tells nobody what is put into it. */
async function openImportStage() {
  const sandbox = await createSandbox();
  const { config, s3, postgres, temporal } = sandbox;
  const alias = config.ELASTICSEARCH_INDEX;
  const bucket = `${alias}-silent`;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: 'us-west-2' },
    }),
  );
  const url = await oldDatabase(config.DATABASE_URL);
  const source = new pg.Client({ connectionString: url });
  await source.connect();
  const env = { ...sandbox.env, BUILDHUB2_DATABASE_URL: url };
  let worker = await startBuildhub(['worker'], env);
  return {
    sandbox,
    bucket,
    alias,
    /** The database of the Buildhub2. */
    source,
    imports: (input: Partial<ImportInput> = {}) =>
      startWorkflow(temporal, 'import', config, { bucket, ...input }),
    /** What a row of the new table is, as text wherever JavaScript could change it. */
    async rowsOfTable() {
      const { rows } = await postgres.pool.query<Record<string, string | null>>(
        `select id::text, build_hash, build::text, metadata::text, created_at::text, s3_bucket, s3_key, s3_etag
         from builds order by builds.id`,
      );
      return rows;
    },
    /** Removes all builds and objects. */
    async empty() {
      await postgres.pool.query('truncate builds, s3_objects');
    },
    /** Kills the worker. Nothing continues before another is started. */
    killWorker: () => worker.kill(),
    async startWorker() {
      worker = await startBuildhub(['worker'], env);
    },
    async close() {
      await worker.stop();
      await source.end();
      await oldDatabase(config.DATABASE_URL, 'drop');
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
