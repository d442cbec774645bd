import { ApplicationFailure } from '@temporalio/activity';
import { databaseTime, measureBuilds } from '../../drizzle/queries/build-walks.ts';
import {
  beginFilling,
  endFilling,
  fillingAlias,
  type ListedIndex,
  listBuildIndexes,
  makeNextIndex,
} from '../../elasticsearch/build-index.ts';
import { currentRun, withHeartbeats } from '../current-attempt.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { orGone, type Stores } from './fill-range.ts';

export interface Preparation {
  readonly to: string;
  /** The index that is live, and its documents. */
  readonly from?: string | undefined;
  readonly documents: number;
  /**
   * A moment by PostgreSQL's clock: the index holds every build that was acknowledged earlier. Undefined if it is
   * new, or no such moment is known, so that all must be written.
   */
  readonly since?: string | undefined;
  /** The time by PostgreSQL's clock, before anything was read. */
  readonly now: string;
  /** Rows in the table (beyond a million an estimate), and the largest id. */
  readonly rows: number;
  readonly upTo: string;
}

async function prepare(
  { database, elasticsearch, indexAlias }: Stores,
  choose: (indexes: readonly ListedIndex[]) => Promise<Pick<Preparation, 'to' | 'since'>>,
): Promise<Preparation> {
  // The clock before the rows: what is committed after it is looked for again.
  const now = await databaseTime(database);
  const { rows, largestId: upTo } = await measureBuilds(database);
  // Last, since measuring takes its time: an attempt that was taken for dead could delete what is live by then.
  const indexes = await listBuildIndexes(elasticsearch, indexAlias);
  const live = indexes.find(({ state }) => state === 'live');
  if (live) await allowWrites(elasticsearch, live.name);
  const chosen = await choose(indexes);
  // A swap that was terminated in the middle leaves the block.
  await allowWrites(elasticsearch, chosen.to);
  await beginFilling(elasticsearch, indexAlias, chosen.to);
  return { ...chosen, from: live?.name, documents: live?.documents ?? 0, now, rows, upTo };
}

/** Makes the index that a reindex fills. Removes what a reindex before it has left unfinished. */
export async function prepareNewIndex(stores: Stores): Promise<Preparation> {
  const { elasticsearch, indexAlias } = stores;
  const { runId } = currentRun();
  return await prepare(stores, async (indexes) => {
    for (const { name, state, run, otherAliases } of indexes) {
      if (state === 'unfinished' && run !== runId && !otherAliases)
        await elasticsearch.indices.delete({ index: name });
    }
    return { to: await makeNextIndex(elasticsearch, indexAlias, indexes, runId) };
  });
}

/**
 * Prepares to return to a former index.
 *
 * @throws {ApplicationFailure} not to be retried, if there is no such index
 */
export async function prepareFormerIndex(stores: Stores, { index }: { readonly index?: string }) {
  return await prepare(stores, async (indexes) => {
    const former = formerOf(indexes);
    const target = index === undefined ? former.at(-1) : former.find(({ name }) => name === index);
    if (target) return { to: target.name, since: target.retiredAt };
    throw refusal(
      index === undefined ? 'There is no former index to return to' : `${index} is not a former index`,
      indexes,
    );
  });
}

/** Lets an index take writes again, which a swap stops for a moment; also after one that was terminated in the middle. */
export async function allowWrites({ indices }: Stores['elasticsearch'], index: string) {
  const settings = { 'index.blocks.write': null } as object;
  await indices.putSettings({ index, settings }, { ignore: [404] });
}

/** Those that were live, the last one at the end. */
function formerOf(indexes: readonly ListedIndex[]): ListedIndex[] {
  return indexes
    .filter(({ state }) => state === 'former')
    .sort((a, b) => ((a.retiredAt ?? '') < (b.retiredAt ?? '') ? -1 : 1));
}

/** A merge of a large index takes its time; the server continues even if the request has timed out. */
const mergeTimeout = 3_600_000;

/**
 * Readies an index that was filled to be searched: merged into up to so many `segments`, if that is wanted, which makes
 * searches faster and takes its time; copied, refreshed, and refreshing again.
 */
export async function finishIndex(
  { elasticsearch, refreshInterval }: ActivityDependencies,
  { index, segments }: { index: string; segments?: number | undefined },
) {
  await withHeartbeats(async (signal) => {
    if (segments !== undefined) {
      await elasticsearch.indices.forcemerge(
        { index, max_num_segments: segments },
        { signal, requestTimeout: mergeTimeout },
      );
    }
    await endFilling(elasticsearch, index, refreshInterval);
  }).catch(orGone);
}

/**
 * Removes what a reindex that was cancelled has filled; a former index that it was to return to is only let go.
 *
 * @param isNew whether the index was made for this reindex
 */
export async function discardIndex(
  { elasticsearch, indexAlias }: Stores,
  { index, isNew }: { index: string; isNew: boolean },
) {
  if (isNew) await elasticsearch.indices.delete({ index }, { ignore: [404] });
  else await elasticsearch.indices.deleteAlias({ index, name: fillingAlias(indexAlias) }, { ignore: [404] });
}

export interface DropIndexesInput {
  /** Names; if none is given, all former and unfinished ones but the `keep` that were live last. */
  readonly names?: readonly string[];
  readonly keep?: number;
}

/**
 * Chooses indexes to delete: none that is live, and none to which an alias of others leads.
 *
 * @throws {ApplicationFailure} not to be retried, if one that is named must not be deleted or is not an index of the alias
 */
export async function chooseIndexes(
  { elasticsearch, indexAlias }: Stores,
  { names, keep = 0 }: DropIndexesInput,
) {
  const indexes = await listBuildIndexes(elasticsearch, indexAlias);
  const chosen = names ? named(indexes, names, indexAlias) : old(indexes, keep);
  return chosen.map(({ name }) => name);
}

/**
 * Deletes an index; an attempt before this one may have done so.
 *
 * @throws {ApplicationFailure} not to be retried, if it is live by now
 */
export async function dropIndex({ elasticsearch, indexAlias }: Stores, index: string) {
  const indexes = await listBuildIndexes(elasticsearch, indexAlias);
  if (indexes.some(({ name }) => name === index)) named(indexes, [index], indexAlias);
  await elasticsearch.indices.delete({ index }, { ignore: [404] });
}

function named(indexes: readonly ListedIndex[], names: readonly string[], alias: string): ListedIndex[] {
  return names.map((name) => {
    const index = indexes.find((each) => each.name === name);
    if (!index) throw refusal(`${name} is not an index of ${alias}`, indexes);
    if (index.state === 'live') throw refusal(`${name} is the live index and cannot be dropped`, indexes);
    const { otherAliases = [] } = index;
    if (otherAliases.length > 0)
      throw refusal(`${name} is also the index of ${otherAliases.join(', ')} and cannot be dropped`, indexes);
    return index;
  });
}

function old(all: readonly ListedIndex[], keep: number): ListedIndex[] {
  const indexes = all.filter(({ otherAliases }) => !otherAliases);
  const former = formerOf(indexes);
  return [
    ...former.slice(0, Math.max(0, former.length - keep)),
    ...indexes.filter(({ state }) => state === 'unfinished'),
  ];
}

function refusal(message: string, indexes: readonly ListedIndex[]): ApplicationFailure {
  const all = indexes.map(({ name, state }) => `${name} (${state})`).join(', ') || 'none';
  return ApplicationFailure.nonRetryable(`${message}. The indexes are: ${all}.`, 'NoSuchIndex');
}
