import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  defineQuery,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/activities.ts';
import type { FailureSelection } from '../activities/retry/failure-selection.ts';
import type { Retry, RetryPosition } from '../activities/retry/find-failures.ts';
import { limitRateSignal, pauseSignal, resumeSignal } from './backfill-messages.ts';
import type { ingestMessage, MessageSummary } from './ingest-message.ts';
import { describeRetries, type RetryOutcome, type RetryProgress } from './retry-failed-progress.ts';
import { searchAttributes } from './search-attributes.ts';

/** How far it is. */
export const retryProgressQuery = defineQuery<RetryProgress>('progress');

/** What still fails is in the table anyway; the report names a few. */
const maxStillFailing = 10;

/** Milliseconds. */
const minSleep = 1_000;

/** Events of the history after which the workflow continues as new. */
const maxEvents = 4_000;

const steps = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});

/** What is to be retried, and how fast. */
export interface RetryFailedInput {
  readonly selection: FailureSelection;
  /** Retries that are begun in a second at most; no limit by default. */
  readonly perSecond?: number | undefined;
  /** Retries that are open at the same time; 20 by default. */
  readonly concurrency?: number | undefined;
  /** Only from one run to the next. */
  readonly state?: RetryState;
}

interface RetryState {
  readonly before: string;
  readonly total: number;
  readonly startedAt: number;
  readonly position: RetryPosition;
  readonly isPaused: boolean;
  /** Once it was changed, in place of the input's; null for no limit. */
  readonly limit?: number | null;
  readonly outcomes: RetryProgress['outcomes'];
  readonly stillFailing: RetryProgress['stillFailing'];
}

/**
 * Tries again what has failed: pages through the table, not through Temporal's histories, and starts the normal
 * ingestion for each object or message, as a child workflow that goes on by itself whatever becomes of this one.
 *
 * @returns what came of them; where it was cancelled, what had come of them until then
 */
export async function retryFailed(input: RetryFailedInput): Promise<RetryProgress> {
  const run = new RetryRun(input);
  setHandler(retryProgressQuery, () => run.progress());
  setHandler(pauseSignal, () => run.pause(true));
  setHandler(resumeSignal, () => run.pause(false));
  // A run that was begun by code without this signal would not replay.
  setHandler(limitRateSignal, (rate) => (patched('retries-limited') ? run.limit(rate) : undefined));
  const rest = await run.work();
  if (rest) return await continueAsNew<typeof retryFailed>({ ...input, state: rest });
  const report = run.end();
  const { firstExecutionRunId: runId } = workflowInfo();
  const startedAt = Date.parse(report.startedAt);
  await CancellationScope.nonCancellable(() => steps.saveReport({ runId, startedAt, report }));
  return report;
}

class RetryRun {
  readonly #input: RetryFailedInput;
  #state: RetryState;
  #open = 0;
  /** Retries begun in this run, and when it began, for the pace. */
  #begun = 0;
  #pacedSince = Date.now();
  #end: 'done' | 'cancelled' | undefined;

