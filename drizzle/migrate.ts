import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** Any number will do, as long as nothing else in the database uses it for an advisory lock. */
const lockKey = 7_283_445_011;

/**
 * Applies the migrations that are missing. Several processes may do so at once: they take turns by an advisory lock,
 * and those that come later find nothing to do.
 *
 * @throws when PostgreSQL cannot be reached or refuses a statement; a migration is applied whole or not at all
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'buildhub migrate',
    connectionTimeoutMillis: 10_000,
  });
  // The statement that runs, or the next one, fails too, and says so.
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
