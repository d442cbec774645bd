import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { connect } from './connect.ts';

test('a connection that is lost within a transaction fails the transaction, not the process, and the next one works', async () => {
  const { database, pool, close } = connect(loadConfig(), createLogger('test', 'fatal'), 'a test');
  const aliveBackends = async (pid: number | undefined) =>
    (await pool.query('select pid from pg_stat_activity where pid = $1', [pid])).rows;
  const lost = database.transaction(async (transaction) => {
    const { rows } = await transaction.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    // The error arrives while no statement runs: without a listener it would be an uncaught exception.
    await expect.poll(async () => (await aliveBackends(rows[0]?.pid)).length).toBe(0);
    await transaction.execute(sql`select 1`);
  });
  await expect(lost).rejects.toThrow();
  expect((await database.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
  await close();
});
