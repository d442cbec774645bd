import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../../tests/fixture/eventually.ts';
import { forAllTests } from '../../tests/fixture/for-all-tests.ts';
import { createSandbox } from '../../tests/fixture/sandbox.ts';
import { countByOutcome, countByReason, listObjects } from './objects.ts';

const sandbox = forAllTests(createSandbox);
beforeAll(async () => {
  await sandbox.postgres.pool.query(`
    insert into s3_objects (bucket, key, outcome, reason, workflow_id, run_id, last_attempt_at)
    select 'bucket', 'pub/' || n / 100 || '/' || n || '/buildhub.json',
      case when n % 500 = 0 then 'invalid' else 'ingested' end,
      case when n % 500 = 0 then 'it is not a build' end, 'ingest:' || n, 'run', now() - n * interval '1 second'
    from generate_series(1, 20000) as n`);
  await sandbox.postgres.pool.query('analyze s3_objects');
});

/** How many entries of indexes of the table were read so far, and how many of its rows without one. */
async function reads(): Promise<{ entries: number; rows: number }> {
  const { rows } = await sandbox.postgres.pool.query<{ entries: string; rows: string }>(
    `select sum(i.idx_tup_read) as entries, min(t.seq_tup_read) as rows
     from pg_stat_user_indexes i join pg_stat_user_tables t using (relid) where t.relname = 's3_objects'`,
  );
  return { entries: Number(rows[0]?.entries), rows: Number(rows[0]?.rows) };
}

// Which index it is depends on the version of PostgreSQL: 18 can skip through one that begins with another column.
it.each([
  ['a page of a prefix', () => listObjects(sandbox.postgres.database, { prefix: 'pub/7/' }, 51)],
  ['the outcomes of a prefix', () => countByOutcome(sandbox.postgres.database, { prefix: 'pub/7/' })],
  ['all reasons', () => countByReason(sandbox.postgres.database, {}, 100)],
  ['those of one workflow', () => listObjects(sandbox.postgres.database, { workflowId: 'ingest:7' }, 51)],
  ['a page of a reason', () => listObjects(sandbox.postgres.database, { reason: 'Is Not' }, 51)],
  ['a page of a reason that none has', () => listObjects(sandbox.postgres.database, { reason: 'x' }, 51)],
  [
    'the outcomes of a reason',
    () => countByOutcome(sandbox.postgres.database, { reason: 'x', prefix: 'pub/' }),
  ],
  ['a reason group', () => countByOutcome(sandbox.postgres.database, { reasonGroup: 'it is not a build' })],
  ['those that failed', () => countByOutcome(sandbox.postgres.database, { outcomes: ['invalid'] })],
])('%s reads only a part of an index', async (_, ask) => {
  const before = await reads();
  await ask();
  // PostgreSQL's statistics show it a moment later.
  const after = await eventually('entries of indexes to be read', async () => {
    const now = await reads();
    return now.entries > before.entries || now.rows > before.rows ? now : undefined;
  });
  expect(after.rows).toBe(before.rows);
  expect(after.entries - before.entries).toBeLessThan(1_000);
});
