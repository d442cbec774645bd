import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { KeyRange } from '../activities/backfill/key-range.ts';
import type { KeySource } from '../activities/backfill/plan-backfill.ts';
import type { DryRun } from '../activities/backfill/process-batch.ts';
import { limitRateSignal, pauseSignal, progressQuery, resumeSignal } from './backfill-messages.ts';
import {
  type BackfillPhase,
  type BackfillProgress,
  describeProgress,
  progressOf,
} from './backfill-progress.ts';
import { type BackfillState, beginState, countSlice } from './backfill-state.ts';
import { searchAttributes } from './search-attributes.ts';

/** Ranges for each slot at the start. They differ in size; what turns out to be large is cut again. */
const partsPerSlot = 2;

/** Seconds of work between two reports; fewer where others may want a share of what is left. */
const sliceSeconds = { usual: 15, scarce: 5 };

/** Milliseconds between two writes of the memo, each of which is an event of the history. */
const memoInterval = 30_000;

const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' } as const;

const steps = proxyActivities<Activities>({ startToCloseTimeout: '10 minutes', retry });

const { backfillRange } = proxyActivities<Activities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '10 seconds',
  // A slice that is cancelled ends with what it has done, which the report must not lack.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
});

/** What a backfill is to do. */
export interface BackfillInput {
  readonly bucket: string;
  readonly source: KeySource;
  /** Writes nothing, and reports what would be done. */
  readonly dryRun?: DryRun | undefined;
  /** Downloads per second, over all ranges; no limit by default. */
  readonly objectsPerSecond?: number | undefined;
  /** Ranges that are worked on at the same time; 4 by default. */
  readonly concurrency?: number | undefined;
  /** Downloads at the same time in each of them; 12 by default. */
  readonly downloads?: number | undefined;
  /** Keys that there are about, for a percentage where S3 does not tell. */
  readonly expectedKeys?: number | undefined;
  /** Events of the history after which the workflow continues as new; 4,000 by default. */
  readonly eventsPerRun?: number | undefined;
  /** Only from one run to the next. */
  readonly state?: BackfillState;
}

/**
 * Brings what is in a bucket and not in the table, or there with another ETag, into PostgreSQL and Elasticsearch.
 *
 * The keys are cut into ranges that are worked through side by side, in slices of some seconds each: one activity that
 * lists, compares and ingests page by page, and returns what is left. So a whole hour of one slot is some hundreds of
 * events, a pause begins within seconds, and a range that turns out to be large is cut again for slots that have run out
 * of work. Nothing but the ranges that are left and the counts is kept, which is what the workflow continues as new with.
 *
 * @returns the report; of a backfill that was cancelled, what it had done until then
 * @throws {ApplicationFailure} where the bucket, the list of keys or the inventory does not exist
 */
export async function backfill(input: BackfillInput): Promise<BackfillProgress> {
  const run = new BackfillRun(input);
  setHandler(progressQuery, () => run.progress());
  setHandler(pauseSignal, () => run.update({ isPaused: true }));
  setHandler(resumeSignal, () => run.update({ isPaused: false }));
  setHandler(limitRateSignal, (rate) => run.update({ objectsPerSecond: rate ?? undefined }));
  await run.work();
  const isCancelled = CancellationScope.current().consideredCancelled;
  if (!isCancelled && run.state.waiting.length > 0)
    return await continueAsNew<typeof backfill>({ ...input, state: run.state });
  const report = run.end(isCancelled ? 'cancelled' : 'done');
  await CancellationScope.nonCancellable(() => settle(input.source, report));
  return report;
}

/** Keeps the report where it outlives the run, and lets go of what only the run needed. */
async function settle(source: KeySource, report: BackfillProgress): Promise<void> {
  const { firstExecutionRunId: runId } = workflowInfo();
  await steps.saveReport({ runId, startedAt: Date.parse(report.startedAt), report });
  if (source.kind === 'key-list') await steps.forgetKeyList(source.list);
}

class BackfillRun {
  state: BackfillState;
  readonly #input: BackfillInput;
  readonly #slots: number;
  readonly #running = new Set<KeyRange>();
  #phase: BackfillPhase | undefined;
  #hasFailed = false;
  #memoAt = 0;

  constructor(input: BackfillInput) {
    this.#input = input;
    this.#slots = input.concurrency ?? 4;
    this.state =
      input.state ?? beginState({ ranges: [], startedAt: '' }, Date.now(), { ...input, isPaused: false });
    this.#phase = input.state ? undefined : 'planning';
    this.#show(true);
  }

