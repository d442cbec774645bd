import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listReports } from '../drizzle/queries/operation-reports.ts';
import { publish } from '../samples/publish.ts';
import { reconcileWorkflowId } from '../temporal/start-reconcile.ts';
import { reindexWorkflowId, startReindex } from '../temporal/start-reindex.ts';
import { documents } from './fixture/messages.ts';
import { openReconcileStage, type ReconcileStage } from './reconcile-stage.ts';
import { someObjects } from './reindex-corpus.ts';

let stage: ReconcileStage;
beforeAll(async () => {
  stage = await openReconcileStage(1_000);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe('where all agrees', () => {
  test('a reconciliation says so, and its report is kept', async () => {
    const report = await stage.reconciles();
    expect(report).toMatchObject({
      agrees: true,
      unindexed: { found: 0 },
      index: { missing: 0, differing: 0, orphans: { found: 0 } },
    });
    expect(report.index?.rows).toBeGreaterThanOrEqual(1_000);
    expect(report.index).toMatchObject({
      documents: report.index?.rows,
      matched: report.index?.rows,
      compared: report.index?.rows,
    });
    const [kept] = await listReports(stage.postgres.database, 'reconcile', 1);
    expect(kept).toMatchObject({ workflowId: reconcileWorkflowId(stage.alias) });
    expect(JSON.parse(kept?.report ?? '')).toEqual(report);
  });

  test('what is ingested meanwhile is no difference', async () => {
    const publishing = publish(stage.s3, stage.config.S3_BUCKET, someObjects(40, 2));
    for (let round = 0; round < 5; round++) {
      expect(await stage.reconciles({ graceSeconds: 60 })).toMatchObject({ agrees: true });
    }
    await publishing;
  });

  test('numbers and empty objects that JavaScript and the index change are no difference', async () => {
    await stage.postgres.pool.query(
      `insert into builds (build_hash, build) values
        ('v1:numbers', '{"build": {"number": 9007199254740993}, "download": {"size": 1.0}, "source": {}}'),
        ('v1:exponent', '{"build": {}, "download": {"size": 1e18}}')`,
    );
    expect(await stage.reconciles({ repair: true })).toMatchObject({
      agrees: false,
      unindexed: { found: 2, repaired: 2 },
      index: { differing: 0 },
    });
    expect(await stage.reconciles()).toMatchObject({ agrees: true });
  });
});

test('drift of every kind is found, and repaired where that is wished', async () => {
  const [missing = '', differing = '', precise = ''] = await stage.ids(3);
  const { elasticsearch, postgres } = stage;
  await elasticsearch.delete({ index: stage.alias, id: missing });
  await elasticsearch.update({ index: stage.alias, id: differing, doc: { source: { product: 'other' } } });
  await elasticsearch.update({ index: stage.alias, id: precise, doc: { download: { size: 7 } } });
  for (const id of ['900000001', 'no-number', '0']) {
    await elasticsearch.index({ index: stage.alias, id, document: { id: 1, build: { id: 'orphan' } } });
  }
  await postgres.pool.query(
    `insert into builds (build_hash, build, created_at)
     select 'v1:' || n, build, now() - interval '2 minutes' from builds, generate_series(1, 3) n where id = $1`,
    [missing],
  );
  await postgres.pool.query(
    `insert into builds (build_hash, build) values ('v1:young', '{"build": {"id": "young"}}'), ('v1:no-date', '{"build": {"date": "no date"}}')`,
  );
  await postgres.pool.query(
    `update builds set created_at = now() - interval '1 hour' where build_hash = 'v1:no-date'`,
  );
  const before = await documents(stage);

  const found = await stage.reconciles({ graceSeconds: 60 });
  expect(found).toMatchObject({
    agrees: false,
    unindexed: { found: 4, repaired: 0 },
    index: {
      missing: 1,
      missingExamples: [missing],
      differing: 2,
      differingExamples: [differing, precise],
      orphans: { found: 3, deleted: 0 },
      repaired: 0,
    },
  });
  expect(await documents(stage)).toEqual(before);

  const repaired = await stage.reconciles({ repair: true, graceSeconds: 60 });
  expect(repaired).toMatchObject({
    agrees: false,
    unindexed: { found: 4, repaired: 3, refused: 1 },
    index: { missing: 1, differing: 2, orphans: { found: 3, deleted: 3 }, repaired: 3 },
  });
  expect(repaired.unindexed?.refusals[0]?.reason).toContain('no date');
  await postgres.pool.query(`delete from builds where build_hash = 'v1:no-date'`);

  expect(await stage.reconciles({ repair: true })).toMatchObject({ unindexed: { found: 1, repaired: 1 } });
  expect(await stage.reconciles()).toMatchObject({ agrees: true });
  const after = await documents(stage);
  expect(after.get(differing)).not.toHaveProperty('source.product', 'other');
  expect(after.has('no-number')).toBe(false);
});

test('contents are not compared where that is not wished', async () => {
  const [id = ''] = await stage.ids(1);
  await stage.elasticsearch.update({ index: stage.alias, id, doc: { source: { product: 'other' } } });
  expect(await stage.reconciles({ contents: 'none' })).toMatchObject({
    agrees: true,
    index: { compared: 0 },
  });
  expect(await stage.reconciles({ repair: true })).toMatchObject({ index: { differing: 1, repaired: 1 } });
});

test('compares with the index that is live, also after a reindex', async () => {
  await (await startReindex(stage.temporal, stage.config, {}, 'a test')).result();
  expect(
    (await stage.temporal.workflow.getHandle(reindexWorkflowId(stage.alias)).describe()).status.name,
  ).toBe('COMPLETED');
  expect(await stage.reconciles()).toMatchObject({ agrees: true });
});