  constructor(input: RetryFailedInput) {
    this.#input = input;
    this.#state = input.state ?? {
      before: '',
      total: 0,
      startedAt: Date.now(),
      position: { kind: 'object' },
      isPaused: false,
      outcomes: {},
      stillFailing: [],
    };
    this.#show();
  }

  progress(): RetryProgress {
    const { total, outcomes, stillFailing, startedAt, isPaused } = this.#state;
    return {
      phase: this.#end ?? (isPaused ? 'paused' : 'running'),
      total,
      outcomes,
      open: this.#open,
      ...(this.#perSecond !== undefined && { retriesPerSecond: this.#perSecond }),
      startedAt: new Date(startedAt).toISOString(),
      seconds: (Date.now() - startedAt) / 1_000,
      stillFailing,
    };
  }

  pause(isPaused: boolean): void {
    this.#state = { ...this.#state, isPaused };
    this.#show();
  }

  /** Goes on at another pace, from now on. */
  limit(rate: number | null): void {
    this.#state = { ...this.#state, limit: rate };
    this.#begun = 0;
    this.#pacedSince = Date.now();
    this.#show();
  }

  get #perSecond(): number | undefined {
    const { limit = this.#input.perSecond } = this.#state;
    return limit ?? undefined;
  }

  end(): RetryProgress {
    this.#end = CancellationScope.current().consideredCancelled ? 'cancelled' : 'done';
    this.#show();
    return this.progress();
  }

  /** Returns what the next run is to go on with, or undefined where nothing is left or it was cancelled. */
  async work(): Promise<RetryState | undefined> {
    try {
      if (!this.#input.state) {
        const found = await steps.countFailures(this.#input.selection);
        this.#state = { ...this.#state, ...found };
      }
      while (await this.#workPage()) {
        if (workflowInfo().historyLength < maxEvents) continue;
        await condition(() => this.#open === 0);
        return this.#state;
      }
      await condition(() => this.#open === 0);
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
    return undefined;
  }

  /** Begins the retries of a page; returns whether there is another. */
  async #workPage(): Promise<boolean> {
    const { selection, concurrency = 20 } = this.#input;
    const { before, position } = this.#state;
    const { retries, next } = await steps.findFailures({ selection, before, after: position });
    for (const retry of retries) {
      await condition(() => !this.#state.isPaused && this.#open < concurrency);
      this.#open += 1;
      void this.#retry(retry);
      this.#begun += 1;
      await this.#keepPace();
    }
    if (next) this.#state = { ...this.#state, position: next };
    this.#show();
    return next !== undefined;
  }

  /** Waits until another retry may begin. Temporal's timers are good to a second, so several may begin after each. */
  async #keepPace(): Promise<void> {
    const perSecond = this.#perSecond;
    if (perSecond === undefined) return;
    const early = this.#pacedSince + (this.#begun / perSecond) * 1_000 - Date.now();
    if (early > 0) await this.#wait(Math.max(early, minSleep));
    // Time in which nothing could begin, as in a pause, is not made up for.
    else this.#pacedSince += Math.max(0, -early - 2 * minSleep);
  }

  /** Waits so many milliseconds, or until there is another limit. */
  async #wait(milliseconds: number): Promise<void> {
    const { limit } = this.#state;
    if (patched('retries-limited')) await condition(() => this.#state.limit !== limit, milliseconds);
    else await sleep(milliseconds);
  }

  async #retry({ workflowId, input }: Retry): Promise<void> {
    let outcome: RetryOutcome;
    let reason: string | undefined;
    try {
      const summary = await executeChild<typeof ingestMessage>('ingestMessage', {
        workflowId,
        args: [input],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        staticSummary: 'Retry of what has failed',
      });
      ({ outcome } = summary);
      reason = summary.objects.find((object) => object.outcome === 'missing')?.reason;
    } catch (error) {
      if (isCancellation(error)) return;
      [outcome, reason] = whyFailed(error);
    }
    const { outcomes, stillFailing } = this.#state;
    this.#open -= 1;
    this.#state = {
      ...this.#state,
      outcomes: { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 },
      stillFailing:
        reason === undefined || stillFailing.length >= maxStillFailing
          ? stillFailing
          : [...stillFailing, { workflowId, reason }],
    };
    setCurrentDetails(describeRetries(this.progress()));
  }

  #show(): void {
    const progress = this.progress();
    setCurrentDetails(describeRetries(progress));
    upsertMemo({ progress });
    upsertSearchAttributes([{ key: searchAttributes.outcome, value: progress.phase }]);
  }
}

function whyFailed(error: unknown): [RetryOutcome, string?] {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return ['running'];
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) return ['failed', cause?.message ?? String(error)];
  const [summary] = (cause.details ?? []) as (MessageSummary | undefined)[];
  return [summary?.outcome ?? 'failed', cause.message];
}
