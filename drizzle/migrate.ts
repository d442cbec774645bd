import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { connectionString, type Database } from './connect.ts';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number that nothing else in the database uses for an advisory lock. */
const lockKey = 7_283_445_011;

/**
 * Applies the migrations that are missing. Several processes may do so at once: they take turns by an advisory lock,
 * and those that come later find nothing to do.
 *
 * @throws when PostgreSQL cannot be reached or refuses a statement; a migration is applied whole or not at all
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: connectionString(databaseUrl),
    application_name: 'buildhub migrate',
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener it would end the process. The statement that runs, or the next one, fails too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await applyMigrations(drizzle({ client }), { migrationsFolder });
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

/** The migrations that the code has and the database has not, by their times of making. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const files = readMigrationFiles({ migrationsFolder });
  const { rows } = await database.execute<{ exists: boolean }>(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
  );
  const applied = new Set<string>();
  if (rows[0]?.exists) {
    const result = await database.execute<{ hash: string }>(
      sql`select hash from drizzle.__drizzle_migrations`,
    );
    for (const { hash } of result.rows) applied.add(hash);
  }
  return files
    .filter(({ hash }) => !applied.has(hash))
    .map(({ folderMillis }) => new Date(folderMillis).toISOString());
}
