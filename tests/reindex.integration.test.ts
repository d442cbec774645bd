import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { builds } from '../drizzle/tables.ts';
import { currentIndex } from '../elasticsearch/build-index.ts';
import { writeBuilds } from '../elasticsearch/write-builds.ts';
import { publish } from '../samples/publish.ts';
import { readBuilds } from '../schema/published-build.ts';
import { eventually } from './fixture/eventually.ts';
import { someObjects } from './reindex-corpus.ts';
import { reindexStage, slowly } from './reindex-stage.ts';

const stage = reindexStage(4_000);

describe('a reindex', () => {
  test('fills an index with every row, also with those that were never indexed', async () => {
    const report = await (await stage().reindexes()).result();
    await stage().expectComplete();
    expect(report).toMatchObject({
      refused: 0,
      checked: { missing: 0 },
      differences: [],
      from: `${stage().alias}-000001`,
    });
    expect(report.documents).toBe(report.rows);
    expect(await currentIndex(stage().sandbox.elasticsearch, stage().alias)).toBe(`${stage().alias}-000002`);
    expect((await stage().indexes()).map(({ name, state }) => [name, state])).toEqual([
      [`${stage().alias}-000001`, 'former'],
      [`${stage().alias}-000002`, 'live'],
    ]);
    const settings = await stage().sandbox.elasticsearch.indices.getSettings({ index: report.to });
    expect(settings[report.to]?.settings?.index?.refresh_interval).toBe('50ms');
    const [kept] = await listReports(stage().sandbox.postgres.database, 'reindex', 1);
    expect(JSON.parse(kept?.report ?? '')).toEqual(report);
  });

  test('misses nothing of what is ingested meanwhile, and no search ever finds less than before', async () => {
    const { count: before } = await stage().sandbox.elasticsearch.count({ index: stage().alias });
    const stopSearching = stage().searchAllTheWhile();
    const handle = await stage().reindexes(slowly);
    const objects = someObjects(250, stage().nextSeed());
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
    expect(report.arrived).toBeGreaterThan(0);
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
      await stage().sandbox.temporal.workflow.getHandle(handle.workflowId).signal('pause');
      await client.query('commit');
      const id = late.rows[0]?.id ?? '';
      await stage().sandbox.elasticsearch.index({ index: stage().alias, id, document: { id: Number(id) } });
      const marked = await insert('v1:marked');
      await client.query('update builds set indexed_at = clock_timestamp() where build_hash = $1', [
        'v1:marked',
      ]);
      await stage().hurry();
      await stage().sandbox.temporal.workflow.getHandle(handle.workflowId).signal('resume');
      const { to } = await handle.result();
      await stage().expectComplete();
      for (const each of [id, marked.rows[0]?.id ?? '']) {
        const { _source } = await stage().sandbox.elasticsearch.get({ index: to, id: each });
        expect(_source).toHaveProperty('source.product');
      }
    } finally {
      client.release();
    }
  });

  test('misses nothing of many writers, whatever their transactions and requests overlap with', async () => {
    const { elasticsearch, postgres } = stage().sandbox;
    const template = await postgres.pool.query<{ build: string }>(
      'select build::text from builds order by id limit 1',
    );
    const text = template.rows[0]?.build ?? '';
    let isOver = false;
    let written = 0;
    const pause = () => sleep(Math.random() * 30);
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
        await (await stage().reindexes({ rangeSize: 1_000 })).result();
        await (await stage().rollsBack({ isAtOnce: round === 1 })).result();
      }
    } finally {
      isOver = true;
      await writers;
    }
    expect(written).toBeGreaterThan(100);
    await stage().expectComplete();
  });

  test('is resumed after kill -9 of the worker, with nothing missing and nothing twice', async () => {
    const handle = await stage().reindexes({ ...slowly, documentsPerSecond: 400, rangeSize: 400 });
    await stage().untilFilled(0.3);
    await stage().killWorker();
    await stage().hurry();
    const report = await handle.result();
    await stage().expectComplete();
    expect(report.checked).toMatchObject({ rows: report.rows, documents: report.rows, missing: 0 });
  });
});
