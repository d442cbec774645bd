import { errors } from '@elastic/elasticsearch';
import { ApplicationFailure } from '@temporalio/activity';
import { divideBuilds, type IdRange, idsIndexedBefore, readIds } from '../../drizzle/queries/build-walks.ts';
import { readBuildsById, readBuildsOfIds, type StoredText } from '../../drizzle/queries/builds.ts';
import { fillingAlias } from '../../elasticsearch/build-index.ts';
import { missingDocuments } from '../../elasticsearch/snapshot.ts';
import {
  AliasMissingError,
  firstRefusals,
  type Refusal,
  writeBuilds,
} from '../../elasticsearch/write-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { lastHeartbeat, withHeartbeats } from '../heartbeats.ts';

/** What a reindex works with. */
export type Stores = Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>;

export interface PlanRangesInput extends IdRange {
  /** Rows of one range. */
  readonly size: number;
  /** Maximum number of ranges. */
  readonly count: number;
}

/** Divides the next part of the table into ranges of as many rows each; none if nothing is left. */
export async function planRanges(
  { database }: ActivityDependencies,
  { size, count, ...part }: PlanRangesInput,
) {
  return await divideBuilds(database, part, size, count);
}

/** Builds of one page: enough for a request of about a megabyte. */
const pageSize = 1_000;

interface Progress {
  /** Id of the last build that was written. */
  readonly after: string;
  /** Documents that were acknowledged. */
  readonly documents: number;
  readonly refused: number;
  /** The first few of those. */
  readonly refusals: readonly Refusal[];
}

/**
 * Writes a range of the table into the index that is being filled. The next page is read while Elasticsearch takes the
 * last; an attempt after a crash continues behind the last page that was reported.
 *
 * @throws {ApplicationFailure} not to be retried, if the index is gone; anything else can pass
 */
export async function fillRange({ database, elasticsearch, indexAlias }: Stores, { after, upTo }: IdRange) {
  const alias = fillingAlias(indexAlias);
  let progress = lastHeartbeat<Progress>() ?? { after, documents: 0, refused: 0, refusals: [] };
  await withHeartbeats(
    async (signal) => {
      const read = (last: string) => readBuildsById(database, last, upTo, pageSize);
      for await (const page of pagesAhead(read, progress.after)) {
        signal.throwIfAborted();
        const { documents, refused } = await writeBuilds(elasticsearch, alias, page, signal);
        progress = {
          after: page.at(-1)?.id ?? progress.after,
          documents: progress.documents + documents,
          refused: progress.refused + refused.length,
          refusals: firstRefusals([...progress.refusals, ...refused]),
        };
      }
    },
    () => progress,
  ).catch(orGone);
  const { documents, refused, refusals } = progress;
  return { documents, refused, refusals };
}

/** Pages in order, each read while the one before it is dealt with. */
async function* pagesAhead(
  read: (after: string) => Promise<StoredText[]>,
  after: string,
): AsyncGenerator<StoredText[]> {
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
  if (!(error instanceof AliasMissingError) && !isIndexMissing) throw error;
  throw ApplicationFailure.create({
    type: 'IndexGone',
    message: `The index was removed while it was filled. ${error.message}`,
    nonRetryable: true,
    cause: error,
  });
}

export interface CheckRangeInput extends IdRange {
  /** The `since` that the last pass of catching up returned. */
  readonly since: string;
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
 */
export async function checkRange(
  { database, elasticsearch, indexAlias }: Stores,
  { since, ...range }: CheckRangeInput,
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
