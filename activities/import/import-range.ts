import { type MainBuild, readMainBuilds } from '../../drizzle/queries/main-builds.ts';
import { currentRun } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { lastHeartbeat, withHeartbeats } from '../reindex/heartbeats.ts';
import { addImports, type ImportCounts, noImports } from './import-counts.ts';
import { importPage } from './import-page.ts';
import { withSource } from './source.ts';

/** Rows that are brought in with one transaction. */
const pageSize = 500;

export interface ImportRangeInput {
  readonly bucket: string;
  /** Id behind which the range begins. */
  readonly after: string;
  /** Rows at most. */
  readonly size: number;
}

/** What came of a range. */
export interface ImportedRange {
  readonly counts: ImportCounts;
  /** The last id; where no row follows `after`, that. */
  readonly last: string;
}

/**
 * Brings in the next rows of `main_build`, in the order of their ids. The next page is read while the one before is
 * written. An attempt after a crash goes on behind the last page that was told of.
 *
 * @throws {ApplicationFailure} of type `NoSource`, not to be retried; anything else can pass
 */
export function makeImportRange({
  database,
  buildhub2DatabaseUrl,
}: Pick<ActivityDependencies, 'database' | 'buildhub2DatabaseUrl'>) {
  return async function importRange({ bucket, after, size }: ImportRangeInput): Promise<ImportedRange> {
    const run = currentRun();
    let state = lastHeartbeat<ImportedRange>() ?? { counts: noImports, last: after };
    await withHeartbeats(
      () => state,
      (signal) =>
        withSource(buildhub2DatabaseUrl, async (client) => {
          const read = (last: string, left: number): Promise<MainBuild[]> => {
            const page = readMainBuilds(client, last, Math.min(pageSize, left));
            // It fails for whoever awaits it, and nobody may come to that.
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
            signal.throwIfAborted();
            state = { counts: addImports(state.counts, await importPage(database, rows, bucket, run)), last };
          }
        }),
    );
    return state;
  };
}
