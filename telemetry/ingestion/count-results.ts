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

/** An activity that neither inserts nor indexes builds. */
const writesNone = () => undefined;

/** What each activity says about how many builds it has written: all of them are here, so that a new one is not forgotten. */
const counts: { readonly [N in Name]: Count<N> } = {
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
  repairUnindexed({ repaired }, _, { indexed }, workflow) {
    indexed.inc({ workflow }, repaired);
  },
  compareRange({ repaired }, _, { indexed }, workflow) {
    indexed.inc({ workflow }, repaired);
  },
  importRange({ counts: found }, _, { inserted }, workflow) {
    inserted.inc({ workflow }, found.inserted);
  },
  downloadObject: writesNone,
  validateBuild: writesNone,
  recordFailure: writesNone,
  readMessage: writesNone,
  planBackfill: writesNone,
  splitBackfillRange: writesNone,
  saveReport: writesNone,
  forgetKeyList: writesNone,
  countFailures: writesNone,
  findFailures: writesNone,
  prepareNewIndex: writesNone,
  prepareFormerIndex: writesNone,
  planRanges: writesNone,
  checkRange: writesNone,
  finishIndex: writesNone,
  swapIndex: writesNone,
  discardIndex: writesNone,
  dropIndexes: writesNone,
  openIndexSnapshot: writesNone,
  closeIndexSnapshot: writesNone,
  findOrphans: writesNone,
  sampleKeys: writesNone,
  compareBucket: writesNone,
  recheckObjects: writesNone,
  inspectSource: writesNone,
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

/** Counts the builds that a completed activity has written; nothing for one that writes none, or that nobody knows. */
export function countResult(
  activity: string,
  workflow: string,
  input: unknown[],
  result: unknown,
  metrics: Counted,
): void {
  const count = (counts as Partial<Record<string, Count<Name>>>)[activity];
  count?.(result as never, input as never, metrics, workflow);
}
