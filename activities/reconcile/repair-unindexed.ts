import { readUnindexedIds } from '../../drizzle/queries/build-walks.ts';
import { markIndexed, readBuildsOfIds } from '../../drizzle/queries/builds.ts';
import { firstRefusals, type Refusal, writeBuilds } from '../../elasticsearch/write-builds.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { lastHeartbeat, withHeartbeats } from '../heartbeats.ts';
import { orGone } from '../reindex/fill-range.ts';

const pageSize = 1_000;

export interface RepairUnindexedInput {
  readonly repair: boolean;
  /** A build that was made within so many seconds may be on its way still. */
  readonly graceSeconds: number;
}

/** Builds that Elasticsearch had not acknowledged. */
export interface Unindexed {
  readonly found: number;
  /** Of these, those that it acknowledged just now. */
  readonly repaired: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
  /** Ids of the first few. */
  readonly examples: readonly string[];
}

/** Finds builds that Elasticsearch has not acknowledged and, if that is wanted, indexes them. */
export function makeRepairUnindexed({
  database,
  elasticsearch,
  indexAlias,
}: Pick<ActivityDependencies, 'database' | 'elasticsearch' | 'indexAlias'>) {
  return async function repairUnindexed({ repair, graceSeconds }: RepairUnindexedInput): Promise<Unindexed> {
    let state = lastHeartbeat<{ last: string; done: Unindexed }>() ?? {
      last: '0',
      done: { found: 0, repaired: 0, refused: 0, refusals: [], examples: [] },
    };
    await withHeartbeats(
      () => state,
      async (signal) => {
        for (;;) {
          signal.throwIfAborted();
          const ids = await readUnindexedIds(database, state.last, pageSize, graceSeconds);
          const last = ids.at(-1) ?? state.last;
          const refused = repair ? await index(ids, signal) : [];
          const { done } = state;
          state = {
            last,
            done: {
              found: done.found + ids.length,
              repaired: done.repaired + (repair ? ids.length - refused.length : 0),
              refused: done.refused + refused.length,
              refusals: firstRefusals([...done.refusals, ...refused]),
              examples: [...done.examples, ...ids].slice(0, 10),
            },
          };
          // What has grown old enough only now is for the next time.
          if (ids.length < pageSize) return;
        }
      },
    ).catch(orGone);
    return state.done;

    async function index(ids: readonly string[], signal: AbortSignal): Promise<readonly Refusal[]> {
      const builds = await readBuildsOfIds(database, ids);
      const { refused } = await writeBuilds(elasticsearch, indexAlias, builds, signal);
      const refusedIds = new Set(refused.map(({ id }) => id));
      await markIndexed(
        database,
        ids.filter((id) => !refusedIds.has(id)),
      );
      return refused;
    }
  };
}
