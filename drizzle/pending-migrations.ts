import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database } from './connect.ts';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

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
