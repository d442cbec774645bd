import { describe, expect, test } from 'vitest';
import { buildHash } from '../schema/build-hash.ts';
import { parseLossless } from '../schema/lossless-json.ts';
import { readBuilds } from '../schema/published-build.ts';
import { importWorkflowId } from '../temporal/start-import.ts';
import { reindexWorkflowId } from '../temporal/start-reindex.ts';
import type { ReindexReport } from '../workflows/reindex-progress.ts';
import { documents } from './fixture/messages.ts';
import { createMainBuild, type OldRow } from './import-main-build.ts';
import { importStage, oldObjects } from './import-stage.ts';

const stage = importStage();

async function objectOf(key: string) {
  const { bucket, sandbox } = stage();
  const { rows } = await sandbox.postgres.pool.query(
    'select etag, outcome, build_hashes, workflow_id, first_seen_at::text from s3_objects where bucket = $1 and key = $2',
    [bucket, key],
  );
  return rows[0];
}

describe('rows of every odd kind', () => {
  const [plain, release, changed, quoted, taken] = [
    oldObjects.find(({ body }) => readBuilds(body).length === 1),
    oldObjects.find(({ body }) => readBuilds(body).length === 2),
    ...oldObjects.filter(({ body }) => readBuilds(body).length === 1).slice(-3),
  ].map((object) => object?.body ?? '');
  const hashOf = (text: string) => buildHash(parseLossless(text));
  const [, twin] = readBuilds(release ?? '');
  const exponent = '{"download":{"size":1.0},"build":{"number":1e21}}';
  const version = '{"commit": "c", "version": "v", "source": "s", "build": "b"}';
  const old = (id: number, build: string, more: Partial<OldRow> = {}): OldRow => ({
    ...{ id, hash: hashOf(build), build, metadata: version, createdAt: '2019-06-03 20:49:46.559307+00' },
    ...{ key: `pub/${id}/buildhub.json`, etag: `etag-${id}` },
    ...more,
  });
  const rows: OldRow[] = [
    old(3, plain ?? ''),
    old(7, release ?? '', { key: 'pub/release/buildhub.json', etag: 'same' }),
    old(8, twin?.text ?? '', { key: 'pub/release/buildhub.json', etag: 'same' }),
    old(9, changed ?? '', { key: 'pub/changed/buildhub.json', etag: 'before' }),
    old(10, quoted ?? '', {
      ...{ key: 'pub/changed/buildhub.json', etag: '"after"', createdAt: '2020-01-01 00:00:00.000001+00' },
    }),
    old(20, '{"source":{"product":"x"}}', { key: '', etag: '', metadata: '{"skip_validation": true}' }),
    old(21, '{"build":{"date":"no date"}}', { key: null, etag: null, metadata: '{}' }),
    old(22, exponent),
    old(23, '{"target":{"os":"linux"}}', { hash: 'v1:00000000000000000000000000000000' }),
    old(24, '[1, 2]'),
    old(25, '{"n":9007199254740993,"e":"é\\ud83d\\ude00","z":[]}', { key: `pub/é +%20${'k'.repeat(380)}` }),
    old(2_000_000, taken ?? ''),
  ];

  test('arrive as they are, with a report of what is remarkable about them', async () => {
    const { bucket, imports, rowsOfTable, sandbox, source } = stage();
    await createMainBuild(source, rows);
    // What was ingested before: one with an id of the old table, and one that the old table has as well.
    await sandbox.postgres.pool.query(
      `insert into builds (id, build_hash, build) values (3, 'v1:live', '{"build": {"id": "1"}}'), (4, $1, $2)`,
      [hashOf(taken ?? ''), taken],
    );
    const report = await (await imports()).result();
    expect(report.counts).toMatchObject({
      ...{ rows: 12, kept: 10, inserted: 10, otherId: 2, hashEqual: 10, hashRewritten: 1, hashDifferent: 1 },
      invalid: 6,
    });
    expect(report.counts.examples.otherId.map(({ id }) => id)).toEqual(['3', '2000000']);
    expect(report.counts.examples.hashRewritten).toMatchObject([{ id: '22' }]);
    expect(report.counts.examples.hashRewritten[0]?.text).toContain('v1:513b126263069554412545a2f4e6f5eb');
    expect(report.counts.examples.hashDifferent).toMatchObject([{ id: '23' }]);

    const found = new Map((await rowsOfTable()).map((row) => [row.build_hash, row]));
    expect(found.size).toBe(13);
    const { rows: originals } = await source.query(
      `select id::text, build_hash, build::text, metadata::text, created_at::text, s3_object_key as s3_key,
         s3_object_etag as s3_etag from main_build where id not in (3, 2000000)`,
    );
    for (const original of originals) {
      const s3_bucket = original.s3_key ? bucket : null;
      expect(found.get(original.build_hash)).toEqual({ ...original, s3_bucket });
    }
    expect(found.get(hashOf(plain ?? ''))).toMatchObject({
      s3_key: 'pub/3/buildhub.json',
      s3_etag: 'etag-3',
    });
    expect(Number(found.get(hashOf(plain ?? ''))?.id)).toBeGreaterThan(2_000_000);
    expect(found.get(hashOf(taken ?? ''))).toMatchObject({ id: '4' });
  });

  test('are followed by a reindex, and refused builds do not keep it from going live', async () => {
    const { alias, imports, sandbox } = stage();
    const report = await (await imports({ reindexWorkflowId: reindexWorkflowId(alias) })).result();
    expect(report.counts).toMatchObject({ rows: 12, kept: 10, inserted: 0, otherId: 2 });
    const { refused, refusals } = report.reindex as ReindexReport;
    expect({ refused, ids: refusals.map(({ id }) => id).sort() }).toEqual({
      refused: 3,
      ids: ['21', '22', '24'],
    });
    const found = await documents(sandbox);
    expect(found.size).toBe(10);
    expect(found.get('25')).toMatchObject({ id: 25, e: 'é😀' });
  });

  test('leave objects as they were seen last, with the builds that came of them', async () => {
    const { alias, sandbox } = stage();
    expect(await objectOf('pub/release/buildhub.json')).toMatchObject({
      ...{ etag: 'same', outcome: 'ingested', build_hashes: [hashOf(release ?? ''), twin?.hash] },
      ...{ workflow_id: importWorkflowId(alias), first_seen_at: '2019-06-03 20:49:46.559307+00' },
    });
    expect(await objectOf('pub/changed/buildhub.json')).toMatchObject({
      ...{ etag: 'after', build_hashes: [hashOf(quoted ?? '')] },
    });
    const { rows: unknown } = await sandbox.postgres.pool.query(`select from s3_objects where key = ''`);
    expect(unknown).toEqual([]);
  });

  test('do not take back what was seen since', async () => {
    const { imports, sandbox } = stage();
    await sandbox.postgres.pool.query(
      `update s3_objects set etag = 'new', outcome = 'missing', build_hashes = '{}', last_attempt_at = now()
       where key = 'pub/3/buildhub.json'`,
    );
    await (await imports()).result();
    expect(await objectOf('pub/3/buildhub.json')).toMatchObject({ etag: 'new', outcome: 'missing' });
  });

  test('leave room for new ids', async () => {
    const { sandbox } = stage();
    const { rows: made } = await sandbox.postgres.pool.query<{ id: string }>(
      `insert into builds (build_hash, build) values ('v1:next', '{}') returning id::text`,
    );
    expect(Number(made[0]?.id)).toBeGreaterThan(2_000_000);
  });
});

test('a database that is none of a Buildhub2 is told', async () => {
  const { imports, source } = stage();
  await source.query('drop table main_build');
  const handle = await imports();
  const deepest = (error: unknown): unknown =>
    error instanceof Error && error.cause ? deepest(error.cause) : error;
  const error = await handle.result().catch(deepest);
  expect(String(error)).toContain('main_build');
});