  progress(): BackfillProgress {
    const { bucket, dryRun } = this.#input;
    return progressOf(
      this.#phase ?? this.#activePhase(),
      { bucket, dryRun: dryRun !== undefined },
      this.state,
      this.#running.size,
      Date.now(),
    );
  }

  update(change: Partial<Pick<BackfillState, 'isPaused' | 'objectsPerSecond'>>): void {
    this.state = { ...this.state, ...change };
    this.#show(true);
  }

  end(phase: 'done' | 'cancelled'): BackfillProgress {
    this.#phase = phase;
    this.#show(true);
    return this.progress();
  }

  /** Resolves when nothing is left, when it is time to continue as new, or when the workflow is cancelled. */
  async work(): Promise<void> {
    try {
      if (!this.#input.state) await this.#plan();
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    const slots = await Promise.allSettled(Array.from({ length: this.#slots }, () => this.#workSlot()));
    // A slice that fails while it is cancelled is not tried again: Temporal tells of its failure, not of the cancellation.
    if (CancellationScope.current().consideredCancelled) return;
    for (const slot of slots)
      if (slot.status === 'rejected' && !isCancellation(slot.reason)) throw slot.reason;
  }

  async #plan(): Promise<void> {
    const { bucket, source, expectedKeys } = this.#input;
    const parts = this.#slots * partsPerSlot;
    const plan = await steps.planBackfill({ bucket, source, parts });
    const { isPaused, objectsPerSecond } = this.state;
    this.state = beginState(plan, Date.now(), { isPaused, objectsPerSecond, expectedKeys });
    this.#phase = undefined;
    this.#show(true);
  }

  async #workSlot(): Promise<void> {
    const canTake = () => !this.#isEnding() && !this.state.isPaused && this.state.waiting.length > 0;
    const isOver = () => this.#isEnding() || (this.state.waiting.length === 0 && this.#running.size === 0);
    for (;;) {
      await condition(() => canTake() || isOver());
      const [range, ...waiting] = this.state.waiting;
      if (!canTake() || !range) return;
      this.state = { ...this.state, waiting };
      this.#running.add(range);
      try {
        await this.#workSlice(range);
      } catch (error) {
        this.#hasFailed = true;
        throw error;
      } finally {
        this.#running.delete(range);
        this.#show();
      }
    }
  }

  async #workSlice(range: KeyRange): Promise<void> {
    const { bucket, dryRun, downloads = 12 } = this.#input;
    const { startedAt, objectsPerSecond, waiting } = this.state;
    const result = await backfillRange({
      bucket,
      range,
      startedAt,
      downloads,
      dryRun,
      seconds: waiting.length < this.#slots ? sliceSeconds.scarce : sliceSeconds.usual,
      // Each slot has its share whether or not the others use theirs: the limit is never exceeded.
      objectsPerSecond: objectsPerSecond === undefined ? undefined : objectsPerSecond / this.#slots,
    });
    this.state = countSlice(this.state, result, range, Date.now());
    if (result.rest) {
      const parts = await this.#share(result.rest);
      this.state = { ...this.state, waiting: [...parts, ...this.state.waiting] };
    }
  }

  /** Cuts what is left of a range where other slots have nothing to do. */
  async #share(rest: KeyRange): Promise<readonly KeyRange[]> {
    const idle = this.#slots - this.#running.size - this.state.waiting.length;
    const isWhole = rest.kind === 'inventory-file' || (rest.kind === 'listed-keys' && rest.indivisible);
    if (idle <= 0 || isWhole || this.#isEnding() || this.state.isPaused) return [rest];
    try {
      return await steps.splitBackfillRange({
        bucket: this.#input.bucket,
        range: rest,
        parts: 2 * (idle + 1),
      });
    } catch (error) {
      if (isCancellation(error)) return [rest];
      throw error;
    }
  }

  /** Whether nothing more is to be begun in this run. */
  #isEnding(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return this.#hasFailed || continueAsNewSuggested || historyLength > (this.#input.eventsPerRun ?? 4_000);
  }

  #activePhase(): BackfillPhase {
    if (!this.state.isPaused) return 'running';
    return this.#running.size > 0 ? 'pausing' : 'paused';
  }

  #show(isChange = false): void {
    const progress = this.progress();
    setCurrentDetails(describeProgress(progress, [...this.#running]));
    if (!isChange && Date.now() - this.#memoAt < memoInterval) return;
    this.#memoAt = Date.now();
    upsertMemo({ progress });
    if (isChange) upsertSearchAttributes([{ key: searchAttributes.outcome, value: progress.phase }]);
  }
}
