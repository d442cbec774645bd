import { errors } from '@elastic/elasticsearch';
import { ApplicationFailure } from '@temporalio/activity';
import { divideBuilds, type IdRange, idsIndexedBefore, readIds } from '../../drizzle/queries/build-walks.ts';
import { readBuildsById, readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import { fillingAlias, NotFilledError } from '../../elasticsearch/build-index.ts';
import { missingDocuments } from '../../elasticsearch/snapshot.ts';
import {
  AliasMissingError,
  addWritten,
  type BuildText,
  nothingWritten,
  type Written,
  writeBuilds,
} from '../../elasticsearch/write-builds.ts';
import { lastHeartbeat, withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export type Stores = Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>;

/** Divides the next part of the table into up to `count` ranges of `size` rows each; none if nothing is left. */
export async function planRanges(
  { database }: ActivityDependencies,
  { size, count, ...part }: IdRange & { size: number; count: number },
) {
  return await divideBuilds(database, part, size, count);
}

/** Builds of one page; Elasticsearch recommends requests of about a megabyte and more. */
const pageSize = 1_000;

/**
 * Writes a range of the table into the index that is being filled. The next page is read while Elasticsearch takes the
 * last; an attempt after a crash continues behind the last page that was reported.
 *
 * @throws {ApplicationFailure} not to be retried, if the index is gone; anything else can pass
 */
export async function fillRange(
  { database, elasticsearch, indexAlias, giveWay }: Stores & Pick<ActivityDependencies, 'giveWay'>,
  { after, upTo }: IdRange,
) {
  const alias = fillingAlias(indexAlias);
  let progress = lastHeartbeat<Written & { after: string }>() ?? { ...nothingWritten, after };
  await withHeartbeats(
    async (signal) => {
      const read = (last: string) => readBuildsById(database, last, upTo, pageSize);
      for await (const page of pagesAhead(read, progress.after)) {
        signal.throwIfAborted();
        await giveWay();
        const written = await writeBuilds(elasticsearch, alias, page, signal);
        progress = { ...addWritten(progress, written), after: page.at(-1)?.id ?? progress.after };
      }
    },
    () => progress,
  ).catch(orGone);
  const { documents, refused, refusals } = progress;
  return { documents, refused, refusals };
}

/** Pages in order, each read while the one before it is dealt with. */
async function* pagesAhead(read: (after: string) => Promise<BuildText[]>, after: string) {
  let next = read(after);
  for (;;) {
    const page = await next;
    const last = page.at(-1);
    if (!last) return;
    next = read(last.id);
    // It fails for what awaits it, which may never happen.
    next.catch(() => undefined);
    yield page;
  }
}

/** Turns the lack of the alias, or of an index, into a failure that is not retried: a filled index does not come back. */
export function orGone(error: unknown): never {
  const isIndexMissing =
    error instanceof errors.ResponseError && error.body?.error?.type === 'index_not_found_exception';
  const isOther = error instanceof NotFilledError;
  if (!(error instanceof AliasMissingError) && !isIndexMissing && !isOther) throw error;
  throw ApplicationFailure.create({
    type: 'IndexGone',
    message: `The index was ${isOther ? 'replaced' : 'removed'} while it was filled. ${error.message}`,
    nonRetryable: true,
    cause: error,
  });
}

/** The counts of a range, after what was missing is written again. */
export interface CheckedRange {
  readonly rows: number;
  readonly documents: number;
  readonly rewritten: number;
  /** Builds that could be searched before that pass and that Elasticsearch refuses now. */
  readonly missing: readonly string[];
}

/**
 * Compares a range of the table with the index that was filled, by ids and not just by numbers, and writes again what is
 * missing, as after a crash of Elasticsearch.
 *
 * @param input with the `since` that the last pass of catching up returned
 */
export async function checkRange(
  { database, elasticsearch, indexAlias }: Stores,
  { since, ...range }: IdRange & { since: string },
): Promise<CheckedRange> {
  const index = fillingAlias(indexAlias);
  return await withHeartbeats(async (signal) => {
    const ids = await readIds(database, range);
    const absent = await missingDocuments(elasticsearch, { index }, ids, signal);
    const rows = ids.length;
    if (absent.length === 0) return { rows, documents: rows, rewritten: 0, missing: [] };
    const builds = await readBuildsOfIds(database, absent);
    const { refused, documents: rewritten } = await writeBuilds(elasticsearch, index, builds, signal);
    const refusedIds = refused.map(({ id }) => id);
    const missing = await idsIndexedBefore(database, refusedIds, since);
    return { rows, documents: rows - refused.length, rewritten, missing };
  }).catch(orGone);
}
