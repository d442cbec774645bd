import { readBuilds } from '../../../../schema/published-build.ts';
import type { Build } from '../../../testing/ask-search.ts';
import { recordedObjects } from '../../../testing/recorded.ts';

/** A build as it was published, with all that clients read of it; one has an empty `build`. */
export type RecordedBuild = Omit<Build, 'build'> & {
  readonly build: Partial<Build['build']>;
  readonly download: { readonly date: string };
};

/** The recorded builds, with the twins of releases. Expected results are computed from them, not by a search. */
export const recordedBuilds: readonly RecordedBuild[] = recordedObjects()
  .flatMap((text) => readBuilds(text))
  .map(({ text }) => JSON.parse(text) as RecordedBuild);

/** The recorded builds of a product and a channel. */
export function buildsOf(product: string, channel: string): RecordedBuild[] {
  return recordedBuilds.filter(
    ({ source, target }) => source.product === product && target.channel === channel,
  );
}

/** The build ids of some builds, each once, the first at the front. */
export function buildIdsOf(builds: readonly RecordedBuild[]): string[] {
  return [...new Set(builds.flatMap(({ build }) => build.id ?? []))].sort();
}

/** Whether the build id begins like this. */
export function builtIn(time: string) {
  return ({ build }: RecordedBuild) => build.id?.startsWith(time) ?? false;
}

/** All of these must hold, and none changes the score. */
export function filter(...conditions: readonly object[]) {
  return { bool: { filter: conditions } };
}

/** An aggregation of the values of a field; with an order, by value, as clients of Elasticsearch 5 and 6 wrote it. */
export function valuesOf(field: string, size: number, order?: 'asc' | 'desc', aggs?: object) {
  return { terms: { field, size, ...(order && { order: { _term: order } }) }, ...(aggs && { aggs }) };
}
