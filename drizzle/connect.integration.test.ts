import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { createLogger } from '../telemetry/logger.ts';
import { cert, type PostgresProxy, startPostgresProxy } from '../tests/fixture/postgres-proxy.ts';
import { type Connected, connect, inTransaction } from './connect.ts';

const { DATABASE_URL } = loadConfig();
const open = (url: string, size = 2) =>
  connect({ DATABASE_URL: url, DATABASE_POOL_SIZE: size }, createLogger('test', 'fatal'), 'a test');

let proxy: PostgresProxy;
let postgres: Connected;
beforeEach(async () => {
  proxy = await startPostgresProxy(DATABASE_URL);
  postgres = open(proxy.url);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await postgres.close();
  await proxy[Symbol.asyncDispose]();
});

const one = async () => (await postgres.database.execute(sql`select 1 as one`)).rows;
const transaction = () => inTransaction(postgres.database, (database) => database.execute(sql`select 2`));

it.each(['begin', 'select 2', 'commit'])(
  'a transaction returns its connection to the pool when the connection is reset at `%s`',
  async (statement) => {
    proxy.failOn(new RegExp(statement), 'reset');
    for (let attempt = 0; attempt < 4; attempt++) await expect(transaction()).rejects.toThrow();
    proxy.recover();
    await transaction();
    expect(postgres.pool.totalCount).toBe(1);
  },
);

it.each(['begin', 'select 2', 'commit'])(
  'a transaction closes its connection when PostgreSQL stalls at `%s`, so that later writes do not land in it',
  async (statement) => {
    Object.assign(postgres.pool.options, { query_timeout: 200 });
    const table = `stalled_${process.pid}`;
    const other = open(DATABASE_URL);
    await other.pool.query(`create table ${table} (id integer)`);
    proxy.failOn(new RegExp(`${statement}|rollback`), 'stall');
    await expect(transaction()).rejects.toThrow();
    proxy.recover();
    Object.assign(postgres.pool.options, { query_timeout: 30_000 });
    await postgres.pool.query(`insert into ${table} values (1)`);
    expect((await other.pool.query(`select from ${table}`)).rowCount).toBe(1);
    await other.pool.query(`drop table ${table}`);
    await other.close();
  },
);

it('a transaction leaves a server that became read-only', async () => {
  await postgres.pool.query('set session characteristics as transaction read only');
  const write = () =>
    inTransaction(postgres.database, (database) =>
      database.execute(sql`create table read_only (id integer) on commit drop`),
    );
  await expect(write()).rejects.toMatchObject({ cause: { code: '25006' } });
  await expect(
    inTransaction(postgres.database, (database) =>
      database.execute(sql`create temporary table read_only (id integer) on commit drop`),
    ),
  ).resolves.toBeDefined();
  expect(proxy.connections).toBe(2);
});

it('a transaction fails, and not the process, when its connection is lost between two statements', async () => {
  const lost = inTransaction(postgres.database, async (database) => {
    const { rows } = await database.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    const pid = rows[0]?.pid;
    await postgres.pool.query('select pg_terminate_backend($1)', [pid]);
    // The error arrives while no statement runs: without a listener it would be an uncaught exception.
    await expect
      .poll(
        async () =>
          (await postgres.pool.query('select from pg_stat_activity where pid = $1', [pid])).rowCount,
      )
      .toBe(0);
    await database.execute(sql`select 1`);
  });
  await expect(lost).rejects.toThrow();
  expect(await one()).toEqual([{ one: 1 }]);
});

it('a transaction fails when a statement failed and the work did not report it, as PostgreSQL then rolls back', async () => {
  const silent = inTransaction(postgres.database, async (database) => {
    await database.execute(sql`select 1 / 0`).catch(() => undefined);
  });
  await expect(silent).rejects.toThrow('did not commit');
});

it('a pool is wedged once all its connections have been in use for a minute, not while PostgreSQL is down', async () => {
  proxy.failOn(/./, 'reset');
  await expect(one()).rejects.toThrow();
  const now = performance.now();
  vi.spyOn(performance, 'now').mockReturnValue(now + 120_000);
  expect(postgres.isWedged()).toBe(false);
  proxy.recover();
  const clients = [await postgres.pool.connect(), await postgres.pool.connect()];
  expect(postgres.isWedged()).toBe(false);
  vi.spyOn(performance, 'now').mockReturnValue(now + 240_000);
  expect(postgres.isWedged()).toBe(true);
  for (const client of clients) client.release();
  expect(postgres.isWedged()).toBe(false);
});

it('limits statements behind a PgBouncer, which refuses startup parameters that it does not know', async () => {
  await using bouncer = await startPostgresProxy(DATABASE_URL, {
    refusedParameters: /^(options|.*_timeout|extra_float_digits)$/,
  });
  const { pool, close } = open(bouncer.url);
  const { rows } = await pool.query(
    `select current_setting('statement_timeout') as statement,
      current_setting('idle_in_transaction_session_timeout') as idle`,
  );
  expect(rows).toEqual([{ statement: '20s', idle: '1min' }]);
  await close();
});

const file = join(tmpdir(), `buildhub-test-${process.pid}.pem`);
it.each([
  ['sslmode=require', true],
  ['sslmode=no-verify', true],
  ['sslmode=verify-full', false],
  [`sslmode=require&sslrootcert=${file}`, true],
  [`sslmode=verify-ca&sslrootcert=${file}`, true],
  [`sslmode=verify-full&sslrootcert=${file}`, true],
])('treats a self-signed certificate as libpq does: %s', async (parameters, connects) => {
  writeFileSync(file, cert);
  await using tls = await startPostgresProxy(DATABASE_URL, { tls: true });
  const { pool, close } = open(`${tls.url}?${parameters}`);
  const result = pool.query('select 1 as one').then(({ rows }) => rows);
  if (connects) await expect(result).resolves.toEqual([{ one: 1 }]);
  else await expect(result).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await close();
  rmSync(file);
});
