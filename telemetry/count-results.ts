import { metricMeter } from '@temporalio/activity';
import type { Activities } from '../activities/activities.ts';
import { workerMetrics } from './metrics.ts';
import { count as add } from './record.ts';

type Name = keyof Activities;
type Count<N extends Name> = (
  result: Awaited<ReturnType<Activities[N]>>,
  input: Parameters<Activities[N]>,
) => void;

const inserted = (amount: number) => add(metricMeter, workerMetrics.inserted, amount);
const indexed = (amount: number) => add(metricMeter, workerMetrics.indexed, amount);

/** How many builds an activity has written, for those that write any. */
const counts: { readonly [N in Name]?: Count<N> } = {
  insertBuilds(stored) {
    inserted(stored.filter(({ created }) => created).length);
  },
  indexBuilds({ status }, [builds]) {
    if (status === 'indexed') indexed(builds.length);
  },
  backfillRange({ counts: found }) {
    inserted(found.inserted);
    indexed(found.indexed);
    for (const state of backfillStates) add(metricMeter, workerMetrics.backfillKeys, found[state], { state });
  },
  fillRange({ documents }) {
    indexed(documents);
  },
  catchUp({ documents }) {
    indexed(documents);
  },
  checkRange({ rewritten }) {
    indexed(rewritten);
  },
  swapIndex({ passes }) {
    indexed(passes.reduce((sum, { documents }) => sum + documents, 0));
  },
  repairUnindexed({ repaired }) {
    indexed(repaired);
  },
  rewriteDocuments(documents) {
    indexed(documents);
  },
  importRange({ counts: found }) {
    inserted(found.inserted);
  },
};

const backfillStates = [
  'listed',
  'matched',
  'new',
  'changed',
  'unchanged',
  'quarantinedBefore',
  'invalid',
  'missing',
] as const;

export function countResult(activity: string, input: unknown[], result: unknown): void {
  const count = (counts as Partial<Record<string, Count<Name>>>)[activity];
  count?.(result as never, input as never);
}
