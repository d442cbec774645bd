import { ApplicationFailure } from '@temporalio/activity';
import { type ListedIndex, listBuildIndexes } from '../../elasticsearch/list-build-indexes.ts';
import type { ActivityDependencies } from '../dependencies.ts';

export interface DropIndexesInput {
  /** Names; where none is given, all former and unfinished ones but the newest `keep` of the former. */
  readonly names?: readonly string[];
  readonly keep?: number;
}

/**
 * Deletes indexes that are not live. An index that is gone already is no fault.
 *
 * @returns the names of those that were deleted
 * @throws {ApplicationFailure} not to be retried, and nothing is deleted, where one is live or none of the alias's
 */
export function makeDropIndexes({
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'elasticsearch' | 'indexAlias'>) {
  return async function dropIndexes({ names, keep = 0 }: DropIndexesInput): Promise<string[]> {
    const indexes = await listBuildIndexes(elasticsearch, indexAlias);
    const dropped = names ? named(indexes, names, indexAlias) : old(indexes, keep);
    for (const { name } of dropped) await elasticsearch.indices.delete({ index: name }, { ignore: [404] });
    return dropped.map(({ name }) => name);
  };
}

function named(indexes: readonly ListedIndex[], names: readonly string[], alias: string): ListedIndex[] {
  return names.map((name) => {
    const index = indexes.find((each) => each.name === name);
    if (!index) throw refusal(`${name} is no index of ${alias}`, indexes);
    if (index.state === 'live') throw refusal(`${name} is the live index and cannot be dropped`, indexes);
    return index;
  });
}

function old(indexes: readonly ListedIndex[], keep: number): ListedIndex[] {
  const former = indexes.filter(({ state }) => state === 'former');
  return [
    ...former.slice(0, Math.max(0, former.length - keep)),
    ...indexes.filter(({ state }) => state === 'unfinished'),
  ];
}

function refusal(message: string, indexes: readonly ListedIndex[]): ApplicationFailure {
  const all = indexes.map(({ name, state }) => `${name} (${state})`).join(', ') || 'none';
  return ApplicationFailure.nonRetryable(`${message}. The indexes are: ${all}.`, 'NoSuchIndex');
}
