import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Objects } from '../drizzle/tables.ts';
import { readBuilds } from '../schema/published-build.ts';
import { openReconcileStage, type ReconcileStage } from './reconcile-stage.ts';
import { someObjects } from './reindex-corpus.ts';

let stage: ReconcileStage;
beforeAll(async () => {
  stage = await openReconcileStage(20);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

describe('the bucket', () => {
  const objects = someObjects(30, 3);
  test.each(['whole', 'sample'] as const)(
    'is compared, here the %s, and what was never seen is ingested',
    async (extent) => {
      const mine = extent === 'whole' ? objects.slice(0, 20) : objects.slice(20);
      for (const { key, body } of mine) await stage.silent.put(key, body);
      await stage.silent.put('pub/firefox/some.txt', 'not of interest');
      await stage.silent.put(`invalid-${extent}/buildhub.json`, '{}');
      const found = await stage.reconciles({ extent });
      expect(found).toMatchObject({
        agrees: false,
        bucket: { unseen: mine.length + 1, changed: 0, started: 0, isTruncated: false },
      });
      const repaired = await stage.reconciles({ extent, repair: true });
      expect(repaired.bucket).toMatchObject({ started: mine.length + 1, ingested: mine.length, failed: 1 });
      const hashes = mine.flatMap(({ body }) => readBuilds(body).map(({ hash }) => hash));
      const { rows } = await stage.postgres.pool.query(
        'select id from builds where build_hash = any($1) and indexed_at is not null',
        [hashes],
      );
      expect(rows).toHaveLength(hashes.length);
      expect(await stage.reconciles({ extent })).toMatchObject({
        agrees: true,
        bucket: { unseen: 0, changed: 0 },
      });
    },
  );

  test('a sample counts no key twice', async () => {
    const [sample, whole] = [
      await stage.reconciles({ extent: 'sample' }),
      await stage.reconciles({ extent: 'whole' }),
    ];
    // The whole bucket is one page, which lies behind many a known key in part.
    expect(whole.bucket?.listed).toBeGreaterThan(30);
    expect(sample.bucket).toMatchObject({ listed: whole.bucket?.listed, matched: whole.bucket?.matched });
  });

  test('an object that has changed since it was seen is found', async () => {
    const [first, second] = objects;
    await stage.silent.put(first?.key ?? '', second?.body ?? '');
    const found = await stage.reconciles({ extent: 'whole' });
    expect(found.bucket).toMatchObject({ unseen: 0, changed: 1, examples: [first?.key] });
    await stage.reconciles({ extent: 'whole', repair: true });
    const [row] = await stage.postgres.database.select().from(s3Objects).where(sql`key = ${first?.key}`);
    expect(row?.outcome).toBe('unchanged');
    expect(await stage.reconciles({ extent: 'whole' })).toMatchObject({ agrees: true });
  });

  test('that does not exist is told, and the rest of the report is there', async () => {
    const report = await stage.reconciles({ extent: 'whole', bucket: 'no-such-bucket' });
    expect(report).toMatchObject({ agrees: false, index: { missing: 0 } });
    expect(report.bucket?.problem).toContain('There is no bucket no-such-bucket');
  });
});
