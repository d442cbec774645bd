import { Command } from 'commander';
import { loadConfig } from '../../config/config.ts';
import { migrate } from '../../drizzle/migrate.ts';

/** `buildhub migrate`: brings the tables of PostgreSQL up to date. */
export const migrateCommand = new Command('migrate')
  .description('apply the database migrations that are missing; safe to run by several processes at once')
  .addHelpText('after', '\nExample:\n  $ buildhub migrate')
  .action(async () => {
    await migrate(loadConfig().DATABASE_URL);
    process.stdout.write('PostgreSQL is up to date.\n');
  });
