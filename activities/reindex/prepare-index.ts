import { ApplicationFailure } from '@temporalio/activity';
import { measureBuilds } from '../../drizzle/queries/build-ids.ts';
import { databaseTime } from '../../drizzle/queries/database-clock.ts';
import { type ListedIndex, listBuildIndexes } from '../../elasticsearch/list-build-indexes.ts';
import { beginFilling, makeNextIndex } from '../../elasticsearch/new-index.ts';
import { currentRun } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';

type Dependencies = Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>;

/** What a reindex or a roll-back begins with. */
export interface Preparation {
  /** The index to fill. */
  readonly to: string;
  /** The index that is live. */
  readonly from?: string | undefined;
  /**
   * A moment by PostgreSQL's clock: the index holds every build that was acknowledged earlier. Undefined where it is
   * new, or where nobody knows of such a moment, so that all must be written.
   */
  readonly since?: string | undefined;
  /** The time by PostgreSQL's clock, before anything was read. */
  readonly now: string;
  /** Rows in the table (beyond a million an estimate), and the largest id. */
  readonly rows: number;
  readonly upTo: string;
}

/** Makes the index that a reindex fills. Removes what a reindex before it has left unfinished. */
export function makePrepareNewIndex({ database, elasticsearch, indexAlias }: Dependencies) {
  return async function prepareNewIndex(): Promise<Preparation> {
    const { runId } = currentRun();
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    for (const { name, state, run } of indexes) {
      if (state === 'unfinished' && run !== runId) await elasticsearch.indices.delete({ index: name });
    }
    // The clock before the rows: what is committed after it is looked for again.
    const now = await databaseTime(database);
    const { rows, largestId: upTo } = await measureBuilds(database);
    const to = await makeNextIndex(elasticsearch, indexAlias, indexes, runId);
    await beginFilling(elasticsearch, indexAlias, to);
    return { to, from: liveOf(indexes)?.name, now, rows, upTo };
  };
}

/**
 * Prepares to return to a former index.
 *
 * @throws {ApplicationFailure} not to be retried, where there is no such index
 */
export function makePrepareFormerIndex({ database, elasticsearch, indexAlias }: Dependencies) {
  return async function prepareFormerIndex({ index }: { readonly index?: string }): Promise<Preparation> {
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    const former = indexes.filter(({ state }) => state === 'former');
    const target = index === undefined ? latest(former) : former.find(({ name }) => name === index);
    if (!target) throw noSuchIndex(index, indexAlias, indexes);
    const now = await databaseTime(database);
    const { rows, largestId: upTo } = await measureBuilds(database);
    await beginFilling(elasticsearch, indexAlias, target.name);
    return { to: target.name, from: liveOf(indexes)?.name, since: target.retiredAt, now, rows, upTo };
  };
}

function liveOf(indexes: readonly ListedIndex[]): ListedIndex | undefined {
  return indexes.find(({ state }) => state === 'live');
}

/** The one that was live last. */
function latest(former: readonly ListedIndex[]): ListedIndex | undefined {
  return [...former].sort((a, b) => ((a.retiredAt ?? '') < (b.retiredAt ?? '') ? 1 : -1))[0];
}

function noSuchIndex(
  index: string | undefined,
  alias: string,
  indexes: readonly ListedIndex[],
): ApplicationFailure {
  const all = indexes.map(({ name, state }) => `${name} (${state})`).join(', ') || 'none';
  return ApplicationFailure.nonRetryable(
    index === undefined
      ? `There is no former index of ${alias} to return to. The indexes are: ${all}.`
      : `${index} is no former index of ${alias}. The indexes are: ${all}.`,
    'NoSuchIndex',
  );
}
