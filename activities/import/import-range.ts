import { ApplicationFailure } from '@temporalio/activity';
import pg from 'pg';
import { connectionString } from '../../drizzle/connect.ts';
import { raiseBuildIds } from '../../drizzle/queries/build-walks.ts';
import { type MainBuild, measureMainBuilds, readMainBuilds } from '../../drizzle/queries/import.ts';
import { currentRun, lastHeartbeat, withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { addImports, type ImportCounts, noImports } from './import-counts.ts';
import { importPage } from './import-page.ts';

const pageSize = 500;

interface ImportedRange {
  readonly counts: ImportCounts;
  /** The last id; `after` if no row follows it. */
  readonly last: string;
}

/**
 * Brings in the next rows of `main_build` behind the id `after`, up to `size`, in the order of their ids. The next page is
 * read while the one before is written. An attempt after a crash continues behind the last page that was reported. Ends
 * early, with what is done, when the import is cancelled or the worker shuts down: `isCut` says so.
 *
 * @throws {ApplicationFailure} of type `NoSource`, not to be retried; anything else can pass
 */
export async function importRange(
  { database, buildhub2DatabaseUrl }: ActivityDependencies,
  { bucket, after, size }: { bucket: string; after: string; size: number },
) {
  const run = currentRun();
  let state = lastHeartbeat<ImportedRange>() ?? { counts: noImports, last: after };
  let isCut = false;
  const work = (signal: AbortSignal) =>
    withSource(buildhub2DatabaseUrl, async (client) => {
      const read = (last: string, left: number): Promise<MainBuild[]> => {
        const page = readMainBuilds(client, last, Math.min(pageSize, left)).catch(explain);
        // It fails for what awaits it, which may never happen.
        page.catch(() => undefined);
        return page;
      };
      let left = size - state.counts.rows;
      for (let next = read(state.last, left); left > 0; ) {
        const rows = await next;
        const last = rows.at(-1)?.id;
        if (last === undefined) return;
        left -= rows.length;
        if (left > 0) next = read(last, left);
        isCut = signal.aborted;
        if (isCut) return;
        state = { counts: addImports(state.counts, await importPage(database, rows, bucket, run)), last };
      }
    });
  await withHeartbeats(work, () => state);
  return { ...state, isCut };
}

/** SQLSTATE of what no retry fixes: login refused, no such database, no such table or column, no permission. */
const final = new Set(['28P01', '28000', '3D000', '42P01', '42703', '42501']);

/**
 * Runs something on the database of a Buildhub2, which can only be read.
 *
 * @throws {ApplicationFailure} not to be retried, if the setting is missing or the database is not of a Buildhub2
 */
async function withSource<T>(url: string | undefined, run: (client: pg.Client) => Promise<T>): Promise<T> {
  if (!url) {
    throw ApplicationFailure.nonRetryable(
      'The worker does not know where to import from: set BUILDHUB2_DATABASE_URL in its environment and restart it.',
      'NoSource',
    );
  }
  const client = new pg.Client({
    connectionString: connectionString(url),
    application_name: 'buildhub import',
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    keepAlive: true,
  });
  // A connection that breaks fails the query that waits for it; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect().catch(explain);
    await client.query('set default_transaction_read_only = on');
    return await run(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** For errors of the source only: Buildhub's own database can have the same ones, which pass. */
function explain(error: { readonly code?: string; readonly message?: string }): never {
  const { code, message } = error;
  if (code === undefined || !final.has(code)) throw error;
  throw ApplicationFailure.create({
    type: 'NoSource',
    message: `BUILDHUB2_DATABASE_URL does not lead to a table main_build that can be read: ${message}`,
    nonRetryable: true,
    cause: error as Error,
  });
}

/**
 * Looks at what there is to import behind the id `after`, and keeps its ids free: builds that arrive meanwhile get ids
 * beyond them.
 */
export async function inspectSource({ database, buildhub2DatabaseUrl }: ActivityDependencies, after: string) {
  const size = await withSource(buildhub2DatabaseUrl, (client) =>
    measureMainBuilds(client, after).catch(explain),
  );
  await raiseBuildIds(database, size.largestId);
  return size;
}
