import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../tests/fixture/eventually.ts';
import { createSandbox, type Sandbox } from '../../tests/fixture/sandbox.ts';
import { countByOutcome, countByReason } from './count-objects.ts';
import { listObjects } from './list-objects.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
  await sandbox.postgres.pool.query(`
    insert into s3_objects (bucket, key, outcome, reason, workflow_id, run_id, last_attempt_at)
    select 'bucket', 'pub/' || n / 100 || '/' || n || '/buildhub.json',
      case when n % 500 = 0 then 'invalid' else 'ingested' end,
      case when n % 500 = 0 then 'it is no build' end, 'workflow', 'run', now() - n * interval '1 second'
    from generate_series(1, 20000) as n`);
  await sandbox.postgres.pool.query('analyze s3_objects');
});
afterAll(() => sandbox?.[Symbol.asyncDispose]());

/** How often an index was used, and the table looked through as a whole. */
async function uses(index: string): Promise<{ index: number; whole: number }> {
  const { rows } = await sandbox.postgres.pool.query<{ index: string; whole: string }>(
    `select i.idx_scan as index, t.seq_scan as whole
     from pg_stat_user_indexes i join pg_stat_user_tables t using (relid) where i.indexrelname = $1`,
    [index],
  );
  return { index: Number(rows[0]?.index), whole: Number(rows[0]?.whole) };
}

it.each([
  [
    'a page of a prefix',
    's3_objects_key',
    () => listObjects(sandbox.postgres.database, { prefix: 'pub/7/' }, 51),
  ],
  [
    'the outcomes of a prefix',
    's3_objects_key',
    () => countByOutcome(sandbox.postgres.database, { prefix: 'pub/7/' }),
  ],
  ['all reasons', 's3_objects_failed', () => countByReason(sandbox.postgres.database, {}, 100)],
  [
    'those that failed',
    's3_objects_failed',
    () => countByOutcome(sandbox.postgres.database, { outcomes: ['invalid'] }),
  ],
])('%s is answered from the index %s', async (_, index, ask) => {
  const before = await uses(index);
  await ask();
  // PostgreSQL tells of it a moment later.
  const after = await eventually(`a use of ${index}`, async () => {
    const now = await uses(index);
    return now.index > before.index ? now : undefined;
  });
  expect(after.whole).toBe(before.whole);
});

it('and the answers are right', async () => {
  const { database } = sandbox.postgres;
  expect(await listObjects(database, { prefix: 'pub/7/' }, 200)).toHaveLength(100);
  expect(await countByOutcome(database, { prefix: 'pub/7/' })).toMatchObject({ ingested: 100, invalid: 0 });
  expect(await countByOutcome(database, { prefix: 'pub/_/' })).toMatchObject({ ingested: 0 });
  expect(await countByReason(database, {}, 100)).toMatchObject([{ outcome: 'invalid', count: 40 }]);
});
