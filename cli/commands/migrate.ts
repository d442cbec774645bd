import { Command } from 'commander';
import { migrate } from '../../drizzle/migrate.ts';
import { withDatabase } from '../with-database.ts';

/** `buildhub migrate`: brings the tables of PostgreSQL up to date. */
export const migrateCommand = new Command('migrate')
  .description('apply the database migrations that are missing; safe to run by several processes at once')
  .addHelpText('after', '\nExample:\n  $ buildhub migrate')
  .action(async () => {
    await withDatabase((_, { DATABASE_URL }) => migrate(DATABASE_URL));
    process.stdout.write('PostgreSQL is up to date.\n');
  });
