import { ApplicationFailure } from '@temporalio/activity';
import type { IdRange } from '../../drizzle/queries/build-ids.ts';
import { readBuildsById, type StoredText } from '../../drizzle/queries/read-stored-builds.ts';
import { fillingAlias } from '../../elasticsearch/aliases.ts';
import {
  AliasMissingError,
  firstRefusals,
  type Refusal,
  writeBuilds,
} from '../../elasticsearch/write-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { lastHeartbeat, withHeartbeats } from './heartbeats.ts';

/** Builds of one page: enough for a request of about a megabyte. */
const pageSize = 1_000;

/** What came of filling a range. */
export interface Filled {
  /** Documents that were acknowledged. */
  readonly documents: number;
  readonly refused: number;
  /** The first few of those. */
  readonly refusals: readonly Refusal[];
}

interface Progress extends Filled {
  /** Id of the last build that was written. */
  readonly after: string;
}

/**
 * Writes a range of the table into the index that is being filled. The next page is read while Elasticsearch takes the
 * last; an attempt after a crash goes on behind the last page that was told of.
 *
 * @throws {ApplicationFailure} not to be retried, where the index is gone; anything else can pass
 */
export function makeFillRange({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  const alias = fillingAlias(indexAlias);
  return async function fillRange({ after, upTo }: IdRange): Promise<Filled> {
    let progress = lastHeartbeat<Progress>() ?? { after, documents: 0, refused: 0, refusals: [] };
    await withHeartbeats(
      () => progress,
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
    ).catch(orGone);
    const { documents, refused, refusals } = progress;
    return { documents, refused, refusals };
  };
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
    // It fails for whoever awaits it, and nobody may come to that.
    next.catch(() => undefined);
    yield page;
  }
}

/** Turns the lack of the alias into a failure that is not retried: a filled index cannot come back by itself. */
export function orGone(error: unknown): never {
  if (!(error instanceof AliasMissingError)) throw error;
  throw ApplicationFailure.create({
    type: 'IndexGone',
    message: `Somebody has removed the index while it was filled. ${error.message}`,
    nonRetryable: true,
    cause: error,
  });
}
