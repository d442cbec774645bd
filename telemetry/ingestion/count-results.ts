import type { Activities } from '../../activities/activities.ts';
import type { WorkerMetrics } from '../metrics.ts';

type Name = keyof Activities;
type Counted = Pick<WorkerMetrics, 'inserted' | 'indexed' | 'backfillKeys'>;
type Count<N extends Name> = (
  result: Awaited<ReturnType<Activities[N]>>,
  input: Parameters<Activities[N]>,
  metrics: Counted,
  workflow: string,
) => void;

/** What each activity that writes builds says about how many it was. */
const counts: { readonly [N in Name]?: Count<N> } = {
  insertBuilds(stored, _, { inserted }, workflow) {
    inserted.inc({ workflow }, stored.filter(({ created }) => created).length);
  },
  indexBuilds({ status }, [builds], { indexed }, workflow) {
    if (status === 'indexed') indexed.inc({ workflow }, builds.length);
  },
  backfillRange({ counts: found }, _, { inserted, indexed, backfillKeys }, workflow) {
    inserted.inc({ workflow }, found.inserted);
    indexed.inc({ workflow }, found.indexed);
    for (const state of backfillStates) backfillKeys.inc({ state }, found[state]);
  },
  fillRange({ documents }, _, { indexed }, workflow) {
    indexed.inc({ workflow }, documents);
  },
  catchUp({ documents }, _, { indexed }, workflow) {
    indexed.inc({ workflow }, documents);
  },
};

const backfillStates = [
  'listed',
  'matched',
  'new',
  'changed',
  'unchanged',
  'setApartBefore',
  'invalid',
  'missing',
] as const;

/** Counts the builds that a completed activity has written; nothing for one that writes none. */
export function countResult(
  activity: string,
  workflow: string,
  input: unknown[],
  result: unknown,
  metrics: Counted,
): void {
  const count = counts[activity as Name] as Count<Name> | undefined;
  count?.(result as never, input as never, metrics, workflow);
}
